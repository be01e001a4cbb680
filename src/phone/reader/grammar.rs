//! The smallest pieces of SIP's grammar (RFC 3261 section 25.1): tokens, quoted strings, lists and parameters.
//!
//! Everything here takes text that has already been unfolded and decoded, and says no rather than guess: a value that
//! two readers could understand in two ways is refused, because that difference is what attackers use.

use super::{Refusal, refuse};

/// Whether an octet may stand in a `token`.
fn is_token_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&octet)
}

/// Whether a text is a `token`: a method, a header name, a parameter name.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_octet)
}

/// Whether a text is one or more ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// Whether every word of an unquoted display name is a token, letters beyond ASCII allowed (PBXs write `Müller` bare).
pub(crate) fn is_bare_name(text: &str) -> bool {
    text.split_ascii_whitespace().all(|word| word.bytes().all(|c| is_token_octet(c) || c >= 0x80))
}

/// Walks over a text and tells for every octet whether it stands outside quotes and angle brackets.
///
/// `visit` gets the position and the octet and returns whether to go on.
fn walk(text: &str, mut visit: impl FnMut(usize, u8) -> bool) -> Result<(), Refusal> {
    let (mut quoted, mut in_angle, mut escaped) = (false, false, false);
    for (at, octet) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match octet {
            b'\\' if quoted => escaped = true,
            b'"' if !in_angle => quoted = !quoted,
            b'<' if !quoted => {
                if in_angle {
                    return refuse(400, "nested <");
                }
                if !visit(at, octet) {
                    return Ok(());
                }
                in_angle = true;
            }
            b'>' if !quoted => {
                if !in_angle {
                    return refuse(400, "stray >");
                }
                in_angle = false;
            }
            _ if !quoted && !in_angle && !visit(at, octet) => return Ok(()),
            _ => {}
        }
    }
    match (quoted, in_angle) {
        (true, _) => refuse(400, "unterminated quoted string"),
        (_, true) => refuse(400, "unterminated <"),
        _ => Ok(()),
    }
}

/// Splits at `separator` outside quotes and angle brackets; every part is trimmed.
pub(crate) fn split_top(text: &str, separator: u8) -> Result<Vec<&str>, Refusal> {
    let (mut parts, mut start) = (Vec::new(), 0);
    walk(text, |at, octet| {
        if octet == separator {
            parts.push(text.get(start..at).unwrap_or_default().trim());
            start = at + 1;
        }
        true
    })?;
    parts.push(text.get(start..).unwrap_or_default().trim());
    Ok(parts)
}

/// The position of the first `<` outside quotes.
pub(crate) fn find_angle(text: &str) -> Result<Option<usize>, Refusal> {
    let mut found = None;
    walk(text, |at, octet| {
        if octet == b'<' {
            found = Some(at);
        }
        found.is_none()
    })?;
    Ok(found)
}

/// The meaning of a quoted string: quotes gone, quoted pairs resolved. Nothing may follow the closing quote.
pub(crate) fn unquote(text: &str) -> Result<String, Refusal> {
    let Some(inner) = text.strip_prefix('"') else { return refuse(400, "quoted string") };
    let (mut meaning, mut rest) = (String::with_capacity(inner.len()), inner.chars());
    loop {
        match rest.next() {
            None => return refuse(400, "unterminated quoted string"),
            Some('"') => break,
            Some('\\') => match rest.next() {
                Some(c) => meaning.push(c),
                None => return refuse(400, "unterminated quoted string"),
            },
            Some(c) => meaning.push(c),
        }
    }
    if rest.as_str().trim().is_empty() { Ok(meaning) } else { refuse(400, "text after quoted string") }
}

/// Parameters in the order they were written: names in lower case, values as they are meant (unquoted).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, Option<String>)>);

impl Params {
    /// The value of a parameter; nothing when it is absent or has none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|p| p.0 == name).and_then(|p| p.1.as_deref())
    }

    /// Whether a parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|p| p.0 == name)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// Reads what stood between semicolons. An empty part is refused: `;;` means two different things to two readers.
    pub(crate) fn read(parts: &[&str], value_rule: ValueRule) -> Result<Self, Refusal> {
        parts.iter().map(|part| read_param(part, value_rule)).collect::<Result<_, _>>().map(Self)
    }
}

/// How much a parameter's value may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueRule {
    /// Of an address or a URI: no white space, brackets, commas or bare quotes, and not empty.
    Address,
    /// Of a Via: `branch=` of old devices holds anything but commas and white space.
    Via,
}

fn read_param(part: &str, rule: ValueRule) -> Result<(String, Option<String>), Refusal> {
    let (name, value) = match part.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (part, None),
    };
    if !is_token(name) {
        return refuse(400, "parameter name");
    }
    let value = match value {
        None => None,
        Some(quoted) if quoted.starts_with('"') => Some(unquote(quoted)?),
        Some(bare) => {
            let fits = match rule {
                ValueRule::Address => {
                    !bare.is_empty() && !bare.bytes().any(|c| c <= 32 || c == 127 || b"<>,\"".contains(&c))
                }
                ValueRule::Via => !bare.bytes().any(|c| c <= 32 || c == 127 || c == b','),
            };
            if !fits {
                return refuse(400, "parameter value");
            }
            Some(bare.to_owned())
        }
    };
    Ok((name.to_ascii_lowercase(), value))
}

/// Resolves `%41` escapes; what is no escape stays as it is. Octets that are not UTF-8 become U+FFFD.
pub fn percent_decode(text: &str) -> String {
    let (mut octets, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let escape = (first == b'%').then(|| after.split_at_checked(2)).flatten();
        let decoded = escape.and_then(|(hex, tail)| {
            let (high, low) = (hex.first()?, hex.last()?);
            let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
            Some((u8::try_from(value).ok()?, tail))
        });
        match decoded {
            Some((octet, tail)) => {
                octets.push(octet);
                rest = tail;
            }
            None => {
                octets.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(octets).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_outside_quotes_and_brackets_only() {
        assert_eq!(split_top(r#""a, \" b" <sip:x,y@h>, c"#, b',').unwrap(), [r#""a, \" b" <sip:x,y@h>"#, "c"]);
        assert_eq!(split_top("", b',').unwrap(), [""]);
        for bad in [r#""open"#, "<open", "a>", "<a<b>>", r#""a\""#] {
            assert!(split_top(bad, b',').is_err(), "{bad}");
        }
    }

    #[test]
    fn quoted_strings_mean_what_stands_between() {
        assert_eq!(unquote(r#""Ext \"1001\" <sales>""#).unwrap(), r#"Ext "1001" <sales>"#);
        assert!(unquote(r#""a" b"#).is_err());
        assert!(unquote(r#""a"#).is_err());
    }

    #[test]
    fn parameters_are_read_strictly() {
        let params = Params::read(&["Tag = x", "lr", "q=\"a b\""], ValueRule::Address).unwrap();
        assert_eq!((params.get("tag"), params.has("lr"), params.get("q")), (Some("x"), true, Some("a b")));
        for bad in ["", "a b", "a=", "a=b c", "=x", "a=<b>"] {
            assert!(Params::read(&[bad], ValueRule::Address).is_err(), "{bad}");
        }
    }

    #[test]
    fn escapes_are_resolved_once() {
        assert_eq!(percent_decode("%75se%72%2541%zz%4"), "user%41%zz%4");
        assert_eq!(percent_decode("M%C3%BCller"), "Müller");
    }
}
