//! The call, as it is kept.

use crate::base::id::{AgentId, CallId, LineId, PersonId, TicketId, WrapUpId};
use crate::base::text::clean_line;
use crate::base::{Timestamp, sha256_hex};
use crate::people::key_of;
use crate::phone::number::NumberPlan;
use crate::phone::{Ending, IncomingCall, Outcome};
use crate::tickets::CallOutcome;

use super::Line;

/// What the phone heard, read by the rules of the line.
#[derive(Debug, Clone)]
pub struct Heard {
    /// What makes two INVITEs the same call, hashed: header values of any length make one column.
    pub key: String,
    /// The node that answers it.
    pub node: String,
    /// The line.
    pub line: LineId,
    /// Address that the INVITE came from.
    pub source: String,
    /// The Call-ID, to find the call in a trace.
    pub sip_call_id: String,
    /// The number as it came.
    pub caller_raw: String,
    /// The number as it compares; nothing when withheld or none.
    pub caller_key: Option<String>,
    /// The number as people read it.
    pub number: String,
    /// Whether it is an extension or service rather than a public number.
    pub caller_internal: bool,
    /// The name that came with it.
    pub caller_name: String,
    /// Whether the caller hides who he is.
    pub withheld: bool,
    /// What the carrier says of the number (STIR `verstat`).
    pub verstat: Option<String>,
    /// What was dialled.
    pub dialled: String,
    /// Who sent the call on.
    pub diverted_from: Option<String>,
    /// What the PBX says of itself.
    pub user_agent: Option<String>,
    /// When the INVITE came in.
    pub received_at: Timestamp,
}

impl Heard {
    /// What makes two INVITEs the same call, in a form of fixed length.
    pub fn key_of(call: &IncomingCall) -> String {
        sha256_hex(call.key.0.as_bytes())
    }

    /// Reads a call by the rules of its line.
    pub fn read(call: &IncomingCall, line: &Line, node: &str, received_at: Timestamp) -> Self {
        let shown = |text: &str| line.plan().map_or_else(|| text.to_owned(), |plan| readable(&plan, text));
        let caller = &call.caller;
        let number = line.plan().zip(caller.number.as_deref()).map(|(plan, raw)| plan.read(raw));
        let known = number.as_ref().filter(|_| !caller.withheld);
        Self {
            key: Self::key_of(call),
            node: node.to_owned(),
            line: line.id,
            source: call.source.ip().to_string(),
            sip_call_id: clean_line(&call.call_id, 256),
            caller_raw: known.map(|n| clean_line(&n.raw, 64)).unwrap_or_default(),
            caller_key: known.and_then(key_of),
            number: known.map(|n| clean_line(&n.international(), 64)).unwrap_or_default(),
            caller_internal: known.is_some_and(|n| n.internal),
            caller_name: if caller.withheld { String::new() } else { caller.display_name.clone().unwrap_or_default() },
            withheld: caller.withheld,
            verstat: caller.verstat.as_deref().map(|v| clean_line(v, 60)),
            dialled: call.dialled.as_deref().map(|d| clean_line(&shown(d), 64)).unwrap_or_default(),
            diverted_from: call
                .diversion
                .as_ref()
                .and_then(|d| d.from.as_deref())
                .map(|from| clean_line(&shown(from), 64)),
            user_agent: call.user_agent.as_deref().map(|u| clean_line(u, 80)),
            received_at,
        }
    }
}

fn readable(plan: &NumberPlan, text: &str) -> String {
    plan.read(text).international()
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Call {
    /// Id.
    pub id: CallId,
    /// The line.
    pub line: LineId,
    /// The number as it came; empty when there was none.
    pub caller_raw: String,
    /// The number as it compares.
    pub caller_key: Option<String>,
    /// The name that came with it.
    pub caller_name: String,
    /// Whether the caller hides who he is.
    pub withheld: bool,
    /// What was dialled, as people read it.
    pub dialled: String,
    /// Who sent the call on.
    pub diverted_from: Option<String>,
    /// Its ticket.
    pub ticket: Option<TicketId>,
    /// When it came in.
    pub received_at: Timestamp,
    /// When it ended; nothing while it rings.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<CallOutcome>,
    /// What the PBX said of the end, as it came.
    pub reason: Option<String>,
    /// Who it was, as an agent said.
    pub person_id: Option<PersonId>,
    /// Who has it: whoever claimed it, took it over or wrapped it up.
    pub claimed_by: Option<AgentId>,
    /// Since when.
    pub claimed_at: Option<Timestamp>,
    /// What the agent said of it when it was over.
    pub wrap_up: Option<WrapUpId>,
    /// When the agent was done with it.
    pub wrapped_up_at: Option<Timestamp>,
    /// When it was marked as spam; at its start if its number is blocked.
    pub spam_at: Option<Timestamp>,
}

impl Call {
    /// Whether an agent has it in hand.
    pub fn is_claimed(&self) -> bool {
        self.claimed_by.is_some() && self.wrapped_up_at.is_none()
    }

    /// The number as people read it.
    pub fn number(&self, line: Option<&Line>) -> String {
        match (&self.caller_key, line.and_then(Line::plan)) {
            (Some(key), Some(plan)) if key.starts_with('+') => readable(&plan, key),
            _ => self.caller_raw.clone(),
        }
    }
}

/// How the phone's word for the end of a call is kept.
pub(super) fn kept_outcome(ending: &Ending) -> CallOutcome {
    match ending.outcome {
        Outcome::AnsweredElsewhere => CallOutcome::AnsweredElsewhere,
        Outcome::Missed => CallOutcome::Missed,
        Outcome::WentOn => CallOutcome::WentOn,
        Outcome::Forwarded => CallOutcome::Forwarded,
        Outcome::Unconfirmed => CallOutcome::Unconfirmed,
        Outcome::RangOut => CallOutcome::RangOut,
        Outcome::Stopped => CallOutcome::Stopped,
    }
}
