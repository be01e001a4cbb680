//! The pass before ammonia: takes out what is never shown, and puts links where remote pictures were.

use std::collections::BTreeSet;

use super::token::{Piece, Tag, cid, each};

/// HTML rewritten; still to be cleaned.
pub(super) struct Rewritten {
    pub html: String,
    pub remote_images: usize,
    /// The Content-IDs of its pictures.
    pub inline: BTreeSet<String>,
    /// Where these are to be found: the only places that a `src` may name.
    pub places: BTreeSet<String>,
}

/// Elements that go with all that is in them.
const DROPPED: [&str; 13] = [
    "script", "style", "head", "title", "textarea", "noscript", "template", "iframe", "object", "select", "svg",
    "math", "xmp",
];

/// Rewrites HTML token by token; `place` says where a picture is that came with the mail.
pub(super) fn rewrite(html: &str, place: &dyn Fn(&str) -> Option<String>) -> Rewritten {
    let mut out = Rewritten {
        html: String::with_capacity(html.len()),
        remote_images: 0,
        inline: BTreeSet::new(),
        places: BTreeSet::new(),
    };
    let mut dropped: Option<(String, usize)> = None;
    let mut in_link = 0_usize;
    each(html, |piece| {
        if let Some((name, depth)) = &mut dropped {
            match piece {
                Piece::Open(tag) if tag.name == *name && !tag.self_closing => *depth += 1,
                Piece::Close(closed) if closed == name => *depth -= 1,
                // A head that never ends is one that was forgotten.
                Piece::Open(tag) if name == "head" && tag.name == "body" => *depth = 0,
                _ => {}
            }
            if *depth == 0 {
                dropped = None;
            }
            return;
        }
        match piece {
            Piece::Text(text) => escape(text, false, &mut out.html),
            Piece::Close(name) => {
                in_link = if name == "a" { in_link.saturating_sub(1) } else { in_link };
                out.html.push_str("</");
                out.html.push_str(name);
                out.html.push('>');
            }
            Piece::Open(tag) => {
                let name = tag.name.as_str();
                match name {
                    "img" | "image" => picture(tag, in_link > 0, place, &mut out),
                    _ if DROPPED.contains(&name) => {
                        let foreign = matches!(name, "svg" | "math");
                        if !(tag.self_closing && foreign) {
                            dropped = Some((name.to_owned(), 1));
                        }
                    }
                    _ => {
                        in_link += usize::from(name == "a");
                        open(tag, None, &mut out.html);
                    }
                }
            }
        }
    });
    out
}

fn picture(tag: &Tag, in_link: bool, place: &dyn Fn(&str) -> Option<String>, out: &mut Rewritten) {
    let source = tag.attribute("src").unwrap_or_default().trim();
    if let Some(id) = cid(source) {
        if let Some(place) = place(&id) {
            open(tag, Some(&place), &mut out.html);
            out.places.insert(place);
        }
        out.inline.insert(id);
        return;
    }
    let lower = source.get(..8).unwrap_or(source).to_ascii_lowercase();
    if !(lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("//")) {
        return;
    }
    out.remote_images += 1;
    let tiny = |name: &str| {
        tag.attribute(name).is_some_and(|value| matches!(value.trim().trim_end_matches("px"), "0" | "1" | "2"))
    };
    if tiny("width") || tiny("height") {
        // Nobody is meant to see it: it counts who reads.
        return;
    }
    let shown = tag.attribute("alt").map(str::trim).filter(|alt| !alt.is_empty());
    let named =
        source.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).filter(|name| name.contains('.'));
    let shown = shown.or(named).unwrap_or("image");
    if in_link {
        escape(shown, false, &mut out.html);
        return;
    }
    out.html.push_str("<a href=\"");
    if lower.starts_with("//") {
        out.html.push_str("https:");
    }
    escape(source, true, &mut out.html);
    out.html.push_str("\">");
    escape(shown, false, &mut out.html);
    out.html.push_str("</a>");
}

/// Writes a tag. The only `src` that is written is the one given.
fn open(tag: &Tag, source: Option<&str>, out: &mut String) {
    out.push('<');
    out.push_str(&tag.name);
    if let Some(source) = source {
        out.push_str(" src=\"");
        escape(source, true, out);
        out.push('"');
    }
    for (name, value) in &tag.attributes {
        let unwanted =
            matches!(name.as_str(), "style" | "class" | "id" | "src" | "rel" | "target") || name.starts_with("on");
        if unwanted || !super::is_fit(name, value) || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            continue;
        }
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape(value, true, out);
        out.push('"');
    }
    out.push('>');
}

fn escape(text: &str, quoted: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if quoted => out.push_str("&quot;"),
            '\0' => {}
            _ => out.push(c),
        }
    }
}
