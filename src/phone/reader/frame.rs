//! Cuts messages out of a stream: by Content-Length and nothing else (RFC 3261 section 18.3).
//!
//! It is the reader's own line code that finds Content-Length here, so that framing and reading can't disagree about
//! where a message ends. What breaks the framing can't be repaired: the connection has to close.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;

use super::grammar::is_digits;
use super::{MESSAGE_OCTETS_MAX, Refusal, STREAM_HEAD_OCTETS_MAX, lines, refuse};

/// What a stream held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A double line end between messages: a keep-alive that wants a single one back (RFC 5626 section 4.4.1).
    Ping,
    /// One whole message.
    Message(Bytes),
}

/// Collects octets of one stream and hands out messages.
#[derive(Debug, Default)]
pub struct Framer {
    octets: BytesMut,
    /// Where the search for the blank line goes on, so that a head that drips in is searched once.
    searched: usize,
    /// The length of the message at the front, once its head is complete.
    whole: Option<usize>,
}

impl Framer {
    /// The buffer to read into.
    pub fn buffer(&mut self) -> &mut BytesMut {
        &mut self.octets
    }

    /// Whether a message has begun but not ended. Line ends alone are keep-alives and begin nothing.
    pub fn is_midway(&self) -> bool {
        !self.octets.iter().all(|c| matches!(c, b'\r' | b'\n'))
    }

    /// What was collected and not handed out, for an answer to a message that broke the framing.
    pub fn rest(&self) -> &[u8] {
        &self.octets
    }

    /// The next piece; nothing until more octets have come. After an error the stream has no meaning any more.
    pub fn cut(&mut self) -> Result<Option<Piece>, Refusal> {
        if self.whole.is_none() {
            if self.octets.starts_with(b"\r\n\r\n") {
                self.octets.advance(4);
                return Ok(Some(Piece::Ping));
            }
            if self.octets.starts_with(b"\r\n") && self.octets.get(2).is_some_and(|c| *c != b'\r') {
                self.octets.advance(2);
            }
            self.whole = self.find_end()?;
        }
        match self.whole {
            Some(whole) if self.octets.len() >= whole => {
                self.whole = None;
                self.searched = 0;
                Ok(Some(Piece::Message(self.octets.split_to(whole).freeze())))
            }
            _ => Ok(None),
        }
    }

    fn find_end(&mut self) -> Result<Option<usize>, Refusal> {
        let from = self.searched.saturating_sub(3);
        let found = self.octets.get(from..).and_then(|rest| memmem::find(rest, b"\r\n\r\n"));
        let Some(end) = found.map(|at| at + from) else {
            self.searched = self.octets.len();
            return if self.octets.len() > STREAM_HEAD_OCTETS_MAX { refuse(400, "head too long") } else { Ok(None) };
        };
        if end > STREAM_HEAD_OCTETS_MAX {
            return refuse(400, "head too long");
        }
        let whole = end + 4 + content_length(self.octets.get(..end).unwrap_or_default())?;
        if whole > MESSAGE_OCTETS_MAX { refuse(513, "message too large") } else { Ok(Some(whole)) }
    }
}

/// The one Content-Length of a head. A stream without it can't be framed.
fn content_length(head: &[u8]) -> Result<usize, Refusal> {
    let (_, logical) = lines::unfold(head)?;
    let mut declared = None;
    // A line that is no header is the reader's to refuse; it doesn't change where the message ends.
    for header in logical.iter().filter_map(|line| lines::read_header(line).ok()).filter(|h| h.is("Content-Length")) {
        if !is_digits(&header.value) {
            return refuse(400, "Content-Length");
        }
        let Some(octets) = header.value.parse::<usize>().ok().filter(|n| *n <= MESSAGE_OCTETS_MAX) else {
            return refuse(413, "Content-Length too large");
        };
        if declared.is_some_and(|other| other != octets) {
            return refuse(400, "two Content-Lengths");
        }
        declared = Some(octets);
    }
    match declared {
        Some(octets) => Ok(octets),
        None => refuse(400, "no Content-Length on a stream"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(framer: &mut Framer, octets: &[u8]) -> Vec<Piece> {
        framer.buffer().extend_from_slice(octets);
        std::iter::from_fn(|| framer.cut().unwrap()).collect()
    }

    #[test]
    fn messages_merged_and_split_come_out_whole() {
        let one = b"OPTIONS sip:a SIP/2.0\r\nContent-Length :\r\n 5\r\n\r\nhello";
        let two = b"OPTIONS sip:b SIP/2.0\r\nl: 0\r\n\r\n";
        let stream = [&one[..], b"\r\n", two, b"\r\n\r\n", one].concat();
        let expected = [
            Piece::Message(Bytes::from_static(one)),
            Piece::Message(Bytes::from_static(two)),
            Piece::Ping,
            Piece::Message(Bytes::from_static(one)),
        ];
        assert_eq!(pieces(&mut Framer::default(), &stream), expected);
        let mut framer = Framer::default();
        let dripped: Vec<Piece> = stream.iter().flat_map(|octet| pieces(&mut framer, &[*octet])).collect();
        assert_eq!(dripped, expected, "octet by octet");
        assert!(!framer.is_midway());
    }

    #[test]
    fn what_cannot_be_framed_ends_the_stream() {
        for (head, code) in [
            ("A b SIP/2.0\r\nVia: x\r\n\r\n".to_owned(), 400),
            ("A b SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\n".to_owned(), 400),
            ("A b SIP/2.0\r\nl: -1\r\n\r\n".to_owned(), 400),
            ("A b SIP/2.0\r\nl: 65536\r\n\r\n".to_owned(), 413),
            ("A b SIP/2.0\r\nl: 65535\r\n\r\n".to_owned(), 513),
            (format!("A b SIP/2.0\r\n{}", "a".repeat(STREAM_HEAD_OCTETS_MAX)), 400),
        ] {
            let mut framer = Framer::default();
            framer.buffer().extend_from_slice(head.as_bytes());
            assert_eq!(framer.cut().unwrap_err().code, Some(code), "{head:.60}");
        }
    }
}
