//! Somebody is to be called back.

use crate::base::id::{AgentId, CallId, CallbackId, IncidentId, LineId, TicketId};
use crate::base::{Timestamp, words};
use crate::tickets::Priority;

words! {
    /// Why somebody is to be called back.
    pub enum CallbackKind {
        /// Nobody answered.
        Missed = "missed",
        /// A fault that they called about is mended.
        Incident = "incident",
    }
}

words! {
    /// How a callback ended, or what came of a try.
    pub enum CallbackResult {
        /// We spoke with them.
        Reached = "reached",
        /// Nobody answered; it is tried again.
        NoAnswer = "no_answer",
        /// The number is not theirs, or does not exist.
        WrongNumber = "wrong_number",
        /// Not needed, an agent says.
        NotNeeded = "not_needed",
        /// They called again and were answered.
        CalledAgain = "called_again",
        /// Their ticket was closed.
        TicketClosed = "ticket_closed",
        /// The call was spam.
        Spam = "spam",
    }
}

impl CallbackResult {
    /// What an agent can choose after a try.
    pub const CHOICES: [Self; 4] = [Self::Reached, Self::NoAnswer, Self::WrongNumber, Self::NotNeeded];
}

/// Somebody who is to be called back: one for each caller, however often the caller tried.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Callback {
    /// Id.
    pub id: CallbackId,
    /// Why.
    pub kind: CallbackKind,
    /// The number as it compares; nothing when it was withheld.
    pub caller_key: Option<String>,
    /// Who called, as shown: the name that came with the call; may be empty.
    pub caller: String,
    /// The number as people read it; may be empty.
    pub number: String,
    /// The line of the first call.
    pub line: Option<LineId>,
    /// The ticket of the last call.
    pub ticket: Option<TicketId>,
    /// The incident that was solved.
    pub incident: Option<IncidentId>,
    /// The last call.
    pub call: Option<CallId>,
    /// How often the caller tried.
    pub times: i64,
    /// How often we tried to reach them.
    pub attempts: i64,
    /// When the caller tried first.
    pub first_at: Timestamp,
    /// When the caller tried last.
    pub last_at: Timestamp,
    /// Until when they should have been called.
    pub due_at: Timestamp,
    /// Who has it in hand.
    pub held_by: Option<AgentId>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub result: Option<CallbackResult>,
}

impl Callback {
    /// How much it matters: who tries again and again has a reason.
    pub fn priority(&self) -> Priority {
        match self.times {
            4.. => Priority::Urgent,
            2.. => Priority::High,
            _ => Priority::Normal,
        }
    }

    /// Over how many minutes the caller tried, at least one.
    pub fn minutes(&self) -> i64 {
        (self.last_at.since_ms(self.first_at) / 60_000).max(1)
    }
}
