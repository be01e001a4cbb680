//! Mailboxes in a header (RFC 5322 section 3.4) as mailers really write them: quotes that don't close, names before and
//! comments behind, groups, encoded words inside quotes, addresses without brackets.

use super::field::words;
use crate::base::text::clean_line;

/// Characters of a name that are kept.
const NAME_CHARACTERS_MAX: usize = 200;

/// Somebody in a From, To or Cc.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// The name as it was given, one line; empty when there was none.
    pub name: String,
    /// The address as it was written; empty when there was none. Not checked: see [`crate::base::EmailAddress::parse`].
    pub address: String,
}

/// Reads the mailboxes of a header value whose encoded words are still encoded; at most `count_max`, and whether there
/// were more.
pub(super) fn read(value: &str, count_max: usize) -> (Vec<Mailbox>, bool) {
    let mut found = Vec::new();
    let mut reading = Reading::default();
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if reading.quoted || reading.depth > 0 => reading.push(rest.next().unwrap_or(c)),
            '"' if reading.depth == 0 && reading.angle.is_none() => {
                reading.quoted = !reading.quoted;
                // A quoted local part.
                if !reading.quoted && rest.peek() == Some(&'@') {
                    reading.words.retain(|c| !c.is_whitespace());
                }
            }
            '(' if !reading.quoted => {
                reading.depth += 1;
                if reading.depth > 1 {
                    reading.push(c);
                } else if !reading.comment.is_empty() {
                    reading.comment.push(' ');
                }
            }
            ')' if !reading.quoted && reading.depth > 0 => {
                reading.depth -= 1;
                if reading.depth > 0 {
                    reading.push(c);
                }
            }
            '<' if !reading.quoted && reading.depth == 0 && reading.angle.is_none() => {
                reading.angle = Some(String::new())
            }
            '>' if reading.depth == 0 && !reading.quoted && !reading.closed && reading.angle.is_some() => {
                reading.closed = true;
            }
            // The name of a group.
            ':' if !reading.quoted && reading.depth == 0 && reading.angle.is_none() && !reading.words.contains('@') => {
                reading = Reading::default();
            }
            ',' | ';' if !reading.quoted && reading.depth == 0 && reading.ends(rest.clone()) => {
                found.extend(std::mem::take(&mut reading).finish());
            }
            _ => reading.push(c),
        }
        if found.len() > count_max {
            found.truncate(count_max);
            return (found, true);
        }
    }
    if reading.quoted && reading.angle.is_none() && value.contains('<') && found.is_empty() {
        // A quote that never closed swallowed the rest.
        return read(&value.replace('"', ""), count_max);
    }
    found.extend(reading.finish());
    let more = found.len() > count_max;
    found.truncate(count_max);
    (found, more)
}

#[derive(Default)]
struct Reading {
    words: String,
    comment: String,
    angle: Option<String>,
    closed: bool,
    quoted: bool,
    depth: usize,
}

impl Reading {
    fn push(&mut self, c: char) {
        if self.depth > 0 {
            self.comment.push(c);
        } else if let (Some(angle), false) = (&mut self.angle, self.closed) {
            angle.push(c);
        } else {
            self.words.push(c);
        }
    }

    /// Whether a comma ends this mailbox: not within an unquoted name such as `Smith, Karoline <k@s.example>`, whose
    /// first part has no address while what follows has no `@` before its bracket.
    fn ends(&self, rest: impl Iterator<Item = char>) -> bool {
        if self.angle.is_some() {
            return self.closed;
        }
        if self.words.contains('@') || self.words.trim().is_empty() {
            return true;
        }
        let mut ahead = rest.take(200).take_while(|c| !matches!(c, ',' | ';' | '"'));
        !ahead.any(|c| c == '<') && self.words.split_whitespace().count() == 1
    }

    fn finish(self) -> Option<Mailbox> {
        let words_ = self.words.trim();
        let (name, address) = match &self.angle {
            Some(angle) if !angle.trim().is_empty() => (words_.to_owned(), angle.clone()),
            Some(_) if words_.contains('@') && !words_.contains(char::is_whitespace) => {
                (String::new(), words_.to_owned())
            }
            Some(_) => (words_.to_owned(), String::new()),
            None => bare(words_),
        };
        let name = if name.is_empty() { self.comment.trim().to_owned() } else { name };
        let name = clean_line(
            words(&name).trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()),
            NAME_CHARACTERS_MAX,
        );
        let address = plain_address(&address);
        (!name.is_empty() || !address.is_empty()).then_some(Mailbox { name, address })
    }
}

/// A mailbox without brackets: the word with the `@` is the address, the others are the name.
fn bare(text: &str) -> (String, String) {
    let decoded = if text.contains("=?") && !text.contains('@') { words(text) } else { text.to_owned() };
    // Some encode the whole mailbox as one word.
    if let Some((name, rest)) = decoded.split_once('<')
        && rest.contains('@')
    {
        return (name.trim().to_owned(), rest.to_owned());
    }
    let Some(address) = decoded.split_whitespace().find(|word| word.contains('@')) else {
        return (decoded, String::new());
    };
    let name = decoded.split_whitespace().filter(|word| *word != address).collect::<Vec<_>>().join(" ");
    (name, address.to_owned())
}

/// An address without what may stand around it: `mailto:`, a route, quotes, blanks, a dot at its end.
fn plain_address(text: &str) -> String {
    let text = if text.contains("=?") { words(text) } else { text.to_owned() };
    let text = text.trim().trim_matches(|c: char| c == '\'' || c == '<' || c == '>' || c.is_whitespace());
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let text = match (text.starts_with('@'), text.split_once(':')) {
        (true, Some((_, behind))) => behind,
        _ => text,
    };
    let kept: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let kept = kept.split(['<', '>', ',', ';']).find(|part| part.contains('@')).unwrap_or_default().to_owned();
    let kept: String = kept.chars().take(320).collect();
    kept.trim_end_matches('.').replace('"', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> (String, String) {
        let (mut found, _) = read(value, 10);
        assert_eq!(found.len(), 1, "{value}: {found:?}");
        let one = found.remove(0);
        (one.name, one.address)
    }

    #[test]
    fn one_mailbox_in_many_ways() {
        let erika = ("Erika Muster".to_owned(), "e@x.org".to_owned());
        for value in [
            "Erika Muster <e@x.org>",
            "\"Erika Muster\" <e@x.org>",
            "=?utf-8?Q?Erika_Muster?= <e@x.org>",
            "\"=?utf-8?Q?Erika_Muster?=\" <e@x.org>",
            "e@x.org (Erika Muster)",
            "Erika Muster e@x.org",
            "'Erika Muster' <mailto:e@x.org>",
            "Erika Muster < e@x.org >",
            "\"Erika Muster <e@x.org>",
            "Erika Muster <e@x.org.>",
            "=?utf-8?Q?Erika_Muster_=3Ce=40x.org=3E?=",
        ] {
            assert_eq!(one(value), erika, "{value}");
        }
        assert_eq!(one("Muster, Erika <e@x.org>").0, "Muster, Erika");
        assert_eq!(one("<@a,@b:e@x.org>").1, "e@x.org");
        assert_eq!(one("\"x\" <>"), ("x".to_owned(), String::new()));
        assert_eq!(one("\"Mr \\\"M\\\" (x)\" <e@x.org>").0, "Mr \"M\" (x)");
    }

    #[test]
    fn several_and_groups_and_too_many() {
        let names = |value: &str| read(value, 10).0.into_iter().map(|m| m.address).collect::<Vec<_>>();
        assert_eq!(names("a@x.org, \"B, C\" <b@x.org>;c@x.org"), ["a@x.org", "b@x.org", "c@x.org"]);
        assert_eq!(names("Team: a@x.org, b@x.org;, d@x.org"), ["a@x.org", "b@x.org", "d@x.org"]);
        assert!(names("undisclosed-recipients:;").is_empty() && names("").is_empty());
        let (kept, more) = read(&"a@x.org,".repeat(50), 10);
        assert!(more && kept.len() == 10);
    }
}
