//! All that a dispatcher wants to know while a call rings: who it may be, what is open for them, what was before.
//!
//! It is read in a handful of questions, each answered from an index, and each bounded: a number that twenty people share or
//! that has called ten thousand times costs what any other does.

use std::cmp::Reverse;

use super::{Call, Lines, by_id, calls_of, may_see_identity, store};
use crate::base::id::{AgentId, CallId, PersonId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::people::{self, Candidate, Person};
use crate::settings::Settings;
use crate::tickets::{self, Filter, Sees, Ticket};

/// Tickets of one kind that are shown of one person.
const TICKETS: usize = 5;

/// Calls of the number that are shown.
const CALLS: usize = 5;

/// Calls of the number whose tickets are looked for.
const CALLS_READ: i64 = 20;

/// People of whom all is shown; of the others the name.
const DETAILED: usize = 8;

/// A call with all that is known of who may be calling.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The call.
    pub call: Call,
    /// Its line's name.
    pub line: String,
    /// Its number as people read it.
    pub number: String,
    /// What the carrier says of the number.
    pub verstat: Option<String>,
    /// Whether the reader may see who it may be. If not, nothing of what follows was read.
    pub seen: bool,
    /// Its own ticket.
    pub ticket: Option<Ticket>,
    /// Everybody whom the number may belong to and whoever was named, the likeliest first; of very many, some.
    pub people: Vec<Known>,
    /// To how many people the number may belong.
    pub sharing: i64,
    /// Tickets of the number that are of none of these people: open ones, and those of its last calls.
    pub tickets: Vec<Ticket>,
    /// The number's last calls before this one.
    pub calls: Vec<Call>,
}

/// Somebody who may be calling.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who.
    pub candidate: Candidate,
    /// Whether a dispatcher said that it is them.
    pub named: bool,
    /// Whether the number is on their card, and not as a guess.
    pub certain: bool,
    /// When they last called or a ticket of theirs changed.
    pub last_contact: Option<Timestamp>,
    /// How many tickets are open for them.
    pub open_count: i64,
    /// Some of those, the newest first, without the ticket of this call.
    pub open: Vec<Ticket>,
    /// Their last tickets that are closed.
    pub last: Vec<Ticket>,
}

/// The dossier of a call, as an agent may see it.
pub fn dossier(db: &mut Db, lines: &Lines, settings: &Settings, agent: AgentId, id: CallId) -> Result<Dossier> {
    let call = by_id(db, id)?;
    let line = lines.0.iter().find(|line| line.id == call.line);
    let mut dossier = Dossier {
        line: line.map(|l| l.name.clone()).unwrap_or_default(),
        number: call.number(line),
        verstat: store::verstat(db, id)?,
        seen: may_see_identity(settings, &call, agent),
        ticket: None,
        people: Vec::new(),
        sharing: 0,
        tickets: Vec::new(),
        calls: Vec::new(),
        call,
    };
    if !dossier.seen {
        dossier.call.caller_name.clear();
        return Ok(dossier);
    }
    let keys: Vec<String> = dossier.call.caller_key.clone().into_iter().collect();
    dossier.ticket = tickets::by_ids(db, &dossier.call.ticket.into_iter().collect::<Vec<_>>())?.pop();
    dossier.people = known(db, &dossier.call, &keys)?;
    dossier.sharing = people::how_many(db, &keys)?.first().map_or(0, |(_, count)| *count);
    let mut calls = match keys.first() {
        Some(key) => calls_of(db, key, CALLS_READ)?,
        None => Vec::new(),
    };
    calls.retain(|other| other.id != id);
    dossier.tickets = of_number(db, &dossier, &keys, &calls)?;
    calls.truncate(CALLS);
    dossier.calls = calls;
    Ok(dossier)
}

/// Everybody whom it may be: the one who was named, then those whose number it certainly is, each by the last contact.
fn known(db: &mut Db, call: &Call, keys: &[String]) -> Result<Vec<Known>> {
    let mut all: Vec<Candidate> = people::candidates(db, keys)?.into_iter().map(|(_, candidate)| candidate).collect();
    let on_card = |all: &[Candidate], id: PersonId| all.iter().any(|c| c.id == id && !c.maybe);
    let certain: Vec<PersonId> = all.iter().map(|c| c.id).filter(|id| on_card(&all, *id)).collect();
    if let Some(named) = call.person_id.filter(|id| all.iter().all(|c| c.id != *id)) {
        all.extend(people::candidate(db, named)?);
    }
    let ids: Vec<PersonId> = all.iter().map(|c| c.id).collect();
    let contacts = [tickets::last_changes(db, &ids)?, store::last_calls(db, &ids)?].concat();
    let counts = tickets::open_counts(db, &ids)?;
    let one = |candidate: Candidate| Known {
        named: call.person_id == Some(candidate.id),
        certain: certain.contains(&candidate.id),
        last_contact: contacts.iter().filter(|c| c.0 == candidate.id).map(|c| c.1).max(),
        open_count: counts.iter().find(|c| c.0 == candidate.id).map_or(0, |c| c.1),
        open: Vec::new(),
        last: Vec::new(),
        candidate,
    };
    let mut known: Vec<Known> = all.into_iter().map(one).collect();
    known.sort_by_key(|k| (!k.named, k.candidate.maybe, Reverse(k.last_contact), Reverse(k.open_count)));
    detail(db, call, known.get_mut(..DETAILED.min(ids.len())).unwrap_or_default())?;
    Ok(known)
}

/// Adds the tickets of the likeliest. A question for each of these few: one for all of them would be answered by reading
/// every open ticket when one of them has very many.
fn detail(db: &mut Db, call: &Call, known: &mut [Known]) -> Result<()> {
    for one in known {
        one.open = open_of(db, one.candidate.id, TICKETS + 1)?;
        one.open.retain(|ticket| Some(ticket.id) != call.ticket);
        one.open.truncate(TICKETS);
        one.last = closed_of(db, one.candidate.id)?;
    }
    Ok(())
}

/// The open tickets of a person that changed last.
fn open_of(db: &mut Db, person: PersonId, limit: usize) -> Result<Vec<Ticket>> {
    let theirs = Filter { requester: Some(person), ..Filter::default() };
    Ok(tickets::list(db, &Sees::All, &theirs, None, limit)?.rows)
}

/// The last closed tickets of a person.
fn closed_of(db: &mut Db, person: PersonId) -> Result<Vec<Ticket>> {
    let theirs = Filter { requester: Some(person), closed_too: true, ..Filter::default() };
    let mut last = tickets::list(db, &Sees::All, &theirs, None, 2 * TICKETS)?.rows;
    last.retain(|ticket| ticket.closed_at.is_some());
    last.truncate(TICKETS);
    Ok(last)
}

/// Tickets of the number itself: those that are open, and those of its last calls.
fn of_number(db: &mut Db, dossier: &Dossier, keys: &[String], calls: &[Call]) -> Result<Vec<Ticket>> {
    let limit = i64::try_from(TICKETS).unwrap_or(5) + 1;
    let mut found = tickets::open_of(db, &[], keys, limit)?;
    let mut of_calls: Vec<_> = calls.iter().filter_map(|call| call.ticket).collect();
    of_calls.retain(|id| found.iter().all(|ticket| ticket.id != *id));
    found.extend(tickets::by_ids(db, &of_calls)?);
    let theirs = |ticket: &Ticket| dossier.people.iter().any(|k| ticket.requester_id == Some(k.candidate.id));
    found.retain(|ticket| Some(ticket.id) != dossier.call.ticket && !theirs(ticket));
    found.sort_by_key(|ticket| (ticket.closed_at.is_some(), Reverse(ticket.updated_at)));
    found.truncate(TICKETS);
    Ok(found)
}

/// What somebody and the desk had to do with each other.
#[derive(Debug, Clone)]
pub struct Contacts {
    /// Who.
    pub person: Person,
    /// Their last calls: those that they were named for, and those of numbers that are certainly theirs.
    pub calls: Vec<Call>,
    /// Open tickets.
    pub open: Vec<Ticket>,
    /// How many those are.
    pub open_count: i64,
    /// Their last tickets that are closed.
    pub last: Vec<Ticket>,
}

/// The contacts of a person, without calls of which the reader may not see who called.
pub fn contacts(db: &mut Db, settings: &Settings, agent: AgentId, id: PersonId) -> Result<Contacts> {
    let person = people::person_by_id(db, id)?;
    let mut calls = store::calls_named(db, id, CALLS_READ)?;
    for number in person.numbers.iter().filter(|number| !number.is_maybe()) {
        calls.extend(calls_of(db, &number.number_key, CALLS_READ)?);
    }
    calls.retain(|call| call.person_id.is_none_or(|named| named == id) && may_see_identity(settings, call, agent));
    calls.sort_unstable_by_key(|call| Reverse((call.received_at, call.id)));
    calls.dedup_by_key(|call| call.id);
    calls.truncate(2 * CALLS);
    let open = open_of(db, id, 2 * TICKETS)?;
    let open_count = tickets::open_counts(db, &[id])?.first().map_or(0, |(_, count)| *count);
    Ok(Contacts { calls, open, open_count, last: closed_of(db, id)?, person })
}
