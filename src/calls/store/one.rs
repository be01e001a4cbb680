//! SQL of the page of one call, of the end of a shift and of the wall board.

use diesel::prelude::*;

use crate::base::id::{AgentId, CallId, PersonId, TicketId};
use crate::base::{Result, Timestamp};
use crate::calls::one::{Incident, Trace};
use crate::calls::{Call, PastCall};
use crate::db::Db;
use crate::db::schema::{calls as c, entries as e, incidents as i, ticket_words as w, tickets as t};

/// What the phone heard of a call, for those who look into a trace.
pub(in crate::calls) fn trace_of(db: &mut Db, id: CallId) -> Result<Trace> {
    let columns = (c::sip_call_id, c::source, c::user_agent, c::verstat, c::node, c::caller_raw);
    Ok(c::table.find(id).select(columns).first(db)?)
}

/// The tickets that a call stands in.
pub(in crate::calls) fn tickets_of(db: &mut Db, id: CallId) -> Result<Vec<TicketId>> {
    let standing = e::table.filter(e::call_id.eq(id)).select(e::ticket_id).order(e::id).limit(50);
    let mut found: Vec<TicketId> = standing.load(db)?;
    found.dedup();
    Ok(found)
}

/// Open tickets with a word that begins so in their subject, the newest first.
pub(in crate::calls) fn tickets_with_word(db: &mut Db, begin: &str, limit: i64) -> Result<Vec<TicketId>> {
    let words = w::table.filter(w::word.ge(begin.to_owned())).filter(w::word.lt(format!("{begin}\u{10ffff}")));
    Ok(words.select(w::ticket_id).order(w::ticket_id.desc()).limit(limit).load(db)?)
}

/// The calls of a number between two moments around one call: those before it, and those after it, the nearest first.
pub(in crate::calls) fn calls_around(db: &mut Db, call: &Call, limit: i64) -> Result<(Vec<Call>, Vec<Call>)> {
    let Some(key) = &call.caller_key else { return Ok((Vec::new(), Vec::new())) };
    let of = || c::table.filter(c::caller_key.eq(key.clone()));
    let at = call.received_at;
    let before = of().filter(c::received_at.le(at)).filter(c::received_at.lt(at).or(c::id.lt(call.id)));
    let after = of().filter(c::received_at.ge(at)).filter(c::received_at.gt(at).or(c::id.gt(call.id)));
    Ok((
        before.order((c::received_at.desc(), c::id.desc())).limit(limit).select(columns!()).load(db)?,
        after.order((c::received_at, c::id)).limit(limit).select(columns!()).load(db)?,
    ))
}

/// Which of these agents have a call in hand that they claimed after `since`.
pub fn busy_agents(db: &mut Db, agents: &[AgentId], since: Timestamp) -> Result<Vec<AgentId>> {
    let open = c::table.filter(c::claimed_by.eq_any(agents.to_vec())).filter(c::wrapped_up_at.is_null());
    let held: Vec<Option<AgentId>> = open.filter(c::claimed_at.gt(since)).select(c::claimed_by).limit(500).load(db)?;
    Ok(held.into_iter().flatten().collect())
}

/// Open tickets without a subject whose call came in after `since`, the newest first.
pub(in crate::calls) fn unnamed_since(db: &mut Db, since: Timestamp, limit: i64) -> Result<Vec<TicketId>> {
    let mut found: Vec<TicketId> = c::table
        .inner_join(t::table.on(c::ticket_id.eq(t::id.nullable())))
        .filter(c::received_at.ge(since))
        .filter(t::subject.eq(""))
        .filter(t::closed_at.is_null())
        .order((c::received_at.desc(), c::id.desc()))
        .limit(limit)
        .select(t::id)
        .load(db)?;
    let mut seen = Vec::new();
    found.retain(|id| {
        !seen.contains(id) && {
            seen.push(*id);
            true
        }
    });
    Ok(found)
}

/// The incidents that are not solved, the newest first.
pub(in crate::calls) fn incidents_now(db: &mut Db, limit: i64) -> Result<Vec<Incident>> {
    let open = i::table.filter(i::solved_at.is_null()).order((i::declared_at.desc(), i::id.desc())).limit(limit);
    Ok(open.select((i::ticket_id, i::announcement, i::eta_at)).load(db)?)
}

/// Keeps a call of the past.
pub(in crate::calls) fn insert_past(db: &mut Db, past: &PastCall, person: Option<PersonId>) -> Result<CallId> {
    let id = super::insert(db, &past.heard)?;
    let (claimed_by, claimed_at) = past.claimed.unzip();
    let (code, wrapped_up_at) = past.wrapped_up.unzip();
    diesel::update(c::table.find(id))
        .set((
            c::ended_at.eq(past.ended_at),
            c::outcome.eq(past.outcome),
            c::reason.eq(&past.reason),
            c::person_id.eq(person),
            c::claimed_by.eq(claimed_by),
            c::claimed_at.eq(claimed_at),
            c::wrap_up_id.eq(code.flatten()),
            c::wrapped_up_at.eq(wrapped_up_at),
        ))
        .execute(db)?;
    Ok(id)
}
