//! SQL of callbacks.

use diesel::prelude::*;

use crate::base::id::{AgentId, CallId, CallbackId, IncidentId, LineId, TicketId};
use crate::base::{Result, Timestamp};
use crate::calls::{Callback, CallbackKind, CallbackResult};
use crate::db::schema::callbacks as k;
use crate::db::{Db, inserted_id};

macro_rules! columns {
    () => {
        (
            k::id,
            k::kind,
            k::caller_key,
            k::caller,
            k::number,
            k::line_id,
            k::ticket_id,
            k::incident_id,
            k::call_id,
            k::times,
            k::attempts,
            k::first_at,
            k::last_at,
            k::due_at,
            k::held_by,
            k::closed_at,
            k::result,
        )
    };
}

/// A callback as it begins.
pub(in crate::calls) struct NewCallback<'a> {
    pub kind: CallbackKind,
    pub caller_key: Option<&'a str>,
    pub caller: &'a str,
    pub number: &'a str,
    pub line: Option<LineId>,
    pub ticket: Option<TicketId>,
    pub incident: Option<IncidentId>,
    pub call: Option<CallId>,
    pub now: Timestamp,
    pub due_at: Timestamp,
}

pub(in crate::calls) fn insert_callback(db: &mut Db, new: &NewCallback<'_>) -> Result<CallbackId> {
    let row = (
        k::kind.eq(new.kind),
        k::caller_key.eq(new.caller_key),
        k::caller.eq(new.caller),
        k::number.eq(new.number),
        k::line_id.eq(new.line),
        k::ticket_id.eq(new.ticket),
        k::incident_id.eq(new.incident),
        k::call_id.eq(new.call),
        k::times.eq(1),
        k::attempts.eq(0),
        k::first_at.eq(new.now),
        k::last_at.eq(new.now),
        k::due_at.eq(new.due_at),
    );
    Ok(inserted_id!(db, k::table, k::id, row)?)
}

/// One callback.
pub fn callback_by_id(db: &mut Db, id: CallbackId) -> Result<Callback> {
    Ok(k::table.find(id).select(columns!()).first(db)?)
}

/// The open callback of a caller.
pub(in crate::calls) fn open_callback_of(
    db: &mut Db,
    kind: CallbackKind,
    caller_key: &str,
) -> Result<Option<Callback>> {
    let open = k::table.filter(k::kind.eq(kind)).filter(k::caller_key.eq(caller_key)).filter(k::closed_at.is_null());
    Ok(open.select(columns!()).first(db).optional()?)
}

/// The open callbacks of a ticket.
pub(in crate::calls) fn open_callbacks_of_ticket(db: &mut Db, ticket: TicketId) -> Result<Vec<Callback>> {
    let open = k::table.filter(k::ticket_id.eq(ticket)).filter(k::closed_at.is_null());
    Ok(open.select(columns!()).order(k::id).limit(200).load(db)?)
}

/// What is open, what is due first.
pub fn open_callbacks(db: &mut Db, limit: i64) -> Result<Vec<Callback>> {
    let open = k::table.filter(k::closed_at.is_null());
    Ok(open.order((k::due_at, k::id)).limit(limit).select(columns!()).load(db)?)
}

/// The callbacks of an incident, open ones first, in the order of the calls.
pub fn callbacks_of_incident(db: &mut Db, incident: IncidentId, limit: i64) -> Result<Vec<Callback>> {
    let theirs = k::table.filter(k::incident_id.eq(incident));
    Ok(theirs.order((k::closed_at.is_not_null(), k::first_at, k::id)).limit(limit).select(columns!()).load(db)?)
}

/// How many are open, and how many of them are late.
pub fn count_callbacks(db: &mut Db, now: Timestamp) -> Result<(i64, i64)> {
    let open = || k::table.filter(k::closed_at.is_null());
    Ok((open().count().get_result(db)?, open().filter(k::due_at.lt(now)).count().get_result(db)?))
}

/// Notes one more try of the caller; what was due stays due.
pub(in crate::calls) fn repeat_callback(
    db: &mut Db,
    id: CallbackId,
    call: CallId,
    ticket: Option<TicketId>,
    times: i64,
    now: Timestamp,
) -> Result<()> {
    diesel::update(k::table.find(id))
        .set((
            k::call_id.eq(call),
            ticket.map(|ticket| k::ticket_id.eq(ticket)),
            k::times.eq(times),
            k::last_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Gives an open callback to an agent, or to nobody, if it still is whose it was when it was read; says whether it was.
pub(in crate::calls) fn hold_callback(
    db: &mut Db,
    callback: &Callback,
    agent: Option<AgentId>,
    now: Timestamp,
) -> Result<bool> {
    let row = k::table.find(callback.id).filter(k::closed_at.is_null());
    let held = (k::held_by.eq(agent), k::held_at.eq(agent.map(|_| now)));
    let changed = match callback.held_by {
        Some(holder) => diesel::update(row.filter(k::held_by.eq(holder))).set(held).execute(db)?,
        None => diesel::update(row.filter(k::held_by.is_null())).set(held).execute(db)?,
    };
    Ok(changed > 0)
}

/// Notes a try that reached nobody, and when to try again.
pub(in crate::calls) fn postpone_callback(db: &mut Db, id: CallbackId, due_at: Timestamp) -> Result<()> {
    diesel::update(k::table.find(id))
        .set((
            k::attempts.eq(k::attempts + 1),
            k::due_at.eq(due_at),
            k::held_by.eq(None::<AgentId>),
            k::held_at.eq(None::<Timestamp>),
        ))
        .execute(db)?;
    Ok(())
}

/// Closes an open callback; says whether it was open.
pub(in crate::calls) fn close_callback(
    db: &mut Db,
    id: CallbackId,
    result: CallbackResult,
    by: Option<AgentId>,
    now: Timestamp,
) -> Result<bool> {
    let open = k::table.find(id).filter(k::closed_at.is_null());
    let closed = (k::closed_at.eq(now), k::closed_by.eq(by), k::result.eq(result));
    Ok(diesel::update(open).set(closed).execute(db)? > 0)
}

pub(in crate::calls) fn reopen_callback(db: &mut Db, id: CallbackId) -> Result<()> {
    diesel::update(k::table.find(id))
        .set((
            k::closed_at.eq(None::<Timestamp>),
            k::closed_by.eq(None::<AgentId>),
            k::result.eq(None::<CallbackResult>),
        ))
        .execute(db)?;
    Ok(())
}
