//! From octets to header lines: where the head ends, what is folded, which charset, which octets may not be there
//! (RFC 3261 section 7.3).
//!
//! A head is UTF-8 or else Latin-1: old PBXs write `M\xFCller`. Such a line is understood as Latin-1 and its octets are
//! kept beside, because what goes back into a response must go back as it came.

use std::borrow::Cow;

use memchr::memmem;

use super::grammar::is_token;
use super::{HEADER_LINES_MAX, LINE_OCTETS_MAX, Refusal, refuse};

/// A header line: unfolded, its name in full.
#[derive(Debug, Clone, Eq)]
pub struct Header {
    /// The name as it was written, a compact form replaced by the full one. Compare without regard to case.
    pub name: Cow<'static, str>,
    /// The value, trimmed.
    pub value: String,
    /// The octets of the value where they are not UTF-8.
    octets: Option<Vec<u8>>,
}

impl Header {
    /// The value as it came over the wire (but unfolded and trimmed).
    pub fn octets(&self) -> &[u8] {
        self.octets.as_deref().unwrap_or(self.value.as_bytes())
    }

    /// Whether this is the header of that full name.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Two headers are the same when they say the same; in which charset is no matter.
impl PartialEq for Header {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.name) && self.value == other.value
    }
}

/// The octets after leading line ends, which are keep-alives and belong to no message.
pub(crate) fn skip_line_ends(mut octets: &[u8]) -> &[u8] {
    while let Some(rest) = octets.strip_prefix(b"\r\n") {
        octets = rest;
    }
    octets
}

/// Splits a message at the blank line: the head without it, and what follows. Nothing when there is no blank line.
pub(crate) fn split_head(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memmem::find(octets, b"\r\n\r\n")?;
    Some((octets.get(..end)?, octets.get(end + 4..)?))
}

/// Header lines after unfolding; those that were not folded are borrowed.
pub(crate) type LogicalLines<'a> = Vec<Cow<'a, [u8]>>;

/// The start line and the logical header lines of a head.
pub(crate) fn unfold(head: &[u8]) -> Result<(&[u8], LogicalLines<'_>), Refusal> {
    let (mut start, mut lines): (Option<&[u8]>, LogicalLines<'_>) = (None, Vec::with_capacity(24));
    let (mut from, mut ends) = (0, memmem::find_iter(head, b"\r\n"));
    loop {
        let end = ends.next();
        let line = head.get(from..end.unwrap_or(head.len())).unwrap_or_default();
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        match (start, lines.last_mut()) {
            (None, _) => start = Some(line),
            (Some(_), None) if folded => return refuse(400, "folded start line"),
            (Some(_), Some(last)) if folded => {
                let last = last.to_mut();
                last.push(b' ');
                last.extend_from_slice(trim_blanks(line));
            }
            (Some(_), _) => lines.push(Cow::Borrowed(line)),
        }
        if line.len() > LINE_OCTETS_MAX || lines.last().is_some_and(|last| last.len() > LINE_OCTETS_MAX) {
            return refuse(400, "line too long");
        }
        if lines.len() > HEADER_LINES_MAX {
            return refuse(400, "too many header lines");
        }
        match end {
            Some(end) => from = end + 2,
            None => return Ok((start.unwrap_or_default(), lines)),
        }
    }
}

/// Reads one logical line.
pub(crate) fn read_header(line: &[u8]) -> Result<Header, Refusal> {
    let Some(colon) = memchr::memchr(b':', line) else { return refuse(400, "header line without colon") };
    let (name, value) = line.split_at(colon);
    let value = trim_blanks(value.strip_prefix(b":").unwrap_or_default());
    let Some(name) = std::str::from_utf8(trim_blanks_end(name)).ok().filter(|name| is_token(name)) else {
        return refuse(400, "header name");
    };
    if has_stray_control(value) {
        return refuse(400, "control character");
    }
    let octets = std::str::from_utf8(value).is_err().then(|| value.to_vec());
    Ok(Header { name: full_name(name), value: decode(value), octets })
}

/// UTF-8 if it is that, else Latin-1.
pub(crate) fn decode(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => octets.iter().map(|octet| char::from(*octet)).collect(),
    }
}

/// Whether a control character stands where none may: anywhere but for TAB, and the second half of a quoted pair
/// (which may be NUL or BEL, but never CR or LF).
pub(crate) fn has_stray_control(octets: &[u8]) -> bool {
    let is_control = |c: u8| (c < 32 && c != b'\t') || c == 127;
    if !octets.iter().any(|c| is_control(*c)) {
        return false;
    }
    let (mut quoted, mut escaped) = (false, false);
    for &octet in octets {
        if is_control(octet) && (!escaped || octet == b'\r' || octet == b'\n') {
            return true;
        }
        match octet {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    false
}

fn trim_blanks_end(mut octets: &[u8]) -> &[u8] {
    while let Some((b' ' | b'\t', rest)) = octets.split_last() {
        octets = rest;
    }
    octets
}

/// Without blanks at both ends. A bare CR or LF is no blank: it stays and is refused.
pub(crate) fn trim_blanks(mut octets: &[u8]) -> &[u8] {
    while let Some((b' ' | b'\t', rest)) = octets.split_first() {
        octets = rest;
    }
    trim_blanks_end(octets)
}

/// The full name of a compact form (RFC 3261 section 7.3.3 and the registry of header fields); other names as they are.
fn full_name(name: &str) -> Cow<'static, str> {
    let [letter] = name.as_bytes() else { return Cow::Owned(name.to_owned()) };
    Cow::Borrowed(match letter.to_ascii_lowercase() {
        b'a' => "Accept-Contact",
        b'b' => "Referred-By",
        b'c' => "Content-Type",
        b'd' => "Request-Disposition",
        b'e' => "Content-Encoding",
        b'f' => "From",
        b'i' => "Call-ID",
        b'j' => "Reject-Contact",
        b'k' => "Supported",
        b'l' => "Content-Length",
        b'm' => "Contact",
        b'n' => "Identity-Info",
        b'o' => "Event",
        b'r' => "Refer-To",
        b's' => "Subject",
        b't' => "To",
        b'u' => "Allow-Events",
        b'v' => "Via",
        b'x' => "Session-Expires",
        b'y' => "Identity",
        _ => return Cow::Owned(name.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_one() {
        let (start, lines) = unfold(b"INVITE x SIP/2.0\r\nTO :\r\n  sip:a@h ;\r\n\ttag=1\r\nl: 0").unwrap();
        assert_eq!(start, b"INVITE x SIP/2.0");
        let headers: Vec<Header> = lines.iter().map(|line| read_header(line).unwrap()).collect();
        assert_eq!(headers.len(), 2);
        assert_eq!((headers[0].name.as_ref(), headers[0].value.as_str()), ("TO", "sip:a@h ; tag=1"));
        assert_eq!((headers[1].name.as_ref(), headers[1].value.as_str()), ("Content-Length", "0"));
        assert!(unfold(b"INVITE x SIP/2.0\r\n folded").is_err());
    }

    #[test]
    fn limits_hold() {
        let long = format!("S\r\nA: {}", "x".repeat(LINE_OCTETS_MAX));
        assert!(unfold(long.as_bytes()).is_err());
        let folded = format!("S\r\nA: x{}", format!("\r\n {}", "y".repeat(4_000)).repeat(3));
        assert!(unfold(folded.as_bytes()).is_err());
        let many = format!("S{}", "\r\nA: b".repeat(HEADER_LINES_MAX + 1));
        assert!(unfold(many.as_bytes()).is_err());
    }

    #[test]
    fn controls_only_as_quoted_pairs() {
        assert!(!has_stray_control(b"\"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f\""));
        for bad in [&b"a\x00b"[..], b"\\\x07", b"\"\\\r\"", b"\"\\\n\"", b"a\nb", b"\x7f"] {
            assert!(has_stray_control(bad), "{bad:?}");
        }
        assert!(read_header(b"Subject: a\r").is_err(), "a bare CR at the end is not trimmed away");
    }

    #[test]
    fn latin_1_is_understood_and_kept() {
        let header = read_header(b"From: M\xFCller <sip:1@h>").unwrap();
        assert_eq!(header.value, "Müller <sip:1@h>");
        assert_eq!(header.octets(), b"M\xFCller <sip:1@h>");
    }
}
