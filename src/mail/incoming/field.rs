//! Header fields: where they end (RFC 5322 section 2.2), what their octets say (RFC 2047), read from the octets as they
//! came, so that raw 8-bit headers and encoded words that were split inside a letter come out right.

use super::charset;
use super::transfer;

/// Fields of one part that are read; the rest of a header block is skipped.
const FIELDS_MAX: usize = 2_000;

/// A header field as it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    /// The name, in whatever case it was written.
    pub name: &'a str,
    /// The octets behind the colon, folds and all.
    pub raw: &'a [u8],
}

/// The header block of a mail or part.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    fields: Vec<Field<'a>>,
    /// Whether there was more than was read.
    pub cut: bool,
    /// How octets of no charset of their own are to be read: the charset of the text.
    pub charset: Option<String>,
}

impl<'a> Fields<'a> {
    /// Reads the header block at the start of `raw`, at most `octets_max` of it; also says where the body begins.
    pub(super) fn read(raw: &'a [u8], octets_max: usize) -> (Self, usize) {
        let mut found = Self::default();
        let mut at = 0;
        let mut open: Option<(&'a str, usize)> = None;
        loop {
            let rest = raw.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |n| n + 1);
            let line = rest.get(..length).unwrap_or_default();
            let blank = line.iter().all(|b| matches!(b, b'\r' | b'\n'));
            let folded = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
            let field = if blank || folded { None } else { name(line) };
            let over = blank || (field.is_none() && !folded && !goes_on(raw, at, length));
            if (field.is_some() || over)
                && let Some((name, start)) = open.take()
            {
                found.take(name, raw.get(start..at).unwrap_or_default(), start, octets_max);
            }
            if over {
                return (found, if blank { at + length } else { at });
            }
            if let Some((name, colon)) = field {
                open = Some((name, at + colon + 1));
            }
            at += length;
        }
    }

    fn take(&mut self, name: &'a str, raw: &'a [u8], start: usize, octets_max: usize) {
        if start > octets_max || self.fields.len() >= FIELDS_MAX {
            self.cut = true;
            return;
        }
        let kept = raw.get(..octets_max - start).unwrap_or(raw);
        self.cut |= kept.len() < raw.len();
        self.fields.push(Field { name, raw: kept });
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Every field, in their order.
    pub(super) fn all(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// The fields of a name, in their order.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name))
    }

    /// The first field of a name, unfolded and read as text, encoded words still encoded.
    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.named(name).next().map(|field| self.unfolded(field))
    }

    /// A field unfolded and read as text, encoded words still encoded.
    pub(super) fn unfolded(&self, field: &Field<'_>) -> String {
        let plain = |b: &u8| if matches!(b, b'\r' | b'\n') { None } else { Some(*b) };
        let octets: Vec<u8> = field.raw.iter().filter_map(plain).collect();
        let octets = octets.trim_ascii();
        let text = if std::str::from_utf8(octets).is_ok() {
            charset::decode(octets, None)
        } else {
            charset::decode_hinted(octets, self.charset.as_deref())
        };
        text.replace('\0', "")
    }

    /// The first field of a name as a reader sees it: encoded words decoded.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|value| words(&value))
    }
}

/// The name of a field and where its colon is.
fn name(line: &[u8]) -> Option<(&str, usize)> {
    let colon = memchr::memchr(b':', line.get(..200).unwrap_or(line))?;
    let name = line.get(..colon)?.trim_ascii_end();
    let valid = !name.is_empty() && name.iter().all(|b| (0x21..0x7F).contains(b));
    let name = valid.then(|| std::str::from_utf8(name).ok()).flatten()?;
    Some((name, colon))
}

/// Fields that every mail has some of.
const USUAL: [&str; 16] = [
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "received",
    "sender",
    "reply-to",
    "return-path",
    "delivered-to",
    "message-id",
    "references",
    "in-reply-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];
/// Octets behind a line that is no field in which further fields are looked for.
const AHEAD_MAX: usize = 8_192;

/// Whether a line that is no field is dirt between fields (a fold without its blank, an mbox `From` line): usual fields
/// follow before the first empty line.
fn goes_on(raw: &[u8], at: usize, length: usize) -> bool {
    if length == 0 {
        return false;
    }
    let rest = raw.get(at + length..).unwrap_or_default();
    let ahead = rest.get(..AHEAD_MAX).unwrap_or(rest);
    let lines = ahead.split(|b| *b == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let usual = |known: &str| USUAL.iter().any(|name| known.eq_ignore_ascii_case(name));
    lines.take(40).any(|line| name(line).is_some_and(|(name, _)| usual(name)))
}

/// An encoded word that was taken apart.
struct Word {
    charset: String,
    bytes: Vec<u8>,
    /// Behind it in the text.
    end: usize,
}

/// Decodes the encoded words of a text (RFC 2047), also where they stand too close to other text or were split inside a
/// letter: neighbours of one charset are joined before they are decoded.
pub(super) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(start) = rest.find("=?") else {
            flush(&mut pending, &mut out);
            out.push_str(rest);
            return out;
        };
        let before = rest.get(..start).unwrap_or_default();
        let Some(word) = word(text, at + start) else {
            flush(&mut pending, &mut out);
            out.push_str(before);
            out.push_str("=?");
            at += start + 2;
            continue;
        };
        if pending.is_none() || !before.trim().is_empty() {
            flush(&mut pending, &mut out);
            out.push_str(before);
        }
        match &mut pending {
            Some((charset, bytes)) if *charset == word.charset => bytes.extend_from_slice(&word.bytes),
            _ => {
                flush(&mut pending, &mut out);
                pending = Some((word.charset, word.bytes));
            }
        }
        at = word.end;
    }
    flush(&mut pending, &mut out);
    out
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = pending.take() {
        out.push_str(&charset::decode(&bytes, Some(&charset)));
    }
}

/// The encoded word at a `=?`.
fn word(text: &str, start: usize) -> Option<Word> {
    let rest = text.get(start + 2..)?;
    let (charset, after) = rest.split_once('?').filter(|(charset, _)| charset.len() <= 40 && !charset.is_empty())?;
    let (kind, body) = after.split_once('?').filter(|(kind, _)| kind.len() == 1)?;
    let (inner, _) = body.split_once("?=")?;
    let end = start + 2 + charset.len() + 1 + kind.len() + 1 + inner.len() + 2;
    // A `?=` may be the start of `=XX` in quoted text: then the word goes on.
    let charset = charset.split('*').next().unwrap_or_default().to_ascii_lowercase();
    let bytes = match kind {
        "B" | "b" => transfer::base64(inner.as_bytes()),
        "Q" | "q" => transfer::quoted_printable(inner.replace('_', " ").trim_end_matches(' ').as_bytes()),
        _ => return None,
    };
    let spaces = inner.len() - inner.trim_end_matches(['_', ' ']).len();
    let padded = matches!(kind, "Q" | "q").then_some(spaces).unwrap_or_default();
    let bytes = [bytes, vec![b' '; padded]].concat();
    Some(Word { charset, bytes, end })
}

/// Message-IDs in a value: what stands between `<` and `>`, or bare words with an `@`. Only ids of more than five
/// characters with an `@` count; an empty string is never one.
pub(super) fn ids(value: &str, count_max: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let bracketed = value.contains('<');
    let parts: Box<dyn Iterator<Item = &str>> = if bracketed {
        Box::new(value.split('<').skip(1).filter_map(|part| part.split('>').next()))
    } else {
        Box::new(value.split([' ', '\t', ',']))
    };
    for part in parts {
        let id: String = part.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        if id.len() > 5 && id.len() <= 998 && id.contains('@') && !found.contains(&id) {
            found.push(id);
        }
        if found.len() > count_max {
            // The first says where the thread began, the last what is answered.
            found.remove(1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(raw: &[u8]) -> String {
        let (fields, _) = Fields::read(raw, 1_000);
        fields.text("subject").unwrap()
    }

    #[test]
    fn fields_and_where_they_end() {
        let (fields, body) = Fields::read(b"From x\nSubject: a\r\n b\nbroken fold\nTo:\n\nbody: no\n", 1_000);
        assert_eq!(fields.all().len(), 2);
        assert_eq!(fields.first("SUBJECT").unwrap(), "a bbroken fold");
        assert_eq!(body, 39);
        let (fields, body) = Fields::read(b"Subject: a\nno blank line before this text\n", 1_000);
        assert_eq!((fields.all().len(), body), (1, 11));
        let (fields, _) = Fields::read(b"A: 1\nLong: 0123456789\nC: 3\n\n", 16);
        assert!(fields.cut && fields.all().len() == 2);
        assert!(Fields::read(b"", 10).0.is_empty());
    }

    #[test]
    fn encoded_words() {
        assert_eq!(words("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?= =?UTF-8?B?w7Y=?=!"), "äö!");
        assert_eq!(words("Re: =?iso-8859-1?q?f=FCr_?= =?iso-8859-1*de?q?uns?= =?"), "Re: für uns =?");
        assert_eq!(words("a=?utf-8?Q?b?=c =?x?z?y?="), "abc =?x?z?y?=");
        assert_eq!(words("=?utf-7?Q?+AOQ-?="), "ä");
    }

    #[test]
    fn raw_octets_by_the_charset_of_the_text_or_guessed() {
        assert_eq!(subject("Subject: Grüße\n\n".as_bytes()), "Grüße");
        assert_eq!(subject(b"Subject: Gr\xF6\xDFe f\xFCr M\xFCller\n\n"), "Größe für Müller");
        let (mut fields, _) = Fields::read(b"Subject: \xC4\xA3\xC4\xE2\n\n", 100);
        fields.charset = Some("gb2312".to_owned());
        assert_eq!(fields.text("subject").unwrap(), "模拟");
    }

    #[test]
    fn message_ids() {
        assert_eq!(ids("<a@b.cd> <x> <a@b.cd>\t<e@f.gh>", 10), ["a@b.cd", "e@f.gh"]);
        assert_eq!(ids("bare@id.org", 10), ["bare@id.org"]);
        assert!(ids("<> <@> <a@b>", 10).is_empty());
        let many: String = (0..50).map(|n| format!("<r{n}@x.test>")).collect();
        assert_eq!(ids(&many, 3), ["r0@x.test", "r48@x.test", "r49@x.test"]);
    }
}
