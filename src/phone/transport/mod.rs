//! Sockets: octets in, octets out, and who may come in at all.
//!
//! - `door`: unlisted sources are dropped before anything is read, listed ones have a rate.
//! - `queue`: between sockets and core, bounded; calls go first.
//! - `udp`, `tcp`: reading; each reads and parses in its own task, so two cores share the work.
//! - this file: what they have in common, and sending, which never waits: what the network does not take at once is
//!   dropped and counted, as a lost datagram would be.
//!
//! TLS has its place as a third reader that hands the same octets to [`Shared::take`].

pub(crate) mod door;
pub(crate) mod queue;
pub(crate) mod tcp;
pub(crate) mod udp;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::mpsc;

use self::door::Door;
use self::queue::{Packet, Queue};
use super::answering::Echo;
use super::meters::{Dropped, Meters};
use super::path::{Link, Source, Target, Transport};
use super::reader::{Framing, read, salvage};

/// What all sockets of a phone share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) door: Door,
    pub(crate) queue: Queue,
    pub(crate) wires: Wires,
    pub(crate) meters: Meters,
}

impl Shared {
    /// Reads one message of a source that has passed the door and hands it to the core; answers by itself when it can't
    /// be read.
    pub(crate) fn take(&self, source: Source, octets: &[u8]) {
        let framing = if source.transport.is_reliable() { Framing::Stream } else { Framing::Datagram };
        match read(octets, framing) {
            Ok(message) => {
                if self.queue.push(Packet { source, message: Box::new(message) }).is_some() {
                    self.meters.dropped(Dropped::QueueFull);
                }
            }
            Err(refusal) => self.refuse(source, octets, refusal.code, refusal.why),
        }
    }

    /// Answers what can't be read, when enough of it can be, and no faster than a peer that means well would need.
    pub(crate) fn refuse(&self, source: Source, octets: &[u8], code: Option<u16>, why: &'static str) {
        tracing::debug!(peer = %source.peer, transport = %source.transport, why, "unreadable SIP message");
        let saved = code.and_then(|code| Some((code, salvage(octets)?)));
        match saved {
            Some((code, headers)) if self.door.may_answer_garbage(source.peer.ip(), source.at) => {
                let octets = Echo::of_salvaged(&headers, &source).response(code, Some("unread"), &[]);
                self.meters.refused(code);
                self.meters.sent(code);
                if !self.wires.send(source.back(), octets) {
                    self.meters.dropped(Dropped::Unsent);
                }
            }
            _ => self.meters.dropped(if code == Some(513) { Dropped::TooLarge } else { Dropped::Malformed }),
        }
    }
}

/// The ways out.
#[derive(Debug, Default)]
pub(crate) struct Wires {
    /// By link number; the sending halves of the listening sockets.
    datagrams: Vec<(std::net::UdpSocket, bool)>,
    streams: Mutex<HashMap<Link, mpsc::Sender<Bytes>>>,
}

impl Wires {
    /// With those UDP sockets, whose place is their [`Link`]. They must not block.
    pub(crate) fn new(datagrams: Vec<std::net::UdpSocket>) -> Self {
        let is_v6 = |socket: &std::net::UdpSocket| socket.local_addr().is_ok_and(|local| local.is_ipv6());
        let datagrams = datagrams.into_iter().map(|socket| (is_v6(&socket), socket)).map(|(v6, s)| (s, v6)).collect();
        Self { datagrams, streams: Mutex::default() }
    }

    /// Sends, or says that it could not.
    pub(crate) fn send(&self, target: Target, octets: Bytes) -> bool {
        match target.transport {
            Transport::Udp => {
                let socket = usize::try_from(target.link.0).ok().and_then(|place| self.datagrams.get(place));
                socket.is_some_and(|(socket, is_v6)| socket.send_to(&octets, for_socket(target.to, *is_v6)).is_ok())
            }
            Transport::Tcp => {
                let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
                streams.get(&target.link).is_some_and(|sender| sender.try_send(octets).is_ok())
            }
        }
    }

    pub(crate) fn connect(&self, link: Link, sender: mpsc::Sender<Bytes>) {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).insert(link, sender);
    }

    pub(crate) fn disconnect(&self, link: Link) {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).remove(&link);
    }
}

/// An address as everything above the sockets knows it: an IPv4-mapped IPv6 address is the IPv4 address that it is.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// The same address as a socket wants it: one of IPv6 that also serves IPv4 wants it mapped.
fn for_socket(address: SocketAddr, is_v6: bool) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(v4) if is_v6 => SocketAddr::new(v4.to_ipv6_mapped().into(), address.port()),
        _ => address,
    }
}
