//! The values that a response is made of (RFC 3501 4): atoms, strings and lists, read with a bound for depth.

use std::borrow::Cow;

/// Lists in lists.
const DEPTH_MAX: usize = 16;

/// The octets to the next blank, and what follows it.
pub(super) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|octet| *octet == b' ').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.strip_prefix(b" ").unwrap_or(rest))
}

/// A value within a response.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Atom(&'a [u8]),
    /// Quoted or literal.
    Text(Cow<'a, [u8]>),
    List(Vec<Item<'a>>),
}

/// Values one after the other.
pub(super) struct Items<'a> {
    pub rest: &'a [u8],
}

impl<'a> Items<'a> {
    /// The next value; nothing at the end and for what makes no sense.
    pub(super) fn next(&mut self, depth: usize) -> Option<Item<'a>> {
        self.rest = self.rest.trim_ascii_start();
        match *self.rest.first()? {
            b'(' if depth < DEPTH_MAX => {
                self.skip(1);
                let mut inner = Vec::new();
                loop {
                    self.rest = self.rest.trim_ascii_start();
                    if self.rest.starts_with(b")") {
                        self.skip(1);
                        return Some(Item::List(inner));
                    }
                    inner.push(self.next(depth + 1)?);
                }
            }
            b'(' | b')' => None,
            b'"' => self.quoted().map(Item::Text),
            b'{' => self.literal().map(|octets| Item::Text(Cow::Borrowed(octets))),
            _ => self.atom().map(Item::Atom),
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn quoted(&mut self) -> Option<Cow<'a, [u8]>> {
        self.skip(1);
        let end = memchr::memchr2(b'"', b'\\', self.rest)?;
        if self.rest.get(end) == Some(&b'"') {
            let plain = self.rest.get(..end)?;
            self.skip(end + 1);
            return Some(Cow::Borrowed(plain));
        }
        let mut text = Vec::new();
        loop {
            let octet = *self.rest.first()?;
            self.skip(1);
            match octet {
                b'"' => return Some(Cow::Owned(text)),
                b'\\' => {
                    text.push(*self.rest.first()?);
                    self.skip(1);
                }
                _ => text.push(octet),
            }
        }
    }

    fn literal(&mut self) -> Option<&'a [u8]> {
        let end = memchr::memchr(b'\n', self.rest)?;
        let head = std::str::from_utf8(self.rest.get(1..end)?).ok()?.trim_end();
        let digits = head.strip_suffix('}')?;
        let length: usize = digits.strip_suffix('+').unwrap_or(digits).parse().ok()?;
        self.skip(end + 1);
        let (octets, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(octets)
    }

    /// To the next blank or parenthesis, with what stands in brackets (`BODY[HEADER.FIELDS (DATE)]`).
    fn atom(&mut self) -> Option<&'a [u8]> {
        let mut in_brackets = false;
        let end = self.rest.iter().position(|octet| {
            match octet {
                b'[' => in_brackets = true,
                b']' => in_brackets = false,
                _ => {}
            }
            matches!(octet, b'\r' | b'\n') || (!in_brackets && matches!(octet, b' ' | b'(' | b')' | b'"'))
        });
        let (atom, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!atom.is_empty()).then_some(atom)
    }
}
