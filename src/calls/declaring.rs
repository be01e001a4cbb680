//! Incidents are declared, told, and mended; who called about one is called back.

use super::hearing::held;
use super::store::NewCallback;
use super::{CallbackKind, Incident, IncidentCard, link, store};
use crate::base::id::{CallId, IncidentId, TicketId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Message, Result, Timestamp};
use crate::events::{Act, Event};
use crate::settings::Settings;
use crate::tickets::{self, NewTicket, Priority, Ticket};

/// Calls that one declaration takes along.
const CALLS_MAX: usize = 500;

/// Tickets that hang on an incident, as far as they are looked at.
const PARTS_MAX: i64 = 500;

/// How long a storm that was waved away is not proposed again.
const QUIET_MS: i64 = 3_600_000;

const MINUTE_MS: i64 = 60_000;

fn cleaned(card: &IncidentCard) -> Result<IncidentCard> {
    let clean = IncidentCard {
        title: clean_line(&card.title, 200),
        announcement: clean_text(&card.announcement, 1_000),
        area: clean_line(&card.area, 40).replace(' ', ""),
        words: clean_line(&card.words, 120).to_lowercase(),
        eta_at: card.eta_at,
    };
    if clean.title.is_empty() { Err(Error::invalid("title", "error-required")) } else { Ok(clean) }
}

/// Makes a known fault of what many call about, and hangs these calls on it.
///
/// # Errors
/// [`Error::Invalid`] when it has no title.
pub fn declare(act: &mut Act<'_>, card: &IncidentCard, calls: &[CallId]) -> Result<IncidentId> {
    let card = cleaned(card)?;
    let new = NewTicket {
        subject: card.title.clone(),
        priority: Priority::Urgent,
        note: card.announcement.clone(),
        ..NewTicket::default()
    };
    let ticket = tickets::open(act, &new)?;
    let by = act.agent();
    let incident = store::insert_incident(act.db, ticket, &card, by, act.now)?;
    act.record(Event::IncidentDeclared { incident, ticket });
    for call in calls.iter().take(CALLS_MAX) {
        hang_on(act, *call, ticket)?;
    }
    Ok(incident)
}

/// Changes what is said of it.
pub fn change_incident(act: &mut Act<'_>, id: IncidentId, card: &IncidentCard) -> Result<()> {
    let card = cleaned(card)?;
    let incident = store::incident_by_id(act.db, id)?;
    tickets::by_id(act.db, incident.ticket)?.rename(act, &card.title)?;
    store::update_incident(act.db, id, &card)?;
    act.record(Event::IncidentChanged { incident: id, ticket: incident.ticket });
    Ok(())
}

/// A caller calls about a known fault.
///
/// # Errors
/// [`Error::Conflict`] when it is mended already.
pub fn add_to_incident(act: &mut Act<'_>, call: CallId, id: IncidentId) -> Result<()> {
    let incident = still_open(act, id)?;
    hang_on(act, call, incident.ticket)
}

fn still_open(act: &mut Act<'_>, id: IncidentId) -> Result<Incident> {
    let incident = store::incident_by_id(act.db, id)?;
    match incident.solved_at {
        Some(_) => Err(Error::Conflict(Message::new("error-incident-solved"))),
        None => Ok(incident),
    }
}

/// A call of which nothing is known yet is one more of the incident; a ticket with a word of its own becomes a part of it.
fn hang_on(act: &mut Act<'_>, id: CallId, incident: TicketId) -> Result<()> {
    let call = held(act, id)?;
    let own = match call.ticket {
        Some(ticket) if ticket == incident => return Ok(()),
        Some(ticket) => Some(tickets::by_id(act.db, ticket)?),
        None => None,
    };
    match own {
        Some(own) if own.closed_at.is_none() && !own.subject.is_empty() => own.set_parent(act, Some(incident)),
        _ => link(act, id, incident, ""),
    }
}

/// The fault is mended: its ticket is closed, and everybody who called about it is to be called back, the first caller
/// first. Says how many that are.
pub fn solve(act: &mut Act<'_>, id: IncidentId) -> Result<usize> {
    let incident = still_open(act, id)?;
    store::solve_incident(act.db, id, act.now)?;
    act.record(Event::IncidentSolved { incident: id, ticket: incident.ticket });
    let ticket = tickets::by_id(act.db, incident.ticket)?;
    if ticket.closed_at.is_none() {
        ticket.close(act)?;
    }
    let due_at = act.now.plus_ms(Settings::read(act.db)?.callback_minutes() * MINUTE_MS);
    let mut made = 0;
    for caller in callers(act, &incident)? {
        if store::open_callback_of(act.db, CallbackKind::Incident, &caller.key)?.is_some() {
            continue;
        }
        let new = NewCallback {
            kind: CallbackKind::Incident,
            caller_key: Some(&caller.key),
            caller: &caller.name,
            number: &caller.number,
            line: None,
            ticket: Some(caller.ticket),
            incident: Some(id),
            call: caller.call,
            now: caller.at,
            due_at,
        };
        let callback = store::insert_callback(act.db, &new)?;
        act.record(Event::CallbackOpened { callback, call: caller.call });
        made += 1;
    }
    Ok(made)
}

/// Somebody who called about an incident.
struct Caller {
    key: String,
    name: String,
    number: String,
    call: Option<CallId>,
    ticket: TicketId,
    at: Timestamp,
}

/// Who called about it, each once, in the order of their first calls.
fn callers(act: &mut Act<'_>, incident: &Incident) -> Result<Vec<Caller>> {
    let lines = store::all_lines(act.db)?;
    let ids = tickets::calls_of_ticket(act.db, incident.ticket)?;
    let mut all: Vec<Caller> = Vec::new();
    for call in store::by_ids(act.db, &ids)? {
        let line = lines.iter().find(|line| line.id == call.line);
        let number = call.number(line);
        let (name, at, ticket) = (call.caller_name, call.received_at, incident.ticket);
        all.extend(call.caller_key.map(|key| Caller { key, name, number, call: Some(call.id), ticket, at }));
    }
    for part in parts(act, incident)? {
        let at = part.created_at;
        let caller =
            |key: String| Caller { number: key.clone(), key, name: part.caller, call: None, ticket: part.id, at };
        all.extend(part.caller_key.map(caller));
    }
    all.sort_by_key(|caller| caller.at);
    let mut seen: Vec<String> = Vec::new();
    all.retain(|caller| {
        let new = !seen.contains(&caller.key);
        seen.push(caller.key.clone());
        new
    });
    Ok(all)
}

/// The tickets that hang on it with a word of their own.
fn parts(act: &mut Act<'_>, incident: &Incident) -> Result<Vec<Ticket>> {
    let mut parts = tickets::parts_of(act.db, incident.ticket, PARTS_MAX)?;
    parts.retain(|part| !part.is_merged());
    Ok(parts)
}

/// A proposed incident is none: it is not proposed again for an hour.
pub fn wave_away(act: &mut Act<'_>, key: &str) -> Result<()> {
    let key = clean_line(key, 80);
    store::quiet_storm(act.db, &key, act.now, act.now.plus_ms(QUIET_MS))?;
    act.record(Event::StormWavedAway { key });
    Ok(())
}
