//! Tickets begin: typed by an agent, or made of a call.

use super::interviewing::add_note;
use super::revising::wrong;
use super::{CallFacts, Channel, EntryKind, Priority, Status, store};
use crate::base::id::{AgentId, CallId, CategoryId, EntryId, LineId, PersonId, SiteId, TeamId, TicketId};
use crate::base::{Error, Result, Timestamp};
use crate::events::{Act, Event};

/// A ticket as an agent types it.
#[derive(Debug, Clone, Default)]
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
    /// Where somebody is to go.
    pub site: Option<SiteId>,
    /// What kind of matter it is.
    pub category: Option<CategoryId>,
    /// When the work is wanted.
    pub wanted_at: Option<Timestamp>,
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
    let change = new.as_change();
    let problems = wrong(act.db, &change)?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let subject = change.subject.unwrap_or_default();
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
        site_id: new.site,
        category_id: new.category,
        wanted_at: new.wanted_at,
    };
    let ticket = store::insert(act.db, &row)?;
    act.record(Event::TicketCreated { ticket, channel: Channel::Desk.word().into(), team: new.team });
    let opened = store::by_id(act.db, ticket)?;
    add_note(act, &opened, &new.note)?;
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
    open_another(act, call)
}

/// Opens a ticket for a call whatever others there are: the caller has another matter.
pub fn open_another(act: &mut Act<'_>, call: &CallTicket) -> Result<TicketId> {
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
        site_id: None,
        category_id: None,
        wanted_at: None,
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
