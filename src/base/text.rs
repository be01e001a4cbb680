//! Text from outside, made safe to keep and to show.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// Octets that an e-mail address may have (RFC 5321 section 4.5.3.1.3: a path is at most 256 with its brackets).
pub const EMAIL_OCTETS_MAX: usize = 254;

/// An e-mail address in lower case, `local@domain`, as people write it on a card: no display name, no comment.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address. Nothing when it is not one: exactly one `@`, no spaces or controls, a dot in the domain or
    /// `localhost`, at most 254 octets.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[]\\,;:\"@".contains(c);
        let labelled = domain == "localhost" || (domain.contains('.') && domain.split('.').all(|l| !l.is_empty()));
        let whole =
            !local.is_empty() && text.len() <= EMAIL_OCTETS_MAX && text.chars().filter(|c| *c != '@').all(plain);
        (whole && labelled && !domain.contains('@')).then(|| Self(text.to_lowercase()))
    }

    /// An address that was parsed before it was stored.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that change how their neighbours are laid out or that nobody sees: bidi controls, zero-width marks, tags,
/// interlinear and line separators. In a name they only serve to deceive (CVE-2021-42574).
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{061C}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' | '\u{00AD}' | '\u{180E}')
}

/// One line of text as a person would want to see it: controls and deceptive marks gone, white space folded, cut to
/// `characters_max` user-perceived characters.
pub fn clean_line(text: &str, characters_max: usize) -> String {
    let seen: String =
        text.chars().filter(|c| !is_deceptive(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let folded = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&folded, characters_max)
}

/// Several lines of text: like [`clean_line`], but line breaks and tabs stay; line ends become `\n`.
pub fn clean_text(text: &str, characters_max: usize) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let seen: String =
        unix.chars().filter(|c| !is_deceptive(*c) && (!c.is_control() || *c == '\n' || *c == '\t')).collect();
    cut(seen.trim(), characters_max)
}

/// The first `characters_max` user-perceived characters, with an ellipsis for the last where any had to go. A "character"
/// of more than 64 octets (a pile of combining marks) counts as the end.
fn cut(text: &str, characters_max: usize) -> String {
    if text.is_ascii() && text.len() <= characters_max {
        return text.to_owned();
    }
    let mut end = 0;
    for (count, (at, grapheme)) in text.grapheme_indices(true).enumerate() {
        if count == characters_max || grapheme.len() > 64 {
            let kept = text.get(..end).unwrap_or_default();
            let short = kept.char_indices().next_back().map_or("", |(i, _)| kept.get(..i).unwrap_or_default());
            return format!("{}…", if count == characters_max { short } else { kept });
        }
        end = at + grapheme.len();
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_on_a_card() {
        assert_eq!(
            EmailAddress::parse(" Erika@Example.ORG ").map(|a| a.to_string()).as_deref(),
            Some("erika@example.org")
        );
        for bad in [
            "",
            "@",
            "a@",
            "@b.c",
            "a b@c.d",
            "a@b",
            "a@b..c",
            "a@b@c.d",
            "<a@b.c>",
            "a@b.c\r\nBcc: x@y.z",
            "a\u{0}@b.c",
        ] {
            assert_eq!(EmailAddress::parse(bad), None, "{bad:?}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(250))), None);
    }

    #[test]
    fn a_line_keeps_what_can_be_seen() {
        assert_eq!(clean_line("  Müller\t&\r\nSöhne\u{0} ", 80), "Müller & Söhne");
        assert_eq!(clean_line("\u{202E}gnp.exe\u{200B}", 80), "gnp.exe");
        assert_eq!(clean_line("<script>alert(1)</script>", 80), "<script>alert(1)</script>", "markup stays text");
        assert_eq!(clean_line("abcdef", 4), "abc…");
        assert_eq!(
            clean_line("👩\u{200D}👩\u{200D}👧", 10),
            "👩\u{200D}👩\u{200D}👧",
            "joiners that scripts and emoji need stay"
        );
        assert!(clean_line(&format!("a{}", "\u{301}".repeat(5_000)), 80).len() < 300, "piles of marks are cut");
    }

    #[test]
    fn text_keeps_its_lines() {
        assert_eq!(clean_text("a\r\nb\rc\u{7}\n", 100), "a\nb\nc");
    }
}
