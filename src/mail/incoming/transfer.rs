//! Transfer encodings undone (RFC 2045 section 6, uuencode), leniently: what is broken is skipped, nothing fails.

use super::charset::sextet;

/// How the octets of a part were made fit for transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    Plain,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Transfer {
    /// Reads a Content-Transfer-Encoding.
    pub(super) fn read(value: &str) -> Self {
        let word: String = value.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let word = word.to_ascii_lowercase();
        if word.starts_with("base64") {
            Self::Base64
        } else if word.starts_with("quoted-printable") || word.starts_with("quotedprintable") {
            Self::QuotedPrintable
        } else if matches!(word.as_str(), "x-uuencode" | "x-uue" | "uuencode" | "uue") {
            Self::Uuencode
        } else {
            Self::Plain
        }
    }

    /// The octets as they were before.
    pub(super) fn undo(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => bytes.to_vec(),
            Self::Base64 => base64(bytes),
            Self::QuotedPrintable => quoted_printable(bytes),
            Self::Uuencode => uuencoded(bytes).map_or_else(|| bytes.to_vec(), |found| found.bytes),
        }
    }
}

/// Base64, octets outside its alphabet skipped. After the padding only a further block of base64 goes on: lists hang
/// plain footers below.
pub(super) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if let Some(value) = sextet(*byte) {
            bits = (bits << 6) | u32::from(value);
            held += 6;
            if held >= 8 {
                held -= 8;
                out.push(u8::try_from((bits >> held) & 0xFF).unwrap_or_default());
                bits &= (1 << held) - 1;
            }
        } else if *byte == b'=' {
            (held, bits) = (0, 0);
            let line = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            let next = rest.get(line + 1..).unwrap_or_default();
            let next = next.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii();
            let more = next.len() >= 4 && next.iter().all(|b| sextet(*b).is_some() || *b == b'=');
            if !more && line < rest.len() {
                break;
            }
        }
    }
    out
}

/// Quoted-printable; a `=` that encodes nothing stays.
pub(super) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let ended = bare.len() < line.len();
        let kept = bare.strip_suffix(b"\r").unwrap_or(bare);
        let kept = if ended { kept.trim_ascii_end() } else { kept };
        let (kept, soft) = kept.strip_suffix(b"=").map_or((kept, false), |kept| (kept, true));
        quoted_line(kept, &mut out);
        if ended && !soft {
            out.extend_from_slice(if bare.ends_with(b"\r") { b"\r\n" } else { b"\n" });
        }
    }
    out
}

fn quoted_line(mut rest: &[u8], out: &mut Vec<u8>) {
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'='
            && let [high, low, further @ ..] = after
            && let (Some(high), Some(low)) = ((*high as char).to_digit(16), (*low as char).to_digit(16))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            rest = further;
            continue;
        }
        out.push(*byte);
    }
}

/// A file in the midst of text.
pub(super) struct Uuencoded {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Where it stood: from the `begin` line to behind the `end` line.
    pub place: std::ops::Range<usize>,
}

/// The first uuencoded file in a text: `begin 644 name`, lines of at most 45 octets, `end`.
pub(super) fn uuencoded(text: &[u8]) -> Option<Uuencoded> {
    let mut at = 0;
    let mut open: Option<(usize, String, Vec<u8>)> = None;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_ascii_end();
        match &mut open {
            None => {
                if let Some(name) = begin(bare) {
                    open = Some((start, name, Vec::new()));
                }
            }
            Some((from, name, bytes)) => {
                if bare == b"end" {
                    return Some(Uuencoded {
                        name: std::mem::take(name),
                        bytes: std::mem::take(bytes),
                        place: *from..at,
                    });
                }
                if !uuencoded_line(bare, bytes) {
                    open = begin(bare).map(|name| (start, name, Vec::new()));
                }
            }
        }
    }
    None
}

fn begin(line: &[u8]) -> Option<String> {
    let rest = line.strip_prefix(b"begin ")?;
    let (mode, name) = rest.split_at_checked(rest.iter().position(|b| *b == b' ')?)?;
    let octal = (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..=b'7').contains(b));
    let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
    (octal && !name.is_empty()).then_some(name)
}

/// Reads one line; whether it was one.
fn uuencoded_line(line: &[u8], out: &mut Vec<u8>) -> bool {
    let value = |byte: &u8| if (0x20..=0x60).contains(byte) { Some(u32::from((byte - 0x20) & 0x3F)) } else { None };
    let Some((first, rest)) = line.split_first() else { return true };
    let Some(length) = value(first) else { return false };
    let length = length as usize;
    if length > 45 || rest.len() > 64 || rest.iter().any(|byte| value(byte).is_none()) {
        return false;
    }
    let mut bytes = Vec::with_capacity(48);
    for four in rest.chunks(4) {
        let mut bits = 0;
        for n in 0..4 {
            bits = (bits << 6) | four.get(n).and_then(value).unwrap_or_default();
        }
        bytes.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
    }
    // Blanks at the end of a line are lost on the way; they were zeros.
    bytes.resize(length, 0);
    out.extend_from_slice(&bytes);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_dirt() {
        assert_eq!(base64(b"SGFs\r\nbG8="), b"Hallo");
        assert_eq!(base64(b"SGFsbG8"), b"Hallo", "padding is missing");
        assert_eq!(base64(b"SGFs!bG8=\n\n_____\nlist footer at the end\n"), b"Hallo");
        assert_eq!(base64(b"SGE=\nSGE=\n"), b"HaHa", "two blocks one after the other");
    }

    #[test]
    fn quoted_printable_with_dirt() {
        assert_eq!(quoted_printable(b"a=3D=\r\nb \t\r\nc=zz=E4\n"), b"a=b\r\nc=zz\xE4\n");
        assert_eq!(quoted_printable(b"end="), b"end");
    }

    #[test]
    fn files_in_the_text() {
        let text = b"before\nbegin the day well\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n";
        let found = uuencoded(text).unwrap();
        assert_eq!((found.name.as_str(), found.bytes.as_slice()), ("cat.txt", &b"Cat"[..]));
        assert_eq!(text.get(found.place.end..).unwrap(), b"after\n");
        assert!(uuencoded(b"begin 644 x\nthis is no such line\nend\n").is_none());
    }
}
