//! Responses written anew, so that `imap-proto` reads them, reads them right, and survives it.
//!
//! Its grammar overflows the stack on a deep BODYSTRUCTURE, panics at `INTERNALDATE NIL` and at a text that begins with an
//! umlaut right after a code, fails at sizes beyond 32 bits, at lists in values it doesn't know and at two blanks instead of
//! one, and leaves the backslashes in strings. What is written here is what this module asks for, in the one form in which
//! nothing of that happens: of a FETCH five attributes, without strings that have escapes; of a long SEARCH several short
//! ones, as the library reads a line anew with each 4 KiB; of the others a bounded part. Everything else a server may say is
//! left out.

use super::items::{Item, Items, word};

/// Octets of a SEARCH, and of what a state says.
const LINE_BYTES: usize = 2_000;

/// What the server is able to do, attributes of a mail, words of a list.
const WORDS_MAX: usize = 200;

/// Octets of such a word.
const WORD_BYTES_MAX: usize = 60;

/// A response, given without its line end, in the form that the library is given; nothing if it makes no sense, or none to us.
pub(super) fn mended(response: &[u8]) -> Option<Vec<u8>> {
    if response.starts_with(b"+") {
        // What is asked is known, and some ask in words instead of base64.
        return Some(b"+ \r\n".to_vec());
    }
    let (tag, data) = word(response);
    let (first, rest) = word(data);
    let is = |what: &[u8]| first.eq_ignore_ascii_case(what);
    if [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].into_iter().any(is) {
        return Some(state(response));
    }
    if tag != b"*" {
        return None;
    }
    if is(b"CAPABILITY") {
        return Some(capability(rest));
    }
    if is(b"SEARCH") {
        return Some(search(rest));
    }
    if is(b"LIST") {
        return list(rest);
    }
    let number: u32 = number(first)?;
    let (what, rest) = word(rest);
    if what.eq_ignore_ascii_case(b"FETCH") {
        return fetch(number, rest);
    }
    let counts = what.eq_ignore_ascii_case(b"EXISTS") || what.eq_ignore_ascii_case(b"EXPUNGE");
    counts.then(|| [b"* ", first, b" ", what, b"\r\n"].concat())
}

fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let digits =
        std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?;
    digits.parse().ok()
}

/// How something ended: a blank before letters that aren't ASCII and follow a code, and none of the octets that end a text.
fn state(response: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    for octet in response.iter().take(LINE_BYTES) {
        if line.ends_with(b"]") && !octet.is_ascii() {
            line.push(b' ');
        }
        line.push(if matches!(octet, b'\r' | 0) { b' ' } else { *octet });
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// Only names that are atoms.
fn capability(text: &[u8]) -> Vec<u8> {
    let mut line = b"* CAPABILITY".to_vec();
    let is_name = |name: &&[u8]| {
        (1..=WORD_BYTES_MAX).contains(&name.len())
            && name.iter().all(|octet| octet.is_ascii_alphanumeric() || b"=-+_./:,&$!'".contains(octet))
    };
    for name in text.split(u8::is_ascii_whitespace).filter(is_name).take(WORDS_MAX) {
        line.push(b' ');
        line.extend_from_slice(name);
    }
    line.extend_from_slice(b"\r\n");
    line
}

/// In several parts; `(MODSEQ n)` may follow the numbers (RFC 7162 3.1.5).
fn search(text: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'(', text).unwrap_or(text.len());
    let mut lines = Vec::with_capacity(end + end / 100 + 16);
    let mut begun = 0;
    lines.extend_from_slice(b"* SEARCH");
    for number in text.get(..end).unwrap_or_default().split(u8::is_ascii_whitespace).filter(|n| !n.is_empty()) {
        if lines.len() - begun > LINE_BYTES {
            lines.extend_from_slice(b"\r\n");
            begun = lines.len();
            lines.extend_from_slice(b"* SEARCH");
        }
        lines.push(b' ');
        lines.extend_from_slice(number);
    }
    lines.extend_from_slice(b"\r\n");
    lines
}

/// The name as a literal, as what is quoted keeps its backslashes.
fn list(text: &[u8]) -> Option<Vec<u8>> {
    let mut items = Items { rest: text };
    let Item::List(attributes) = items.next(0)? else { return None };
    let delimiter = items.next(0)?;
    let name = match items.next(0)? {
        Item::Text(name) => name,
        Item::Atom(name) => name.into(),
        Item::List(_) => return None,
    };
    let mut line = b"* LIST (".to_vec();
    words_with_backslash(&attributes, &mut line);
    match delimiter {
        Item::Text(text) => match text.first() {
            Some(octet @ (b'"' | b'\\')) => line.extend_from_slice(&[b')', b' ', b'"', b'\\', *octet, b'"']),
            Some(octet @ b' '..=b'~') => line.extend_from_slice(&[b')', b' ', b'"', *octet, b'"']),
            _ => line.extend_from_slice(b") NIL"),
        },
        _ => line.extend_from_slice(b") NIL"),
    }
    line.extend_from_slice(format!(" {{{}}}\r\n", name.len()).as_bytes());
    line.extend_from_slice(&name);
    line.extend_from_slice(b"\r\n");
    Some(line)
}

/// Number, size, date, marks and octets of a mail.
fn fetch(number: u32, text: &[u8]) -> Option<Vec<u8>> {
    let mut items = Items { rest: text };
    let Item::List(inner) = items.next(0)? else { return None };
    let mut line = Vec::with_capacity(text.len() + 64);
    line.extend_from_slice(format!("* {number} FETCH (").as_bytes());
    let begins = line.len();
    let mut inner = inner.into_iter().take(WORDS_MAX);
    while let (Some(Item::Atom(name)), Some(value)) = (inner.next(), inner.next()) {
        attribute(name, &value, &mut line);
    }
    if line.len() > begins {
        line.truncate(line.len() - 1);
    }
    line.extend_from_slice(b")\r\n");
    Some(line)
}

/// Writes an attribute and a blank, if it is one that is asked for.
fn attribute(name: &[u8], value: &Item<'_>, line: &mut Vec<u8>) {
    let is = |what: &[u8]| name.eq_ignore_ascii_case(what);
    match value {
        Item::Atom(digits) if is(b"UID") => {
            if let Some(uid) = number::<u32>(digits) {
                line.extend_from_slice(format!("UID {uid} ").as_bytes());
            }
        }
        Item::Atom(digits) if is(b"RFC822.SIZE") => {
            if let Some(size) = number::<u64>(digits) {
                // What is larger than a number of the library can be is too large for every bound of ours.
                line.extend_from_slice(format!("RFC822.SIZE {} ", size.min(u32::MAX.into())).as_bytes());
            }
        }
        Item::Text(date) if is(b"INTERNALDATE") && is_date(date) => {
            line.extend_from_slice(&[b"INTERNALDATE \"", &**date, b"\" "].concat());
        }
        Item::List(flags) if is(b"FLAGS") => {
            line.extend_from_slice(b"FLAGS (");
            words_with_backslash(flags, line);
            line.extend_from_slice(b") ");
        }
        _ if is_section(name) => {
            line.extend_from_slice(name);
            if let Item::Text(octets) = value {
                line.extend_from_slice(format!(" {{{}}}\r\n", octets.len()).as_bytes());
                line.extend_from_slice(octets);
                line.push(b' ');
            } else {
                line.extend_from_slice(b" NIL ");
            }
        }
        _ => {}
    }
}

fn is_date(text: &[u8]) -> bool {
    text.len() <= WORD_BYTES_MAX && text.iter().all(|octet| octet.is_ascii_alphanumeric() || b" +-:".contains(octet))
}

/// `BODY[]`, `BODY[HEADER]<0>`: no section that has a list.
fn is_section(name: &[u8]) -> bool {
    let rest = name.split_at_checked(5).filter(|(body, _)| body.eq_ignore_ascii_case(b"BODY["));
    rest.is_some_and(|(_, rest)| {
        rest.len() <= WORD_BYTES_MAX
            && rest.iter().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b']' | b'<' | b'>'))
    })
}

/// Writes the words that the protocol knows (`\Seen`, `\Sent`), with blanks between them; those of people are left out.
fn words_with_backslash(items: &[Item<'_>], line: &mut Vec<u8>) {
    let begins = line.len();
    for item in items.iter().take(WORDS_MAX) {
        if let Item::Atom([b'\\', word @ ..]) = item
            && word.len() <= WORD_BYTES_MAX
            && word.iter().all(u8::is_ascii_alphanumeric)
        {
            if line.len() > begins {
                line.push(b' ');
            }
            line.push(b'\\');
            line.extend_from_slice(word);
        }
    }
}

#[cfg(test)]
#[path = "mending_tests.rs"]
mod tests;
