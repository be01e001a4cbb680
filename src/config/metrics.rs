//! `[metrics]`: the listener for Prometheus, apart from the web interface.

use std::net::SocketAddr;

use super::address::listen_address;
use super::field::{Field, Form, Section};
use super::reader::Reader;
use super::secret::Secret;

/// The section.
pub(super) const SECTION: Section = Section {
    name: "metrics",
    doc: "Figures for Prometheus, and /healthz and /readyz, on an address of their own.",
    fields: &[LISTEN, TOKEN_FILE],
};

pub(super) const LISTEN: &Field = &Field {
    section: "metrics",
    name: "listen",
    form: Form::Text,
    doc: "IP:PORT, port 0 is any free one, or \"off\". Needs token_file where other machines can reach it.",
    default: Some("\"127.0.0.1:9642\""),
    example: "",
    credential: None,
};

const TOKEN_FILE: &Field = &Field {
    section: "metrics",
    name: "token_file",
    form: Form::Text,
    doc: "A file with the bearer token that /metrics asks for: an absolute path. Others than its owner and group may not\n\
          read it. When not set, /metrics asks for nothing.",
    default: None,
    example: "\"/etc/deskbell/credentials/metrics.token\"",
    credential: Some("metrics.token"),
};

/// `[metrics]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metrics {
    /// The address; nothing for no listener; port 0 is any free one. On loopback unless there is a token.
    pub listen: Option<SocketAddr>,
    /// The bearer token that `/metrics` asks for.
    pub token: Option<Secret>,
}

impl Metrics {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let listen = reader.text(LISTEN, |text| match text {
            "off" => Ok(None),
            address => listen_address(address).map(Some).map_err(|message| format!("{message}, or \"off\"")),
        });
        let token = reader.secret(TOKEN_FILE);
        if let (Some(Some(address)), Some(None)) = (listen, &token)
            && !address.ip().to_canonical().is_loopback()
        {
            reader.fault(LISTEN, format!("other machines can reach {address}; set token_file or listen on 127.0.0.1"));
        }
        Some(Self { listen: listen?, token: token? })
    }
}
