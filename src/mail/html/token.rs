//! HTML as a stream of tokens, as WHATWG's tokenizer sees them, in one pass that is linear in whatever it is given: also in
//! the number of attributes of one tag, in which others are a square.
//!
//! It need not agree with a browser in everything: what is shown is written anew from these tokens and cleaned after that.

use std::borrow::Cow;

use markup5ever::data::NAMED_ENTITIES;

/// Attributes of one tag that are kept; the rest is skipped.
pub(super) const ATTRIBUTES_MAX: usize = 64;

/// What stands next.
pub(super) enum Piece<'a> {
    /// Text, entities decoded.
    Text(&'a str),
    Open(&'a Tag),
    /// The name of an element that is closed.
    Close(&'a str),
}

/// A start tag.
#[derive(Debug, Default)]
pub(super) struct Tag {
    /// The name in lower case.
    pub name: String,
    /// Names in lower case and values, entities decoded.
    pub attributes: Vec<(String, String)>,
    pub self_closing: bool,
    /// Whether it had more attributes than are kept.
    pub crowded: bool,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Elements whose content is not markup.
const RAW: [&str; 9] = ["script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "title", "textarea"];

/// Hands each piece of some HTML to `each`. Comments, doctypes, and the content of scripts and their like are left out.
pub(super) fn each(html: &str, mut each: impl FnMut(Piece<'_>)) {
    let bytes = html.as_bytes();
    let (mut at, mut text_from) = (0, 0);
    while let Some(start) = find(bytes, b'<', at) {
        let letter = |n: usize| bytes.get(start + n).is_some_and(u8::is_ascii_alphabetic);
        let closing = bytes.get(start + 1) == Some(&b'/') && letter(2);
        let markup = letter(1) || matches!(bytes.get(start + 1), Some(b'!' | b'?' | b'/'));
        if !markup {
            at = start + 1;
            continue;
        }
        let end = if letter(1) || closing {
            let (tag, end) = tag(html, start + if closing { 2 } else { 1 });
            let Some(end) = end else { break };
            emit_text(html, text_from, start, &mut each);
            if closing {
                each(Piece::Close(&tag.name));
                end
            } else {
                each(Piece::Open(&tag));
                if RAW.contains(&tag.name.as_str()) { raw_end(bytes, end, &tag.name) } else { end }
            }
        } else {
            emit_text(html, text_from, start, &mut each);
            other_end(bytes, start)
        };
        (at, text_from) = (end, end);
    }
    emit_text(html, text_from, html.len(), &mut each);
}

fn find(bytes: &[u8], wanted: u8, from: usize) -> Option<usize> {
    memchr::memchr(wanted, bytes.get(from..)?).map(|n| from + n)
}

fn emit_text(html: &str, from: usize, to: usize, each: &mut impl FnMut(Piece<'_>)) {
    if let Some(text) = html.get(from..to).filter(|text| !text.is_empty()) {
        each(Piece::Text(&decoded(text)));
    }
}

/// Behind a comment, doctype or other `<!`, `<?`, `</`.
fn other_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let ended = match rest {
        [b'<', b'!', b'-', b'-', inner @ ..] if inner.starts_with(b">") => Some(5),
        [b'<', b'!', b'-', b'-', inner @ ..] if inner.starts_with(b"->") => Some(6),
        [b'<', b'!', b'-', b'-', inner @ ..] => memchr::memmem::find(inner, b"-->").map(|n| n + 7),
        _ => memchr::memchr(b'>', rest).map(|n| n + 1),
    };
    ended.map_or(bytes.len(), |length| start + length)
}

/// Where the content of a raw element ends: at its end tag, which is not part of it.
fn raw_end(bytes: &[u8], from: usize, name: &str) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let closes = |at: &usize| {
        let named = rest.get(at + 2..at + 2 + name.len());
        let behind = rest.get(at + 2 + name.len());
        let ended = behind.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        named.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) && ended
    };
    memchr::memmem::find_iter(rest, b"</").find(closes).map_or(bytes.len(), |at| from + at)
}

/// The tag whose name begins here, and where it ends; nothing for its end when it never does.
fn tag(html: &str, from: usize) -> (Tag, Option<usize>) {
    let bytes = html.as_bytes();
    let over = |at: usize, stops: fn(u8) -> bool| {
        let rest = bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|b| stops(*b)).unwrap_or(rest.len())
    };
    let name_end = over(from, |b| b.is_ascii_whitespace() || b == b'/' || b == b'>');
    let name = html.get(from..name_end).unwrap_or_default();
    let mut tag = Tag { name: name.get(..40).unwrap_or(name).to_ascii_lowercase(), ..Tag::default() };
    let mut at = name_end;
    loop {
        let before = at;
        at = over(at, |b| !b.is_ascii_whitespace() && b != b'/');
        match bytes.get(at) {
            None => return (tag, None),
            Some(b'>') => {
                tag.self_closing = html.get(before..at).is_some_and(|gap| gap.ends_with('/'));
                return (tag, Some(at + 1));
            }
            Some(_) => {}
        }
        let name_from = at;
        // A `=` at the beginning belongs to the name.
        at = over(at + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='));
        let name = html.get(name_from..at).unwrap_or_default();
        let equals = over(at, |b| !b.is_ascii_whitespace());
        let mut value = "";
        if bytes.get(equals) == Some(&b'=') {
            let start = over(equals + 1, |b| !b.is_ascii_whitespace());
            let (from, to, next) = match bytes.get(start) {
                Some(quote @ (b'"' | b'\'')) => {
                    let Some(end) = find(bytes, *quote, start + 1) else { return (tag, None) };
                    (start + 1, end, end + 1)
                }
                _ => {
                    let end = over(start, |b| b.is_ascii_whitespace() || b == b'>');
                    (start, end, end)
                }
            };
            value = html.get(from..to).unwrap_or_default();
            at = next;
        }
        if tag.attributes.len() >= ATTRIBUTES_MAX {
            tag.crowded = true;
        } else if name.len() <= 100 {
            let name = name.to_ascii_lowercase();
            if tag.attribute(&name).is_none() {
                tag.attributes.push((name, decoded(value).into_owned()));
            }
        }
    }
}

/// Text with its entities decoded.
fn decoded(text: &str) -> Cow<'_, str> {
    let Some(first) = find(text.as_bytes(), b'&', 0) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(text.get(from..at).unwrap_or_default());
        let rest = text.get(at + 1..).unwrap_or_default();
        let length =
            if let Some(number) = rest.strip_prefix('#') { numbered(number, &mut out) } else { named(rest, &mut out) };
        if length == 0 {
            out.push('&');
        }
        from = at + 1 + length;
        next = find(text.as_bytes(), b'&', from);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

/// `#228;` or `#xE4;`: what stands behind `&#`; how much of the text behind `&` it took.
fn numbered(rest: &str, out: &mut String) -> usize {
    let hex = rest.starts_with(['x', 'X']);
    let digits = rest.get(usize::from(hex)..).unwrap_or_default();
    let radix = if hex { 16 } else { 10 };
    let count = digits.bytes().take_while(|b| (*b as char).is_digit(radix)).count();
    if count == 0 {
        return 0;
    }
    let code =
        digits.get(..count.min(9)).and_then(|digits| u32::from_str_radix(digits, radix).ok()).unwrap_or(u32::MAX);
    match u8::try_from(code) {
        // Written by those who mean Windows' charset.
        Ok(byte @ 0x80..=0x9F) => out.push_str(&encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0),
        _ => out.push(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{FFFD}')),
    }
    let closed = digits.as_bytes().get(count) == Some(&b';');
    1 + usize::from(hex) + count + usize::from(closed)
}

/// `auml;`, or one of the old names that do without the semicolon.
fn named(rest: &str, out: &mut String) -> usize {
    let run = rest.bytes().take(32).take_while(u8::is_ascii_alphanumeric).count();
    let known = |length: usize| {
        let (first, second) = NAMED_ENTITIES.get(rest.get(..length)?)?;
        let first = char::from_u32(*first).filter(|c| *c != '\0')?;
        Some((first, char::from_u32(*second).filter(|c| *c != '\0'), length))
    };
    let closed = (rest.as_bytes().get(run) == Some(&b';')).then(|| known(run + 1)).flatten();
    let old = || {
        let goes_on = rest.as_bytes().get(run) == Some(&b'=');
        (2..=run.min(6)).rev().find_map(known).filter(|(_, _, length)| *length == run && !goes_on)
    };
    let Some((first, second, length)) = closed.or_else(old) else { return 0 };
    out.push(first);
    out.extend(second);
    length
}

/// The Content-ID of a `cid:` URL.
pub(super) fn cid(url: &str) -> Option<String> {
    let url = url.trim();
    let rest = url.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")).and_then(|_| url.get(4..))?;
    let mut out = Vec::with_capacity(rest.len());
    let mut bytes = rest.as_bytes();
    while let Some((byte, after)) = bytes.split_first() {
        bytes = after;
        if *byte == b'%'
            && let [high, low, further @ ..] = after
            && let (Some(high), Some(low)) = ((*high as char).to_digit(16), (*low as char).to_digit(16))
        {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            bytes = further;
            continue;
        }
        out.push(*byte);
    }
    let id = String::from_utf8_lossy(&out).into_owned();
    (!id.is_empty() && id.len() <= 998).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(html: &str) -> Vec<String> {
        let mut found = Vec::new();
        each(html, |piece| {
            found.push(match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Open(tag) => format!("<{} {:?}>", tag.name, tag.attributes),
                Piece::Close(name) => format!("</{name}>"),
            });
        });
        found
    }

    #[test]
    fn tags_and_text() {
        assert_eq!(
            pieces("a<B X='1' y=2 z \n w=\"&lt;\">b</B >c<!-- <i> -->d<br/>"),
            [
                "a",
                "<b [(\"x\", \"1\"), (\"y\", \"2\"), (\"z\", \"\"), (\"w\", \"<\")]>",
                "b",
                "</b>",
                "c",
                "d",
                "<br []>",
            ]
        );
        assert_eq!(pieces("<script>a<b></ script></SCRIPT>c"), ["<script []>", "</script>", "c"]);
        assert_eq!(pieces("1 < 2 <y"), ["1 < 2 <y"], "what never ends is no tag");
    }

    #[test]
    fn entities() {
        assert_eq!(
            decoded("&auml;&#228;&#xE4;&#150;&nbsp;&copy 1&lt;&unknown;&&#;&amp;lt;"),
            "äää–\u{a0}© 1<&unknown;&&#;&lt;"
        );
        assert_eq!(decoded("?a=1&copy=2&lang=3"), "?a=1&copy=2&lang=3");
        assert_eq!(decoded("&#0;&#xD800;&#99999999999;"), "\u{FFFD}\u{FFFD}\u{FFFD}");
    }
}
