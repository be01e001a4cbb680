//! The entries of tickets, and with them which call belongs to which ticket.

use diesel::prelude::*;

use super::columns;
use crate::base::id::{AgentId, CallId, EntryId, TicketId};
use crate::base::{Error, Result, Timestamp};
use crate::db::schema::{entries as e, tickets as t};
use crate::db::{Db, inserted_id};
use crate::tickets::{CallFacts, CallOutcome, Entry, EntryKind, Ticket};

/// Entries that a page shows; older ones are left out.
const ENTRIES_MAX: i64 = 500;

/// Tickets of one call, and calls of one ticket that are followed to other tickets.
const LINKS_MAX: i64 = 50;

/// Calls of one ticket: a fault that all of a town calls about is one too.
const CALLS_MAX: i64 = 1_000;

/// Whether a call is the newest of a ticket.
pub(in crate::tickets) fn is_newest_call(db: &mut Db, ticket: TicketId, call: CallId) -> Result<bool> {
    let calls = e::table.filter(e::ticket_id.eq(ticket)).filter(e::call_id.is_not_null());
    let newest: Option<Option<CallId>> = calls.order(e::id.desc()).select(e::call_id).first(db).optional()?;
    Ok(newest.flatten() == Some(call))
}

/// Notes how the last call ended (nothing: it rings), without marking the ticket as touched.
pub(in crate::tickets) fn set_call_outcome(
    db: &mut Db,
    id: TicketId,
    outcome: Option<CallOutcome>,
    now: Timestamp,
) -> Result<()> {
    diesel::update(t::table.find(id)).set((t::call_outcome.eq(outcome), t::updated_at.eq(now))).execute(db)?;
    Ok(())
}

pub(in crate::tickets) fn insert_note(
    db: &mut Db,
    ticket: TicketId,
    author: Option<AgentId>,
    body: &str,
    now: Timestamp,
) -> Result<EntryId> {
    let row = (
        e::ticket_id.eq(ticket),
        e::kind.eq(EntryKind::Note),
        e::author_id.eq(author),
        e::body.eq(body),
        e::created_at.eq(now),
    );
    Ok(inserted_id!(db, e::table, e::id, row)?)
}

pub(in crate::tickets) fn insert_call(
    db: &mut Db,
    ticket: TicketId,
    call: CallId,
    facts: &CallFacts,
    now: Timestamp,
) -> Result<EntryId> {
    let row = (
        e::ticket_id.eq(ticket),
        e::kind.eq(EntryKind::Call),
        e::call_id.eq(call),
        e::body.eq(""),
        e::call_facts.eq(json(facts)?),
        e::created_at.eq(now),
    );
    Ok(inserted_id!(db, e::table, e::id, row)?)
}

/// Brings the entries of a call, in whatever ticket they are, up to date.
pub(in crate::tickets) fn update_call(db: &mut Db, call: CallId, facts: &CallFacts) -> Result<()> {
    diesel::update(e::table.filter(e::call_id.eq(call))).set(e::call_facts.eq(json(facts)?)).execute(db)?;
    Ok(())
}

fn json(facts: &CallFacts) -> Result<String> {
    serde_json::to_string(facts).map_err(|e| Error::internal("the facts of a call", e))
}

type EntryRow =
    (EntryId, EntryKind, Option<CallId>, Option<AgentId>, String, Option<String>, Option<String>, Timestamp);

fn entry_columns() -> (e::id, e::kind, e::call_id, e::author_id, e::body, e::call_facts, e::letter_facts, e::created_at)
{
    (e::id, e::kind, e::call_id, e::author_id, e::body, e::call_facts, e::letter_facts, e::created_at)
}

fn entry((id, kind, call, author, body, facts, letter, created_at): EntryRow) -> Entry {
    let facts = facts.and_then(|text| serde_json::from_str(&text).ok());
    let letter = letter.and_then(|text| serde_json::from_str(&text).ok());
    Entry { id, kind, call, author, body, facts, letter, created_at }
}

/// The newest entries of a ticket, oldest first.
pub fn entries_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Entry>> {
    let newest = e::table.filter(e::ticket_id.eq(ticket)).order(e::id.desc()).limit(ENTRIES_MAX);
    let rows: Vec<EntryRow> = newest.select(entry_columns()).load(db)?;
    Ok(rows.into_iter().rev().map(entry).collect())
}

/// One entry of a ticket, if it is still there.
pub fn entry_of(db: &mut Db, ticket: TicketId, id: EntryId) -> Result<Option<Entry>> {
    let found: Option<EntryRow> =
        e::table.find(id).filter(e::ticket_id.eq(ticket)).select(entry_columns()).first(db).optional()?;
    Ok(found.map(entry))
}

/// The entry that began a ticket.
pub fn first_entry(db: &mut Db, ticket: TicketId) -> Result<Option<Entry>> {
    let first = e::table.filter(e::ticket_id.eq(ticket)).order(e::id).select(entry_columns());
    Ok(first.first::<EntryRow>(db).optional()?.map(entry))
}

/// The agent who wrote to a ticket last.
pub fn last_author(db: &mut Db, ticket: TicketId) -> Result<Option<AgentId>> {
    let written = e::table.filter(e::ticket_id.eq(ticket)).filter(e::author_id.is_not_null()).order(e::id.desc());
    Ok(written.select(e::author_id.assume_not_null()).first(db).optional()?)
}

/// The newest entry of a ticket.
pub fn newest_entry(db: &mut Db, ticket: TicketId) -> Result<EntryId> {
    Ok(e::table.filter(e::ticket_id.eq(ticket)).order(e::id.desc()).select(e::id).first(db)?)
}

/// The tickets that a call belongs to, the newest first.
pub fn tickets_of_call(db: &mut Db, call: CallId) -> Result<Vec<Ticket>> {
    let ids = e::table.filter(e::call_id.eq(call)).limit(LINKS_MAX).select(e::ticket_id).load(db)?;
    of_ids(db, ids)
}

/// The calls of a ticket, the newest first.
pub fn calls_of_ticket(db: &mut Db, ticket: TicketId) -> Result<Vec<CallId>> {
    let calls = e::table.filter(e::ticket_id.eq(ticket)).filter(e::call_id.is_not_null());
    let ids: Vec<Option<CallId>> = calls.order(e::id.desc()).limit(CALLS_MAX).select(e::call_id).load(db)?;
    Ok(ids.into_iter().flatten().collect())
}

/// The other tickets of a ticket's calls, the newest first.
pub fn siblings_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Ticket>> {
    let calls = calls_of_ticket(db, ticket)?;
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let others = e::table.filter(e::call_id.eq_any(calls)).filter(e::ticket_id.ne(ticket));
    let ids = others.limit(LINKS_MAX).select(e::ticket_id).load(db)?;
    of_ids(db, ids)
}

fn of_ids(db: &mut Db, ids: Vec<TicketId>) -> Result<Vec<Ticket>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(t::table.filter(t::id.eq_any(ids)).order(t::id.desc()).select(columns!()).load(db)?)
}

/// Notes that an agent put a call to a ticket, without a new revision: the forms of others lose nothing by it.
pub(in crate::tickets) fn link(
    db: &mut Db,
    ticket: &Ticket,
    outcome: Option<CallOutcome>,
    now: Timestamp,
) -> Result<()> {
    let touched = ticket.touched_at.or(Some(now));
    diesel::update(t::table.find(ticket.id))
        .set((t::call_outcome.eq(outcome), t::updated_at.eq(now), t::touched_at.eq(touched)))
        .execute(db)?;
    Ok(())
}

/// Takes a call off a ticket; says whether it was there.
pub(in crate::tickets) fn remove_call(db: &mut Db, ticket: TicketId, call: CallId) -> Result<bool> {
    Ok(diesel::delete(e::table.filter(e::ticket_id.eq(ticket)).filter(e::call_id.eq(call))).execute(db)? > 0)
}
