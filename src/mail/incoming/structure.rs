//! The tree of a mail's parts (RFC 2046), as slices of its octets.
//!
//! Read here and not by a library: those that exist keep a nested mail inside the mail that holds it, so that a chain of
//! some ten thousand `message/rfc822` ends the process when it is dropped, and hand out text that is already re-encoded.
//! Here depth and number of parts are bounded, nothing is copied, and octets stay as they came.

use super::Limits;
use super::field::Fields;
use super::parameter::Valued;
use super::transfer::Transfer;

/// Multiparts within each other that are opened; deeper ones are kept as they are.
const DEPTH_MAX: usize = 32;

/// A part of a mail, or the mail itself.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub fields: Fields<'a>,
    /// The media type, always `type/subtype` in lower case.
    pub media: String,
    pub content_type: Valued,
    pub disposition: Valued,
    pub transfer: Transfer,
    /// The body as it came, transfer encoding and all.
    pub body: &'a [u8],
    /// The parts of a multipart.
    pub parts: Vec<Part<'a>>,
}

/// What is counted while the tree is read.
pub(super) struct Count {
    parts_left: usize,
    /// Whether parts were left unread.
    pub cut: bool,
}

impl Count {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { parts_left: limits.parts_max, cut: false }
    }
}

impl<'a> Part<'a> {
    /// Reads the part that `raw` is.
    pub(super) fn read(raw: &'a [u8], headers_max: usize, count: &mut Count) -> Self {
        Self::at_depth(raw, headers_max, 0, "", count)
    }

    fn at_depth(raw: &'a [u8], headers_max: usize, depth: usize, within: &str, count: &mut Count) -> Self {
        let (fields, body) = Fields::read(raw, headers_max);
        let body = raw.get(body..).unwrap_or_default();
        let content_type = typed(&fields);
        let disposition = fields.text("content-disposition").map(|text| Valued::read(&text)).unwrap_or_default();
        let transfer =
            fields.first("content-transfer-encoding").map_or(Transfer::Plain, |value| Transfer::read(&value));
        let media = media(&content_type, within);
        let mut part = Self { fields, media, content_type, disposition, transfer, body, parts: Vec::new() };
        part.fields.charset = part.charset().map(str::to_owned);
        if part.media.starts_with("multipart/") {
            if depth >= DEPTH_MAX {
                count.cut = true;
                return part;
            }
            for piece in pieces(body, part.content_type.parameter("boundary"), count) {
                part.parts.push(Self::at_depth(piece, headers_max, depth + 1, &part.media, count));
            }
        }
        part
    }

    /// The charset that the part declares.
    pub(super) fn charset(&self) -> Option<&str> {
        self.content_type.parameter("charset")
    }

    /// The body with its transfer encoding undone.
    pub(super) fn octets(&self) -> Vec<u8> {
        self.transfer.undo(self.body)
    }

    /// Whether the sender declared it to be a file.
    pub(super) fn is_attachment(&self) -> bool {
        self.disposition.value == "attachment"
    }

    /// Every part that is no multipart, in their order.
    pub(super) fn leaves(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(part) = open.pop() {
            if part.parts.is_empty() {
                found.push(part);
            } else {
                open.extend(part.parts.iter().rev());
            }
        }
        found
    }
}

/// The Content-Type; of several the first that says something.
fn typed(fields: &Fields<'_>) -> Valued {
    let mut read = fields.named("content-type").take(8).map(|field| Valued::read(&fields.unfolded(field)));
    let first = read.next().unwrap_or_default();
    if first.value.contains('/') { first } else { read.find(|other| other.value.contains('/')).unwrap_or(first) }
}

fn media(content_type: &Valued, within: &str) -> String {
    let value = content_type.value.trim_matches(|c: char| c == '/' || c == ',' || c == '\'');
    match value.split_once('/') {
        Some((kind, subtype)) if !kind.is_empty() && !subtype.is_empty() => value.to_owned(),
        _ if value == "multipart" || (value.is_empty() && content_type.parameter("boundary").is_some()) => {
            "multipart/mixed".to_owned()
        }
        _ if value == "html" => "text/html".to_owned(),
        _ if value.is_empty() && within == "multipart/digest" => "message/rfc822".to_owned(),
        _ if value.is_empty() || value == "text" || value == "plain" => "text/plain".to_owned(),
        _ => "application/octet-stream".to_owned(),
    }
}

/// The octets of each part of a multipart. Where the boundary that was declared is nowhere, the one that is used counts.
fn pieces<'a>(body: &'a [u8], boundary: Option<&str>, count: &mut Count) -> Vec<&'a [u8]> {
    let declared = boundary.map(|text| text.trim_end().as_bytes().to_vec()).filter(|text| !text.is_empty());
    if let Some(boundary) = &declared {
        let found = cut(body, boundary, count);
        if !found.is_empty() {
            return found;
        }
    }
    match used_boundary(body) {
        Some(boundary) => cut(body, boundary, count),
        None => Vec::new(),
    }
}

/// Cuts at the lines that are `--boundary`, blanks behind it allowed; `--boundary--` ends. A boundary that is the
/// beginning of a longer one (of a multipart inside) is none.
fn cut<'a>(body: &'a [u8], boundary: &[u8], count: &mut Count) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let delimiter = [b"--", boundary].concat();
    for start in memchr::memmem::find_iter(body, &delimiter) {
        if start > 0 && body.get(start - 1) != Some(&b'\n') {
            continue;
        }
        let behind = body.get(start + delimiter.len()..).unwrap_or_default();
        let line = behind.split(|b| *b == b'\n').next().unwrap_or_default();
        let ends = line.starts_with(b"--")
            && line.get(2..).is_some_and(|rest| rest.first().is_none_or(|b| !b.is_ascii_alphanumeric()));
        if !ends && !line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(from) = open.take() {
            found.push(body.get(from..before(body, start).max(from)).unwrap_or_default());
        }
        if ends {
            return found;
        }
        if count.parts_left == 0 {
            count.cut = true;
            return found;
        }
        count.parts_left -= 1;
        open = Some((start + delimiter.len() + line.len() + 1).min(body.len()));
    }
    if let Some(rest) = open.and_then(|from| body.get(from..)) {
        found.push(rest);
    }
    found
}

/// Where a part ends whose delimiter begins at `start`: before the line break that belongs to the delimiter.
fn before(body: &[u8], start: usize) -> usize {
    let end = start.saturating_sub(1);
    if end > 0 && body.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}

/// A line `--something` that is followed by a field of a part: the boundary that the mailer used in truth.
fn used_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut before: &[u8] = b"";
    for line in body.split(|b| *b == b'\n').take(5_000) {
        let field = line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"));
        if field && let Some(boundary) = before.trim_ascii().strip_prefix(b"--").filter(|b| !b.is_empty()) {
            return Some(boundary);
        }
        before = line;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> Vec<(String, String)> {
        let part = Part::read(raw.as_bytes(), 10_000, &mut Count::new(&Limits::default()));
        let text = |part: &&Part<'_>| (part.media.clone(), String::from_utf8(part.octets()).unwrap());
        part.leaves().iter().map(text).collect()
    }

    fn pair(media: &str, body: &str) -> (String, String) {
        (media.to_owned(), body.to_owned())
    }

    #[test]
    fn parts_within_parts() {
        let raw = "Content-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\nContent-Type: multipart/alternative;\r\n boundary=\"b1\"\r\n\r\n--b1\r\n\r\none\r\n\r\n--b1\r\nContent-Type: text/html\r\n\r\ntwo\r\n--b1--\r\n--b \r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b--\r\nepilogue";
        let expected = [pair("text/plain", "one\r\n"), pair("text/html", "two"), pair("image/png", "\u{0}\u{1}\u{2}")];
        assert_eq!(read(raw), expected);
    }

    #[test]
    fn boundaries_that_are_wrong() {
        let raw =
            "Content-Type: multipart/mixed; boundary=declared\n\n--used\nContent-Type: text/html\n\nx\n--used--\n";
        assert_eq!(read(raw), [pair("text/html", "x")]);
        let raw = "Content-Type: multipart/mixed; boundary=\"-\"\n\n---\n\none\n-\ntwo\n\n---\n\nthree\n-----\n";
        assert_eq!(read(raw), [pair("text/plain", "one\n-\ntwo\n"), pair("text/plain", "three")]);
        let raw = "Content-Type: multipart/mixed\n\nno part at all\n";
        assert_eq!(read(raw), [pair("multipart/mixed", "no part at all\n")]);
        let raw = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnever ended\n";
        assert_eq!(read(raw), [pair("text/plain", "never ended\n")]);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep: String =
            (0..2_000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let mut count = Count::new(&Limits::default());
        assert_eq!(Part::read(deep.as_bytes(), 10_000, &mut count).leaves().len(), 1);
        assert!(count.cut);
        let many = format!("Content-Type: multipart/mixed; boundary=q\n\n{}", "--q\n\nx\n".repeat(5_000));
        let mut count = Count::new(&Limits::default());
        assert_eq!(Part::read(many.as_bytes(), 10_000, &mut count).leaves().len(), Limits::default().parts_max);
        assert!(count.cut);
    }
}
