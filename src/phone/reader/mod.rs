//! Reads SIP messages from octets, strictly.
//!
//! `rsip` is our model of SIP and prints headers for us, but it never reads what comes from a network: it can't read
//! IPv6, folded lines, compact names or unknown methods, and it accepts messages that RFC 4475 says to refuse. So the
//! octets go through this reader:
//!
//! `lines` (head, folding, charset) -> `message` (start line, single-value rules, framing) -> `name_addr`, `uri`, `via`
//! (values) with `grammar` beneath. `frame` cuts messages out of a stream, `salvage` finds in a message that can't be
//! read what an error response needs.
//!
//! A message is either read whole or refused with the status that the sender should get; nothing is guessed and nothing
//! is dropped silently in between.

pub(crate) mod frame;
pub(crate) mod grammar;
pub(crate) mod lines;
mod message;
mod name_addr;
pub(crate) mod salvage;
mod uri;
mod via;

pub use frame::{Framer, Piece};
pub use grammar::{Params, percent_decode};
pub use lines::Header;
pub use message::{Message, Start};
pub use name_addr::NameAddr;
pub use salvage::salvage;
pub use uri::SipUri;
pub use via::{MAGIC_COOKIE, Via};

/// Octets of a message; more than a UDP datagram can carry is refused on streams too.
pub const MESSAGE_OCTETS_MAX: usize = 65_535;
/// Octets of the head of a message on a stream, before its blank line must have come.
pub const STREAM_HEAD_OCTETS_MAX: usize = 16_384;
/// Logical header lines of a message.
pub const HEADER_LINES_MAX: usize = 256;
/// Octets of a header line, unfolded.
pub const LINE_OCTETS_MAX: usize = 8_192;
/// Hops in all Via headers together; 70 is what Max-Forwards starts at.
pub const VIA_HOPS_MAX: usize = 70;

/// Why a message was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The status that a request deserves: 400, 413, 505 or 513. Nothing for a response, which is dropped.
    pub code: Option<u16>,
    /// The rule that was broken, for logs and tests; never text from the message.
    pub why: &'static str,
}

/// A refusal with a status.
pub(crate) fn refuse<T>(code: u16, why: &'static str) -> Result<T, Refusal> {
    Err(Refusal { code: Some(code), why })
}

/// How the octets came, which decides what ends a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// One UDP datagram: without a Content-Length the body is the rest of it.
    Datagram,
    /// A piece that [`Framer`] cut from a stream: without a Content-Length there is no body.
    Stream,
}

/// Reads one message.
///
/// Octets after the body that Content-Length declares are ignored (RFC 4475 section 3.1.1.8).
pub fn read(octets: &[u8], framing: Framing) -> Result<Message, Refusal> {
    message::read(octets, framing)
}
