//! Measures HTML before it is parsed: a tree builder takes time and room in the square of depth, of open formatting
//! elements and of attributes; 65 KB of the right tags can cost a minute and 56 MB.

use super::token::{Piece, each};

/// Open elements, not counting those that close each other.
const DEPTH_MAX: usize = 500;
/// Open formatting elements; each is opened anew in each block.
const FORMATTING_MAX: usize = 64;
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements that have no content, or that the next one of their kind closes.
const FLAT: [&str; 30] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "image", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr", "p", "li", "dd", "dt", "option", "optgroup", "html", "head",
    "body", "rp", "rt",
];

/// Whether a parser should keep its hands off.
pub(super) fn is_too_complex(html: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let mut formatting = 0_usize;
    let mut over = false;
    each(html, |piece| match piece {
        Piece::Open(tag) if !over => {
            over |= tag.crowded;
            let name = tag.name.as_str();
            if FORMATTING.contains(&name) {
                formatting += 1;
            }
            if !FLAT.contains(&name) {
                open.push(name.to_owned());
            }
            over |= open.len() > DEPTH_MAX || formatting > FORMATTING_MAX;
        }
        Piece::Close(name) if !over => {
            // Only what is near the top counts as closed: a search through all would itself be a square.
            if let Some(at) = open.iter().rev().take(16).position(|known| known == name) {
                let kept = open.len() - 1 - at;
                if FORMATTING.contains(&name) {
                    open.remove(kept);
                } else {
                    open.truncate(kept);
                }
            }
            if FORMATTING.contains(&name) {
                formatting = formatting.saturating_sub(1);
            }
        }
        _ => {}
    });
    over
}
