//! What goes out: letters of agents, acknowledgements, notices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::id::{AgentId, EntryId, MailboxId, OutboundId, TicketId};
use crate::base::{Timestamp, words};

/// How long a letter is tried.
pub const TRY_MS: i64 = 48 * 3_600_000;

words! {
    /// What kind of letter it is; it decides about its headers, its lane and its limits.
    pub enum OutboundKind {
        /// An agent wrote it.
        Reply = "reply",
        /// It says that a letter arrived.
        Acknowledgement = "acknowledgement",
        /// It tells an agent of something.
        Notice = "notice",
        /// The trial of a mailbox, to itself.
        Trial = "trial",
    }
}

words! {
    /// How far it is.
    pub enum OutboundState {
        /// It can be taken back until it is due.
        Held = "held",
        /// It waits for its next try.
        Queued = "queued",
        /// A server took it for everybody who was not refused.
        Sent = "sent",
        /// It can't be delivered; somebody has to look.
        Failed = "failed",
        /// It was taken back.
        Cancelled = "cancelled",
    }
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Id.
    pub id: OutboundId,
    /// By which mailbox it goes.
    pub mailbox: MailboxId,
    /// See [`OutboundKind`].
    pub kind: OutboundKind,
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The entry that it is, or that it tells of.
    pub entry: Option<EntryId>,
    /// The agent who wrote it, or who is told.
    pub agent: Option<AgentId>,
    /// Its Message-ID, with angle brackets; the same in every try.
    pub message_id: String,
    /// To whom.
    pub recipients: Recipients,
    /// Its subject.
    pub subject: String,
    /// The text, in Markdown, of what is no entry.
    pub content: String,
    /// The file with the octets; nothing until they are made.
    pub blob: Option<String>,
    /// See [`OutboundState`].
    pub state: OutboundState,
    /// Tries so far.
    pub attempts: i64,
    /// When the next try is due.
    pub due_at: Timestamp,
    /// When it was first due, or somebody sent it again: it is tried for [`TRY_MS`] from then on.
    pub ready_at: Timestamp,
    /// When a try ended without a word of the server.
    pub uncertain_at: Option<Timestamp>,
    /// What the server said last.
    pub answer: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
}

/// Everybody who gets a letter, and who of them has it. Names stand with the entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipients {
    /// To.
    pub to: Vec<String>,
    /// Cc.
    pub cc: Vec<String>,
    /// Bcc.
    pub bcc: Vec<String>,
    /// Those for whom a server took it; they don't get it again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
    /// Those to whom it can't be delivered, and what the server said; they are not tried again by themselves.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub refused: BTreeMap<String, String>,
}

impl Recipients {
    /// One recipient.
    pub fn one(address: impl Into<String>) -> Self {
        Self { to: vec![address.into()], ..Self::default() }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(&self.cc).chain(&self.bcc).map(String::as_str)
    }

    /// Those who get the next try.
    pub fn open(&self) -> impl Iterator<Item = &str> {
        self.missing().filter(|who| !self.refused.contains_key(*who))
    }

    /// Those who don't have it.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.all().filter(|who| !self.taken.iter().any(|has| has == who))
    }
}

/// When the next try is due after so many: 1, 5, 15, 60 minutes, then every four hours.
pub(super) fn pause_ms(attempts: i64) -> i64 {
    let minutes = match attempts {
        ..=1 => 1,
        2 => 5,
        3 => 15,
        4 => 60,
        _ => 240,
    };
    minutes * 60_000
}
