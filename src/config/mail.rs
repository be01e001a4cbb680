//! `[mail]`: which servers mailboxes may be on, and whom their certificates are checked against.

use std::path::PathBuf;

use crate::base::Network;

use super::field::{Field, Form, Section};
use super::reader::Reader;

/// The section.
pub(super) const SECTION: Section = Section {
    name: "mail",
    doc: "Mail. The mailboxes themselves are set up in the web interface.",
    fields: &[NETWORKS, CA_FILE, FREE_MIB_MIN],
};

const NETWORKS: &Field = &Field {
    section: "mail",
    name: "networks",
    form: Form::List,
    doc: "Networks beside the public internet that mail servers may be in: whoever sets up mailboxes can't make this machine\n\
          connect anywhere else. Name the network of your own mail server if it has a private address.",
    default: Some("[]"),
    example: "[\"192.168.10.0/24\"]",
    credential: None,
};

const CA_FILE: &Field = &Field {
    section: "mail",
    name: "ca_file",
    form: Form::Text,
    doc: "A PEM file with the certificate of an authority of your own, trusted beside those of the system.",
    default: None,
    example: "\"/etc/ssl/certs/our-ca.pem\"",
    credential: None,
};

const FREE_MIB_MIN: &Field = &Field {
    section: "mail",
    name: "free_mib_min",
    form: Form::Number { min: 0, max: 1_000_000_000 },
    doc: "MiB that have to be free on the disk of the data folder, 0 to 1000000000; with less, mail is left on its servers.",
    default: Some("1024"),
    example: "",
    credential: None,
};

/// `[mail]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// Networks beside the public internet that mail servers may be in.
    pub networks: Vec<Network>,
    /// The certificate of an authority of one's own.
    pub ca_file: Option<PathBuf>,
    /// While less than so many MiB are free, no mail is fetched.
    pub free_mib_min: u32,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let networks = reader.list(NETWORKS, Network::parse);
        let ca_file = reader.optional(CA_FILE, |text| Ok(PathBuf::from(text)));
        let free_mib_min = reader.number(FREE_MIB_MIN);
        Some(Self { networks: networks?, ca_file: ca_file?, free_mib_min: free_mib_min? })
    }
}
