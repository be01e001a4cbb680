//! `[phone]`: where SIP is spoken, and how much of it.

use std::net::SocketAddr;

use super::address::listen_address;
use super::field::{Field, Form, Section};
use super::reader::Reader;

/// The section.
pub(super) const SECTION: Section = Section {
    name: "phone",
    doc: "The SIP endpoint. Which lines there are and who may call in is set in the web interface.",
    fields: &[LISTEN_UDP, LISTEN_TCP, RING_SECONDS_MAX, CALLS_MAX, REQUESTS_PER_SECOND_MAX],
};

const LISTEN_UDP: &Field = &Field {
    section: "phone",
    name: "listen_udp",
    form: Form::List,
    doc: "Addresses for SIP over UDP, as IP:PORT; port 0 is any free one; empty for none.",
    default: Some("[\"127.0.0.1:5060\"]"),
    example: "",
    credential: None,
};

pub(super) const LISTEN_TCP: &Field = &Field {
    section: "phone",
    name: "listen_tcp",
    form: Form::List,
    doc: "Addresses for SIP over TCP, as IP:PORT; port 0 is any free one; empty for none.",
    default: Some("[\"127.0.0.1:5060\"]"),
    example: "",
    credential: None,
};

const RING_SECONDS_MAX: &Field = &Field {
    section: "phone",
    name: "ring_seconds_max",
    form: Form::Number { min: 10, max: 3_600 },
    doc: "Seconds that a call may ring before it counts as missed, 10 to 3600.",
    default: Some("180"),
    example: "",
    credential: None,
};

const CALLS_MAX: &Field = &Field {
    section: "phone",
    name: "calls_max",
    form: Form::Number { min: 1, max: 65_536 },
    doc: "Calls at the same time, 1 to 65536; one more is answered with 503 so that the exchange takes another way.",
    default: Some("4096"),
    example: "",
    credential: None,
};

const REQUESTS_PER_SECOND_MAX: &Field = &Field {
    section: "phone",
    name: "requests_per_second_max",
    form: Form::Number { min: 1, max: 100_000 },
    doc: "SIP requests per second from one known source, 1 to 100000; more are dropped. Strangers are not answered at all.",
    default: Some("5000"),
    example: "",
    credential: None,
};

/// `[phone]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// Addresses for SIP over UDP; may be empty; port 0 is any free one.
    pub listen_udp: Vec<SocketAddr>,
    /// Addresses for SIP over TCP; may be empty; port 0 is any free one.
    pub listen_tcp: Vec<SocketAddr>,
    /// Seconds that a call may ring; 10 to 3600.
    pub ring_seconds_max: u32,
    /// Calls at the same time; 1 to 65536.
    pub calls_max: u32,
    /// Requests per second from one known source; 1 to 100000.
    pub requests_per_second_max: u32,
}

impl Phone {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen_udp = reader.list(LISTEN_UDP, listen_address);
        let listen_tcp = reader.list(LISTEN_TCP, listen_address);
        let ring_seconds_max = reader.number(RING_SECONDS_MAX);
        let calls_max = reader.number(CALLS_MAX);
        let requests_per_second_max = reader.number(REQUESTS_PER_SECOND_MAX);
        Some(Self {
            listen_udp: listen_udp?,
            listen_tcp: listen_tcp?,
            ring_seconds_max: ring_seconds_max?,
            calls_max: calls_max?,
            requests_per_second_max: requests_per_second_max?,
        })
    }
}
