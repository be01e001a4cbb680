//! Where a message came from and where an answer goes (RFC 3261 section 18.2.2, RFC 3581).

use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use super::reader::Message;

/// The port of SIP where none is written.
pub const DEFAULT_PORT: u16 = 5060;

/// How octets travel. TLS will be a third one: reliable like TCP, another name in Contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Datagrams: may be lost, doubled and reordered, so transactions repeat what matters.
    Udp,
    /// A stream: answers go back over the same connection.
    Tcp,
}

impl Transport {
    /// Whether the network itself repeats what was lost.
    pub fn is_reliable(self) -> bool {
        self != Self::Udp
    }

    /// As it stands in a `transport=` parameter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Names a listening UDP socket or a TCP connection for as long as this process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Link(pub u64);

/// The way a message came.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// UDP or TCP.
    pub transport: Transport,
    /// The socket or connection.
    pub link: Link,
    /// Who sent it; an IPv4-mapped IPv6 address is written as the IPv4 address that it is.
    pub peer: SocketAddr,
    /// Our own end; the address may be unspecified on a socket that listens on all of them.
    pub local: SocketAddr,
    /// When it arrived.
    pub at: Instant,
}

impl Source {
    /// Where the answer to a request goes: back over the same connection; over UDP to the sender's address, at the port
    /// it sent from when it asked for that with `rport` (or `force_rport` is set for it), else at the port of its Via.
    ///
    /// `maddr` is ignored on purpose: with it a request could send our answers to anybody.
    pub fn answer_target(&self, request: &Message, force_rport: bool) -> Target {
        let port = match request.via.first() {
            Some(top) if !self.transport.is_reliable() && !force_rport && !top.wants_rport() => {
                top.port.unwrap_or(DEFAULT_PORT)
            }
            _ => self.peer.port(),
        };
        Target { transport: self.transport, link: self.link, to: SocketAddr::new(self.peer.ip(), port) }
    }

    /// Straight back to where the octets came from, for what can't be read.
    pub fn back(&self) -> Target {
        Target { transport: self.transport, link: self.link, to: self.peer }
    }
}

/// The way an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// UDP or TCP.
    pub transport: Transport,
    /// The socket or connection to send over.
    pub link: Link,
    /// The address to send to.
    pub to: SocketAddr,
}
