//! One call with all that is known of it; and what is still open when a shift ends.

use super::{Call, Callback, CallbackKind, Lines, Logged, Reader, logged, store};
use crate::accounts::{self, DutyRow};
use crate::base::id::{AgentId, CallId, TicketId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::events::{Actor, Event, Record, Subject, history_of};
use crate::people;
use crate::tickets::{self, Ticket, TicketNumber};

/// Events of a call that are told.
const EVENTS_MAX: i64 = 200;

/// Earlier calls, and later ones, that are shown.
const AROUND: i64 = 10;

/// Tickets that are offered to link.
const OFFERED: usize = 10;

/// Rows of each list at the end of a shift.
const OPEN_MAX: i64 = 20;

/// A claim older than this was forgotten rather than held.
pub(super) const HELD_MS: i64 = 2 * 3_600_000;

/// What the phone heard of a call.
#[derive(Debug, Clone, diesel::Queryable)]
pub struct Trace {
    /// The Call-ID.
    pub sip_call_id: String,
    /// The address that it came from.
    pub source: String,
    /// What the PBX says of itself.
    pub user_agent: Option<String>,
    /// What the carrier says of the number.
    pub verstat: Option<String>,
    /// The node that answered.
    pub node: String,
    /// The number as it came.
    pub caller_raw: String,
}

/// A fault that is known.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Incident {
    /// Its ticket.
    pub ticket: TicketId,
    /// What callers are told.
    pub announcement: String,
    /// When it should be over.
    pub eta_at: Option<Timestamp>,
}

/// All of a call.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The call.
    pub row: Logged,
    /// What the phone heard.
    pub trace: Trace,
    /// What happened, oldest first.
    pub history: Vec<Record>,
    /// The names of those who did it, and of those it was done to.
    pub agents: Vec<(AgentId, String)>,
    /// The tickets that it stands in.
    pub tickets: Vec<Ticket>,
    /// Tickets that it was in, or is: for the history.
    pub told: Vec<Ticket>,
    /// Calls of the number before it, the newest first, and after it, the oldest first.
    pub around: (Vec<Logged>, Vec<Logged>),
    /// The open callback of its caller.
    pub callback: Option<Callback>,
    /// Open tickets of the caller that it could be linked to.
    pub offered: Vec<Ticket>,
}

impl Whole {
    /// The call and what belongs to it.
    pub fn read(db: &mut Db, lines: &Lines, reader: &Reader, id: CallId) -> Result<Self> {
        let call = store::by_id(db, id)?;
        let seen = reader.may_see(&call);
        let history = history_of(db, Subject::Call(id), EVENTS_MAX)?;
        let (before, after) = store::calls_around(db, &call, AROUND)?;
        let callback = match &call.caller_key {
            Some(key) => store::open_callback_of(db, CallbackKind::Missed, key)?,
            None => None,
        };
        let mut ids = store::tickets_of(db, id)?;
        ids.extend(call.ticket.filter(|ticket| !ids.contains(ticket)));
        let mut named = ids.clone();
        named.extend(history.iter().filter_map(|record| ticket_in(&record.event)));
        let told = if seen { tickets::by_ids(db, &named)? } else { Vec::new() };
        let tickets = ids.iter().filter_map(|id| told.iter().find(|ticket| ticket.id == *id).cloned()).collect();
        let mut agents: Vec<AgentId> = history.iter().flat_map(agents_in).collect();
        agents.extend(call.claimed_by);
        let offered = if seen { linkable(db, &call, "")? } else { Vec::new() };
        let row = logged(db, lines, reader, vec![call])?.pop().ok_or(crate::base::Error::Missing)?;
        Ok(Self {
            trace: store::trace_of(db, id)?,
            agents: accounts::agents_named(db, &agents)?,
            around: (logged(db, lines, reader, before)?, logged(db, lines, reader, after)?),
            row,
            history,
            tickets: if seen { tickets } else { Vec::new() },
            told,
            callback: callback.filter(|_| seen),
            offered: if seen { offered } else { Vec::new() },
        })
    }

    /// The name of an agent.
    pub fn agent(&self, id: AgentId) -> Option<&str> {
        self.agents.iter().find(|(agent, _)| *agent == id).map(|(_, name)| name.as_str())
    }
}

fn ticket_in(event: &Event) -> Option<TicketId> {
    match event {
        Event::CallLinked { ticket, .. } | Event::CallUnlinked { ticket, .. } => Some(*ticket),
        Event::CallStarted { ticket, .. }
        | Event::CallEnded { ticket, .. }
        | Event::CallMarkedMissed { ticket, .. } => *ticket,
        _ => None,
    }
}

fn agents_in(record: &Record) -> Vec<AgentId> {
    let by = match record.actor {
        Some(Actor::Agent(agent)) => Some(agent),
        _ => None,
    };
    let of = match &record.event {
        Event::CallClaimed { agent, from, .. } => vec![Some(*agent), *from],
        Event::CallReleased { agent, .. } => vec![Some(*agent)],
        _ => Vec::new(),
    };
    of.into_iter().chain([by]).flatten().collect()
}

/// Tickets to link a call to: the one of that number, those with these words, or, when nothing was typed, those that are
/// open of the caller.
pub(super) fn linkable(db: &mut Db, call: &Call, typed: &str) -> Result<Vec<Ticket>> {
    if let Some(number) = TicketNumber::parse(typed) {
        return Ok(tickets::by_ids(db, &[number.id()])?);
    }
    let words = typed.to_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).take(6).collect();
    let mut found = match words.iter().max_by_key(|word| word.len()) {
        Some(longest) => {
            let ids = store::tickets_with_word(db, longest, 200)?;
            let mut found = tickets::by_ids(db, &ids)?;
            found.retain(|ticket| words.iter().all(|word| ticket.subject.to_lowercase().contains(word)));
            found
        }
        None => {
            let keys: Vec<String> = call.caller_key.iter().cloned().collect();
            let mut persons: Vec<_> = people::candidates(db, &keys)?.into_iter().map(|(_, person)| person.id).collect();
            persons.extend(call.person_id);
            tickets::open_of(db, &persons, &keys, 50)?
        }
    };
    let standing = store::tickets_of(db, call.id)?;
    found.retain(|ticket| Some(ticket.id) != call.ticket && !standing.contains(&ticket.id));
    found.truncate(OFFERED);
    Ok(found)
}

/// What is open when somebody goes off duty.
#[derive(Debug, Clone)]
pub struct ShiftEnd {
    /// Callers who wait for a call back, and how many of them too long.
    pub callbacks: (i64, i64),
    /// The agent's calls that are not wrapped up.
    pub in_hand: Vec<Logged>,
    /// Today's tickets of calls that have no subject.
    pub unnamed: Vec<Ticket>,
    /// Who else is on duty.
    pub others: Vec<DutyRow>,
}

impl ShiftEnd {
    /// What is open now for a reader whose day began at `morning`.
    pub fn read(db: &mut Db, lines: &Lines, reader: &Reader, morning: Timestamp, now: Timestamp) -> Result<Self> {
        let agent = reader.agent;
        let in_hand = store::in_hand_of(db, agent, OPEN_MAX)?;
        let unnamed = store::unnamed_since(db, morning, OPEN_MAX)?;
        let mut others = accounts::on_duty(db)?;
        others.retain(|row| row.agent != agent);
        Ok(Self {
            callbacks: store::count_callbacks(db, now)?,
            in_hand: logged(db, lines, reader, in_hand)?,
            unnamed: tickets::by_ids(db, &unnamed)?,
            others,
        })
    }

    /// Whether nothing is.
    pub fn is_clear(&self) -> bool {
        self.callbacks.0 == 0 && self.in_hand.is_empty() && self.unnamed.is_empty()
    }
}
