//! The connection as a row of responses: a response is a line, with the literals that it announces and the lines that go on
//! after them (RFC 3501 4.3, 7). Everything that comes is counted before it is kept.

use std::time::Duration;

use super::{Error, Result};

/// Octets that are read at once.
const READ_BYTES: usize = 64 << 10;

/// Octets of a response outside of literals.
const LINE_BYTES_MAX: usize = 1 << 20;

/// What may still come as the answer to one command.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// Octets of a response outside of literals.
    pub line: usize,
    /// Octets of one literal.
    pub literal: usize,
    /// Octets in all.
    pub total: usize,
    /// Without an octet; nothing while the server owes no answer.
    pub quiet: Option<Duration>,
    /// For each response.
    pub response: Duration,
    /// How often the server may ask us to go on (`+`).
    pub go_ons: usize,
    /// Whether a response that makes no sense ends the connection, and is not only passed over.
    pub strict: bool,
    /// Whether the library logs in: it stops listening for a `+` when anything else comes first, so nothing else is let
    /// through but the end.
    pub login: bool,
}

impl Budget {
    /// For commands with small answers.
    pub(super) fn small(quiet: Duration) -> Self {
        Self {
            line: LINE_BYTES_MAX,
            literal: 64 << 10,
            total: 4 << 20,
            quiet: Some(quiet),
            response: quiet * 4,
            go_ons: 0,
            strict: false,
            login: false,
        }
    }
}

/// What has been read, and what of the next response is known.
#[derive(Default)]
pub(super) struct Frames {
    inbox: Vec<u8>,
    /// How much of the inbox has been used.
    used: usize,
    response: Vec<u8>,
    /// Where the last line of the response begins.
    line_at: usize,
    /// Octets of the response that are literals.
    literals: usize,
    /// Octets that are missing of the literal being read.
    literal_left: usize,
}

impl Frames {
    /// Whether nothing was said that hasn't been taken.
    pub(super) fn is_empty(&self) -> bool {
        self.used == self.inbox.len() && self.response.is_empty()
    }

    /// Room for what is read next, when [`Frames::next`] has nothing more.
    pub(super) fn room(&mut self) -> &mut Vec<u8> {
        self.inbox.clear();
        self.used = 0;
        self.inbox.reserve(READ_BYTES);
        &mut self.inbox
    }

    /// The next response, without the line end at its end; nothing until more is read.
    ///
    /// # Errors
    /// [`Error::Lost`] when it goes over the budget.
    pub(super) fn next(&mut self, budget: &mut Budget) -> Result<Option<Vec<u8>>> {
        while let Some(fresh) = self.inbox.get(self.used..).filter(|fresh| !fresh.is_empty()) {
            let in_literal = self.literal_left > 0;
            let line_end = || memchr::memchr(b'\n', fresh).map_or(fresh.len(), |at| at + 1);
            let count = if in_literal { fresh.len().min(self.literal_left) } else { line_end() };
            let Some(taken) = fresh.get(..count) else { return Ok(None) };
            budget.total = budget.total.checked_sub(count).ok_or_else(too_much)?;
            self.response.extend_from_slice(taken);
            self.used += count;
            if in_literal {
                self.literal_left -= count;
                self.literals += count;
                self.line_at = self.response.len();
                continue;
            }
            if self.response.len() - self.literals > budget.line {
                return Err(too_much());
            }
            if !self.response.ends_with(b"\n") {
                continue;
            }
            match self.announced()? {
                None => return Ok(Some(self.whole())),
                Some(length) if length > budget.literal => return Err(too_much()),
                Some(0) => self.line_at = self.response.len(),
                Some(length) => self.literal_left = length,
            }
        }
        Ok(None)
    }

    fn whole(&mut self) -> Vec<u8> {
        let mut whole = std::mem::take(&mut self.response);
        (self.line_at, self.literals) = (0, 0);
        whole.truncate(whole.len() - ending(&whole));
        whole
    }

    /// The length of the literal that the last line of the response ends with.
    fn announced(&self) -> Result<Option<usize>> {
        if !may_have_literals(&self.response) {
            return Ok(None);
        }
        let line = self.response.get(self.line_at..).unwrap_or_default();
        let line = line.get(..line.len() - ending(line)).unwrap_or_default();
        let Some(inner) = line.strip_suffix(b"}") else { return Ok(None) };
        let Some(open) = inner.iter().rposition(|octet| *octet == b'{') else { return Ok(None) };
        let digits = inner.get(open + 1..).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
        let digits = digits.strip_suffix('+').unwrap_or(digits);
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(None);
        }
        digits.parse().map(Some).map_err(|_too_long| too_much())
    }
}

pub(super) fn too_much() -> Error {
    Error::lost("the server sent far more than it was asked for")
}

/// Octets of the line end that a response ends with.
fn ending(line: &[u8]) -> usize {
    if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) }
}

/// Texts for people may end like a literal (RFC 3501 7.1); only data has literals.
fn may_have_literals(response: &[u8]) -> bool {
    let Some(data) = response.strip_prefix(b"* ") else { return false };
    let word = data.split(|octet| matches!(octet, b' ' | b'\r' | b'\n')).next().unwrap_or_default();
    !["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget() -> Budget {
        Budget { line: 1_000, literal: 1_000, total: 10_000, ..Budget::small(Duration::from_secs(5)) }
    }

    /// What a server that says this is heard as, in pieces of `piece` octets; the last may be why it was ended.
    fn heard(said: &[u8], piece: usize) -> Vec<Result<String>> {
        let (mut frames, mut budget, mut all) = (Frames::default(), budget(), Vec::new());
        for part in said.chunks(piece) {
            frames.room().extend_from_slice(part);
            loop {
                match frames.next(&mut budget) {
                    Ok(Some(response)) => all.push(Ok(String::from_utf8_lossy(&response).into_owned())),
                    Ok(None) => break,
                    Err(error) => {
                        all.push(Err(error));
                        return all;
                    }
                }
            }
        }
        all
    }

    #[test]
    fn responses_are_whole_however_they_come() {
        let said = b"* 1 FETCH (BODY[] {5}\r\na\r\nb\n UID 7)\r\n* LIST () {1}\r\nx {2}\r\nyz\r\n* OK see {99}\r\n* 2 FETCH (BODY[] {0}\r\n)\nA1 OK done\r\n";
        for piece in [1, 2, 3, 7, 4096] {
            let all = heard(said, piece);
            let texts: Vec<&str> = all.iter().flatten().map(String::as_str).collect();
            assert_eq!(
                texts,
                [
                    "* 1 FETCH (BODY[] {5}\r\na\r\nb\n UID 7)",
                    "* LIST () {1}\r\nx {2}\r\nyz",
                    "* OK see {99}",
                    "* 2 FETCH (BODY[] {0}\r\n)",
                    "A1 OK done"
                ]
            );
        }
    }

    #[test]
    fn what_is_too_much_is_not_kept() {
        let endless = [b"* ".to_vec(), vec![b'a'; 5_000]].concat();
        let many = b"* 1 EXISTS\r\n".repeat(2_000);
        let said: [&[u8]; 4] =
            [b"* 1 FETCH (BODY[] {500000000}\r\n", b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n", &endless, &many];
        for said in said {
            assert_eq!(heard(said, 4096).last().unwrap(), &Err(too_much()));
        }
    }
}
