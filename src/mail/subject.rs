//! What mail programs put before a subject.

use std::collections::BTreeSet;

/// Whether a letter says that it answers or passes on another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// `Re:`, `AW:` and their like.
    Reply,
    /// `Fwd:`, `WG:` and their like.
    Forward,
}

/// Characters before the colon.
const PREFIX_CHARACTERS_MAX: usize = 10;

/// Digits of what counts as the number of a ticket.
const NUMBER_DIGITS_MIN: usize = 4;

/// As mail programs write them in the languages of Europe, Turkey and China, in small letters.
const REPLIES: [&str; 15] =
    ["re", "aw", "antw", "antwort", "sv", "vs", "odp", "res", "rif", "ynt", "atb", "ref", "回复", "答复", "回覆"];
const FORWARDS: [&str; 15] =
    ["fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "vl", "vb", "pd", "ilt", "továbbítás", "转发", "轉寄", "轉發"];

/// The outermost prefix of a subject, behind the name of a list in brackets: `[pumps] Re[2]: Fwd: dry` answers.
pub fn prefix(subject: &str) -> Option<Prefix> {
    let mut rest = subject.trim_start();
    if let Some((_, behind)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        rest = behind.trim_start();
    }
    let end = rest.char_indices().take(PREFIX_CHARACTERS_MAX + 1).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let word = rest.get(..end)?.split(['[', '(', '^']).next()?.trim().to_lowercase();
    match word.as_str() {
        word if REPLIES.contains(&word) => Some(Prefix::Reply),
        word if FORWARDS.contains(&word) => Some(Prefix::Forward),
        _ => None,
    }
}

/// The words by which subjects are alike, whatever programs put before and into them on their way to and fro: `Re: [#10014]
/// Received: [#77] Received: pump` and `Received: pump` have the same. Long numbers count as those of tickets.
pub fn kernel(subject: &str) -> BTreeSet<String> {
    let mut outside = String::with_capacity(subject.len());
    let mut depth = 0_usize;
    for c in subject.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let is_number = |word: &str| word.len() >= NUMBER_DIGITS_MIN && word.bytes().all(|c| c.is_ascii_digit());
    let words = outside.split_whitespace().filter(|word| prefix(word).is_none());
    let words = words.filter(|word| !word.trim_start_matches('(').starts_with('#'));
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    words.filter(|word| !word.is_empty() && !is_number(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_that_grow_on_their_way_are_alike() {
        let words: Vec<String> = kernel("Pump dry").into_iter().collect();
        assert_eq!(words, ["dry", "pump"]);
        let first = kernel("Received: your message has arrived");
        for grown in [
            "[#117904] Received: your message has arrived [#10014]",
            "Re: Received: Your message has arrived",
            "Re[2]: AW: [#117905] Received: Re: [#117904] Received: your message has arrived [#10022] [#10014]",
            "Received: (#1232) your message has arrived 117904",
        ] {
            assert_eq!(kernel(grown), first, "{grown}");
        }
        for other in ["Received: your answer has arrived", "your message has arrived", "", "[x"] {
            assert_ne!(kernel(other), first, "{other}");
        }
        assert_ne!(kernel("Flood 1"), kernel("Flood 2"));
    }

    #[test]
    fn the_outermost_prefix_counts() {
        for subject in ["Re: dry", "RE : dry", "[pumps] Re[2]: Fwd: dry", "AW: WG: dry", "回复：dry", "sv: Fw: dry"]
        {
            assert_eq!(prefix(subject), Some(Prefix::Reply), "{subject}");
        }
        for subject in ["Fwd: Re: dry", "WG: dry", "[pumps] FW: dry", "Tr : dry", "转发: dry"] {
            assert_eq!(prefix(subject), Some(Prefix::Forward), "{subject}");
        }
        for subject in ["", "dry", "Pump: dry", "[", "[x", "Reference number: 7", ":", "ä: b", "Fwd"] {
            assert_eq!(prefix(subject), None, "{subject}");
        }
    }
}
