//! Tickets begin: typed by an agent, or made of a call.

use super::ticket::{NOTE_CHARACTERS_MAX, SUBJECT_CHARACTERS_MAX};
use super::{CallFacts, Channel, EntryKind, Priority, Status, store};
use crate::base::id::{AgentId, CallId, EntryId, LineId, PersonId, TeamId, TicketId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Problem, Result};
use crate::events::{Act, Event};

/// A ticket as an agent types it.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// What it is about.
    pub subject: String,
    /// How much it matters.
    pub priority: Priority,
    /// Whose work it is.
    pub team: Option<TeamId>,
    /// Who works on it.
    pub assignee: Option<AgentId>,
    /// Who asked.
    pub requester: Option<PersonId>,
    /// A first note; may be empty.
    pub note: String,
}

/// A call that becomes a ticket.
#[derive(Debug, Clone)]
pub struct CallTicket {
    /// The call.
    pub call: CallId,
    /// Its line.
    pub line: LineId,
    /// The line's team.
    pub team: Option<TeamId>,
    /// Who called, as shown.
    pub caller: String,
    /// The number as it compares.
    pub caller_key: Option<String>,
    /// What the entry shows.
    pub facts: CallFacts,
}

/// Opens a ticket that an agent typed.
///
/// # Errors
/// [`Error::Invalid`] with every problem: the subject is missing, a team, agent or person does not exist.
pub fn open(act: &mut Act<'_>, new: &NewTicket) -> Result<TicketId> {
    let subject = clean_line(&new.subject, SUBJECT_CHARACTERS_MAX);
    let mut problems = Vec::new();
    if subject.is_empty() {
        problems.push(Problem::new("subject", "error-required"));
    }
    if !store::is_open_team(act.db, new.team)? {
        problems.push(Problem::new("team", "error-choice"));
    }
    if !store::is_active_agent(act.db, new.assignee)? {
        problems.push(Problem::new("assignee", "error-choice"));
    }
    if !store::is_person(act.db, new.requester)? {
        problems.push(Problem::new("requester", "error-choice"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let status = if new.assignee.is_some() { Status::Open } else { Status::New };
    let row = store::NewRow {
        subject: &subject,
        status,
        priority: new.priority,
        channel: Channel::Desk,
        team_id: new.team,
        assignee_id: new.assignee,
        requester_id: new.requester,
        line_id: None,
        caller: "",
        caller_key: None,
        call_outcome: None,
        created_at: act.now,
        updated_at: act.now,
        touched_at: Some(act.now),
        rev: 1,
    };
    let ticket = store::insert(act.db, &row)?;
    act.record(Event::TicketCreated { ticket, channel: Channel::Desk.word().into(), team: new.team });
    let note = clean_text(&new.note, NOTE_CHARACTERS_MAX);
    if !note.is_empty() {
        let author = act.agent();
        let entry = store::insert_note(act.db, ticket, author, &note, act.now)?;
        act.record(Event::EntryAdded { ticket, entry, entry_kind: EntryKind::Note.word().into() });
    }
    Ok(ticket)
}

/// Opens a ticket for a call, or adds the call to the ticket of an earlier call of the same caller on the same line that
/// nobody has touched yet.
pub fn open_for_call(act: &mut Act<'_>, call: &CallTicket) -> Result<TicketId> {
    if let Some(key) = &call.caller_key {
        // Two calls of one caller at the same moment must not both find no ticket.
        crate::db::serialise(act.db, &format!("caller:{key}"))?;
        if let Some(ticket) = store::untouched_of(act.db, key, call.line)?
            && add_call(act, ticket, call)?
        {
            return Ok(ticket);
        }
    }
    let row = store::NewRow {
        subject: "",
        status: Status::New,
        priority: Priority::Normal,
        channel: Channel::Call,
        team_id: call.team,
        assignee_id: None,
        requester_id: None,
        line_id: Some(call.line),
        caller: &call.caller,
        caller_key: call.caller_key.as_deref(),
        call_outcome: call.facts.outcome,
        created_at: act.now,
        updated_at: act.now,
        touched_at: None,
        rev: 1,
    };
    let ticket = store::insert(act.db, &row)?;
    act.record(Event::TicketCreated { ticket, channel: Channel::Call.word().into(), team: call.team });
    let entry = store::insert_call(act.db, ticket, call.call, &call.facts, act.now)?;
    recorded(act, ticket, entry);
    Ok(ticket)
}

/// Adds a call to a ticket, unless an agent has touched that meanwhile; says whether it did.
fn add_call(act: &mut Act<'_>, ticket: TicketId, call: &CallTicket) -> Result<bool> {
    if !store::join(act.db, ticket, call.facts.outcome, act.now)? {
        return Ok(false);
    }
    let entry = store::insert_call(act.db, ticket, call.call, &call.facts, act.now)?;
    recorded(act, ticket, entry);
    Ok(true)
}

fn recorded(act: &mut Act<'_>, ticket: TicketId, entry: EntryId) {
    act.record(Event::EntryAdded { ticket, entry, entry_kind: EntryKind::Call.word().into() });
}
