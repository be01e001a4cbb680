//! Entries: the items of a ticket's thread, calls among them.

use serde::{Deserialize, Serialize};

use super::LetterFacts;
use crate::base::id::{AgentId, CallId, EntryId};
use crate::base::{Timestamp, words};

words! {
    /// What an entry is.
    pub enum EntryKind {
        /// A call came in.
        Call = "call",
        /// A letter came or went by mail.
        Letter = "letter",
        /// An agent wrote something down.
        Note = "note",
    }
}

words! {
    /// How a call ended for the desk.
    pub enum CallOutcome {
        /// Another phone of the ring group took it.
        AnsweredElsewhere = "answered_elsewhere",
        /// The caller hung up before anybody answered.
        Missed = "missed",
        /// Nobody answered here, and the call went on: to a voicemail, another group.
        WentOn = "went_on",
        /// The PBX sent it to another number.
        Forwarded = "forwarded",
        /// It ended without a reason: most likely missed.
        Unconfirmed = "unconfirmed",
        /// Nobody answered until the limit.
        RangOut = "rang_out",
        /// Deskbell was stopped while it rang.
        Stopped = "stopped",
        /// Deskbell did not run when it ended.
        UnknownAfterRestart = "unknown_after_restart",
    }
}

impl CallOutcome {
    /// Whether somebody should call back: nobody is known to have spoken with the caller.
    pub fn is_missed(self) -> bool {
        matches!(self, Self::Missed | Self::WentOn | Self::Unconfirmed | Self::RangOut)
    }
}

/// What is known of a call, as its entry shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFacts {
    /// The name that came with the call; empty for none.
    pub name: String,
    /// The number as people read it; empty when there was none.
    pub number: String,
    /// Whether the caller hides who he is.
    pub withheld: bool,
    /// The name of the line.
    pub line: String,
    /// What was dialled.
    #[serde(default)]
    pub dialled: String,
    /// Who sent the call on to us.
    #[serde(default)]
    pub diverted_from: Option<String>,
    /// How it ended; nothing while it rings.
    #[serde(default)]
    pub outcome: Option<CallOutcome>,
    /// What the PBX said of the end, as it came.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it ended.
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
}

/// One item of the thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Id.
    pub id: EntryId,
    /// See [`EntryKind`].
    pub kind: EntryKind,
    /// The call, for a call.
    pub call: Option<CallId>,
    /// Who wrote it.
    pub author: Option<AgentId>,
    /// The text of a note; of a letter, what is new in it.
    pub body: String,
    /// The facts of a call.
    pub facts: Option<CallFacts>,
    /// What a letter is beside its text.
    pub letter: Option<LetterFacts>,
    /// When it was added.
    pub created_at: Timestamp,
}
