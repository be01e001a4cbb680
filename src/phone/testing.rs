//! Small makers of messages for the unit tests of this module.

use std::time::Instant;

use super::path::{Link, Source, Transport};
use super::reader::{Framing, Message, read};

/// A UDP source with that address.
pub(crate) fn source(peer: &str) -> Source {
    let (peer, local) = (peer.parse().unwrap(), "192.0.2.50:5060".parse().unwrap());
    Source { transport: Transport::Udp, link: Link(0), peer, local, at: Instant::now() }
}

/// The same over a connection.
pub(crate) fn stream_source(peer: &str) -> Source {
    Source { transport: Transport::Tcp, link: Link(7), ..source(peer) }
}

/// The octets of a request of the call `id`; `more` are whole header lines.
pub(crate) fn octets(method: &str, id: &str, more: &str) -> String {
    format!(
        "{method} sip:620@192.0.2.50 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK{id};rport\r\n\
         From: \"Erika\" <sip:+4930901820@192.0.2.10>;tag=f{id}\r\nTo: <sip:620@192.0.2.50>\r\nCall-ID: c{id}\r\n\
         CSeq: 1 {method}\r\n{more}Content-Length: 0\r\n\r\n"
    )
}

/// That request, read.
pub(crate) fn request(method: &str, id: &str, more: &str) -> Message {
    parse(&octets(method, id, more))
}

/// Reads a datagram that is known to be right.
pub(crate) fn parse(octets: &str) -> Message {
    read(octets.as_bytes(), Framing::Datagram).unwrap()
}
