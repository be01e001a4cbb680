//! IMAP (RFC 3501) as a client that must not lose, double, or wait for ever, against servers that may do anything.
//!
//! A [`Session`] is one connection, logged in. Its commands run one after the other, and each ends in one of three ways: the
//! server's tagged `OK` came, so its answer is whole; a tagged `NO` or `BAD` came ([`Error::Refused`]); or the connection
//! is given up ([`Error::Lost`]) and everything it said since the command counts for nothing. There is no fourth: an answer
//! that merely stops is lost, not short. What was asked for and didn't come is told apart ([`Fetched::missing`]).
//!
//! # What is mended beneath the library
//!
//! The client is `async-imap`: its tags, its login and SASL, its reading of responses. On its own it ends a stream without an
//! error when the server hangs up between two answers or refuses the command, has no time limits, hangs after a `BYE` in
//! IDLE, sets memory aside for whatever literal a server announces (512 MiB), parses a long line anew with every 4 KiB, fails
//! for ever after one line that it can't read, and traces passwords to the log. Its grammar, `imap-proto`, overflows the
//! stack, and so ends the whole daemon, on a line of 200,000 parentheses which nobody asked for; it panics at an
//! `INTERNALDATE NIL`.
//!
//! So a guard stands between it and the connection (`guard.rs`). It takes responses from the wire within bounds for lines,
//! literals and silence (`framing.rs`), writes anew what of them is asked for (`mending.rs`, over `items.rs`), lets through
//! only what the library can read, takes a `BYE` for the end, and keeps how each command ended. To look for parentheses would
//! not be enough: the library finds the end of a string elsewhere than a careful reader, and what is deep can hide behind it.
//!
//! Of the library's calls those stay unused that pass over what counts here: its streams for FETCH and SEARCH the tagged status
//! and the offset of a slice, its SELECT whether UIDs last, its IDLE the end of the connection. What it logs goes nowhere
//! (`ops/logging.rs`). ENVELOPE and BODYSTRUCTURE are never asked for: mails are parsed from their octets, by one parser.
//!
//! # Bounds
//!
//! A line has 1 MiB at most (an answer to SEARCH 16 MiB), a literal what was asked for, an answer in all twice that; 60
//! seconds may pass without an octet, 10 minutes for a mail ([`Patience`]). Mails above [`SLICE_BYTES`] come in slices of
//! that size, so memory doesn't depend on the size of a mail.
//!
//! # Cancelling
//!
//! A command whose future is dropped leaves an answer on the wire. The session knows, and every later command says
//! [`Error::Lost`]: drop it and connect again.

mod connecting;
mod dialogue;
mod error;
mod fetching;
mod folder;
mod framing;
mod grammar;
mod guard;
mod idling;
mod items;
mod mending;
mod moving;
mod session;
mod uids;

use std::time::Duration;

use crate::config::Secret;
use crate::mail::tls::{Pin, Security};

pub use connecting::{Connected, connect};
pub use error::Error;
pub use fetching::{BATCH_BYTES_MAX, BATCH_MAILS_MAX, Fetched, Found, HEAD_BYTES_MAX, Mail, SLICE_BYTES, batches};
pub use folder::{Folder, Use};
pub use idling::Idle;
pub use moving::Moved;
pub use session::{Selected, Session};

/// A result of IMAP.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where a mailbox is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Name or address, as somebody typed it.
    pub host: String,
    /// 993 for [`Security::Tls`], 143 for [`Security::StartTls`], by custom.
    pub port: u16,
    /// When TLS begins.
    pub security: Security,
    /// The only certificate that counts, if one is pinned.
    pub pin: Option<Pin>,
}

/// Who we are there. Prints without its secrets.
#[derive(Debug, Clone)]
pub enum Login {
    /// A name and a password.
    Password {
        /// The name of the account.
        user: String,
        /// Its password.
        password: Secret,
    },
    /// A name and an access token (Microsoft's and Google's XOAUTH2).
    XOAuth2 {
        /// The address of the mailbox.
        user: String,
        /// The access token, not the refresh token.
        token: Secret,
    },
}

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Without an octet from the server, while it owes an answer.
    pub quiet: Duration,
    /// For one mail, from the command to its last octet.
    pub mail: Duration,
    /// For what only ends something: leaving IDLE, logging out.
    pub goodbye: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { quiet: Duration::from_secs(60), mail: Duration::from_secs(600), goodbye: Duration::from_secs(5) }
    }
}
