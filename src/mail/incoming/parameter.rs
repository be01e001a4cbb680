//! `type/subtype; name=value` of Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2231), leniently.

use super::charset;
use super::field::words;

/// Parameters of one field that are read.
const PARAMETERS_MAX: usize = 300;

/// A value with its parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Valued {
    /// What stands before the first semicolon, in lower case, blanks removed.
    pub value: String,
    parameters: Vec<(String, String)>,
}

impl Valued {
    /// Reads an unfolded field.
    pub(super) fn read(text: &str) -> Self {
        let mut parts = pieces(text);
        let value = parts.first().map(|first| without_comments(first)).unwrap_or_default();
        let mut parameters = Vec::new();
        let mut split: Vec<(String, u32, bool, String)> = Vec::new();
        if value.contains('=') && !value.contains('/') {
            parts.insert(0, String::new());
        }
        for part in parts.iter().skip(1).take(PARAMETERS_MAX) {
            let Some((name, value)) = part.split_once('=') else { continue };
            let name = name.trim().to_ascii_lowercase();
            let value = unquoted(value.trim());
            let Some((base, rest)) = name.split_once('*') else {
                parameters.push((name, value));
                continue;
            };
            let encoded = rest.is_empty() || rest.ends_with('*');
            let number = rest.trim_end_matches('*').parse().unwrap_or_default();
            split.push((base.to_owned(), number, encoded, value));
        }
        let mut names: Vec<String> = split.iter().map(|(base, ..)| base.clone()).collect();
        names.dedup();
        for name in names {
            let joined = joined(&split, &name);
            // The extended form is the better one where both are there.
            parameters.insert(0, (name, joined));
        }
        Self { value: value.to_ascii_lowercase(), parameters }
    }

    /// The first parameter of a name.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
}

/// The segments of a continued parameter put together, then decoded as one.
fn joined(split: &[(String, u32, bool, String)], name: &str) -> String {
    let mut segments: Vec<_> = split.iter().filter(|(base, ..)| base == name).collect();
    segments.sort_by_key(|(_, number, ..)| *number);
    segments.dedup_by_key(|(_, number, ..)| *number);
    let mut label = None;
    let mut bytes = Vec::new();
    for (place, (_, _, encoded, value)) in segments.into_iter().enumerate() {
        let mut value = value.as_str();
        if place == 0
            && *encoded
            && let Some((charset, rest)) = value.split_once('\'')
        {
            label = Some(charset.to_owned());
            value = rest.split_once('\'').map_or(rest, |(_, text)| text);
        }
        if *encoded {
            bytes.extend(percent_decoded(value));
        } else {
            bytes.extend_from_slice(value.as_bytes());
        }
    }
    let text = charset::decode(&bytes, label.as_deref().filter(|label| !label.is_empty()));
    if text.contains("=?") { words(&text) } else { text }
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%'
            && let [high, low, further @ ..] = after
            && let (Some(high), Some(low)) = ((*high as char).to_digit(16), (*low as char).to_digit(16))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = further;
            continue;
        }
        out.push(*byte);
    }
    out
}

/// Splits at semicolons outside of quotes. A quote that does not close before the end of its value does not count.
fn pieces(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars() {
        let Some(last) = found.last_mut() else { break };
        match c {
            ';' if !quoted => {
                if found.len() > PARAMETERS_MAX {
                    break;
                }
                found.push(String::new());
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        last.push(c);
    }
    found
}

/// A value without its quotes. A backslash stays unless it hides a quote or itself: Windows writes whole paths.
fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        let bare = value.trim_matches('\'');
        return if bare.contains("=?") { words(bare) } else { bare.to_owned() };
    };
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(|next| *next == '"' || *next == '\\') => out.extend(rest.next()),
            // `name="=?..?=" "=?..?="`: further strings go on where this ended.
            '"' => {}
            _ => out.push(c),
        }
    }
    if out.contains("=?") { words(&out) } else { out }
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let kept = text.chars().filter(|c| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0 && !c.is_whitespace() && *c != '"'
    });
    kept.take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        Valued::read(text).parameter("name").unwrap_or_default().to_owned()
    }

    #[test]
    fn values_and_names() {
        assert_eq!(Valued::read("Text/ Plain (a comment); charset=x").value, "text/plain");
        assert_eq!(name("a/b; name=\"x;y.pdf\"; foo"), "x;y.pdf");
        assert_eq!(name("a/b; NAME = my file.pdf"), "my file.pdf");
        assert_eq!(name("a/b; name=\"C:\\dir\\file.doc\""), "C:\\dir\\file.doc");
        assert_eq!(name("a/b; name=\"=?utf-8?Q?=C3=A4?= =?utf-8?Q?b.txt?=\""), "äb.txt");
        assert_eq!(name("a/b; name==?utf-8?Q?=C3=A4.txt?="), "ä.txt");
        assert_eq!(name("attachment; name=\"say \\\"hi\\\".txt\""), "say \"hi\".txt");
    }

    #[test]
    fn continued_and_encoded() {
        assert_eq!(name("a/b; name*=utf-8''%C3%A4.txt; name=plain"), "ä.txt");
        assert_eq!(name("a/b; name*1*=%FC.txt; name*0*=iso-8859-1'de'%E4"), "äü.txt", "each segment, in their order");
        assert_eq!(name("a/b; name*0=\"long\"; name*1=\"er.txt\""), "longer.txt");
        assert_eq!(name("a/b; name*0*=utf-8''%C3; name*1*=%A4%20x; name*2=\"%41\""), "ä x%41");
    }
}
