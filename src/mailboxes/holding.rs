//! What is held back so that nobody is flooded, and by whom: senders of a great many letters, and limits that were reached.

use super::store::{self, AddressState};
use crate::base::id::{AgentId, MailboxId};
use crate::base::{Error, Result, Timestamp, words};
use crate::db::Db;
use crate::events::{self, Act, Event, Subject};

const DAY_MS: i64 = 86_400_000;

/// Senders that are shown.
const SENDERS: i64 = 200;

/// Events of the desk that are looked through.
const EVENTS: i64 = 500;

words! {
    /// Why a sender is answered nothing by itself.
    pub enum MutedFor {
        /// He seems to answer by himself what he is told, and two that do so never end.
        Loop = "loop",
        /// He sends a great many letters: nobody is told of each either.
        Storm = "storm",
    }
}

/// What is held back now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldBack {
    /// Senders who are answered nothing by itself; at most 200.
    pub muted: Vec<AddressState>,
    /// Limits that were reached within the last day, each once, the newest first.
    pub limits: Vec<Limit>,
}

/// A limit, and when it was reached last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub of: LimitOf,
}

/// What a limit is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitOf {
    /// Notices to agents in a day.
    Notices {
        /// To one agent; to all where there is none.
        agent: Option<AgentId>,
        /// A word of what they tell; empty for all that is about the writer.
        notice: String,
        /// Only those about letters of this address.
        writer: Option<String>,
    },
    /// Acknowledgements: of a mailbox in an hour, or of the desk in a day.
    Acknowledgements {
        /// The mailbox; the desk where there is none.
        mailbox: Option<MailboxId>,
    },
}

impl LimitOf {
    /// The agent whose limit it is.
    pub fn agent(&self) -> Option<AgentId> {
        match self {
            Self::Notices { agent, .. } => *agent,
            Self::Acknowledgements { .. } => None,
        }
    }
}

/// Who is muted, and what was held back within the last day.
pub fn held_back(db: &mut Db, now: Timestamp) -> Result<HeldBack> {
    let mut limits: Vec<Limit> = Vec::new();
    for record in events::history_of(db, Subject::Desk, EVENTS)?.into_iter().rev() {
        let of = match record.event {
            Event::NoticesHeldBack { agent, notice, writer } => LimitOf::Notices { agent, notice, writer },
            Event::AcknowledgementsHeldBack { mailbox } => LimitOf::Acknowledgements { mailbox },
            _ => continue,
        };
        if now.since_ms(record.at) <= DAY_MS && !limits.iter().any(|known| known.of == of) {
            limits.push(Limit { at: record.at, of });
        }
    }
    Ok(HeldBack { muted: store::muted(db, now, SENDERS)?, limits })
}

/// Answers a sender as before, and tells of his letters. While he goes on sending a great many, he is muted again.
///
/// # Errors
/// [`Error::Missing`] when he is not muted.
pub fn hear_again(act: &mut Act<'_>, address: &str) -> Result<()> {
    let address = address.trim().to_lowercase();
    if !store::unmute(act.db, &address, act.now)? {
        return Err(Error::Missing);
    }
    act.record(Event::SenderHeard { address });
    Ok(())
}
