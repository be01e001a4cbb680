//! SQL of incidents and of storms.

use diesel::prelude::*;

use crate::base::id::{AgentId, IncidentId, TicketId};
use crate::base::{Result, Timestamp};
use crate::calls::storm::Recent;
use crate::calls::{Incident, IncidentCard};
use crate::db::schema::{calls as c, incidents as i, sites, storms as s, tickets as t};
use crate::db::{Db, inserted_id};

/// Incidents that are open at once, at most; more is not a list that a dispatcher reads.
const OPEN_MAX: i64 = 20;

type Columns = (i::id, i::ticket_id, i::announcement, i::area, i::words, i::eta_at, i::declared_at, i::solved_at);
const COLUMNS: Columns =
    (i::id, i::ticket_id, i::announcement, i::area, i::words, i::eta_at, i::declared_at, i::solved_at);

/// What is known and not mended, the newest first.
pub fn open_incidents(db: &mut Db) -> Result<Vec<Incident>> {
    let open = i::table.filter(i::solved_at.is_null()).order((i::declared_at.desc(), i::id.desc()));
    Ok(open.limit(OPEN_MAX).select(COLUMNS).load(db)?)
}

/// All incidents, the newest first.
pub fn incidents(db: &mut Db, limit: i64) -> Result<Vec<Incident>> {
    Ok(i::table.order(i::id.desc()).limit(limit).select(COLUMNS).load(db)?)
}

/// One incident.
pub fn incident_by_id(db: &mut Db, id: IncidentId) -> Result<Incident> {
    Ok(i::table.find(id).select(COLUMNS).first(db)?)
}

pub(in crate::calls) fn insert_incident(
    db: &mut Db,
    ticket: TicketId,
    card: &IncidentCard,
    by: Option<AgentId>,
    now: Timestamp,
) -> Result<IncidentId> {
    let row = (
        i::ticket_id.eq(ticket),
        i::announcement.eq(&card.announcement),
        i::area.eq(&card.area),
        i::words.eq(&card.words),
        i::eta_at.eq(card.eta_at),
        i::declared_by.eq(by),
        i::declared_at.eq(now),
    );
    Ok(inserted_id!(db, i::table, i::id, row)?)
}

pub(in crate::calls) fn update_incident(db: &mut Db, id: IncidentId, card: &IncidentCard) -> Result<()> {
    diesel::update(i::table.find(id))
        .set((
            i::announcement.eq(&card.announcement),
            i::area.eq(&card.area),
            i::words.eq(&card.words),
            i::eta_at.eq(card.eta_at),
        ))
        .execute(db)?;
    Ok(())
}

/// Notes that it is mended; says whether it was open.
pub(in crate::calls) fn solve_incident(db: &mut Db, id: IncidentId, now: Timestamp) -> Result<bool> {
    let open = i::table.find(id).filter(i::solved_at.is_null());
    Ok(diesel::update(open).set(i::solved_at.eq(now)).execute(db)? > 0)
}

/// The calls with a number that came in this time and are no spam, the newest first.
pub(in crate::calls) fn recent_calls(db: &mut Db, from: Timestamp, to: Timestamp, limit: i64) -> Result<Vec<Recent>> {
    let rows: Vec<(crate::base::id::CallId, Option<String>, Option<TicketId>)> = c::table
        .filter(c::received_at.ge(from))
        .filter(c::received_at.lt(to))
        .filter(c::spam_at.is_null())
        .order((c::received_at.desc(), c::id.desc()))
        .limit(limit)
        .select((c::id, c::caller_key, c::ticket_id))
        .load(db)?;
    let recent = |(id, key, ticket): (_, Option<String>, _)| key.map(|caller_key| Recent { id, caller_key, ticket });
    Ok(rows.into_iter().filter_map(recent).collect())
}

/// The areas of the sites of these tickets; those without are not in it.
pub(in crate::calls) fn areas_of_tickets(db: &mut Db, ids: &[TicketId]) -> Result<Vec<(TicketId, String)>> {
    let placed = t::table.inner_join(sites::table).filter(t::id.eq_any(ids.to_vec())).filter(sites::area.ne(""));
    Ok(placed.select((t::id, sites::area)).load(db)?)
}

/// The storms that are waved away at that moment.
pub(in crate::calls) fn quiet_storms(db: &mut Db, now: Timestamp) -> Result<Vec<String>> {
    Ok(s::table.filter(s::quiet_until_at.gt(now)).select(s::key).limit(100).load(db)?)
}

/// Waves a storm away until then; what was waved away before and is over is forgotten.
pub(in crate::calls) fn quiet_storm(db: &mut Db, key: &str, now: Timestamp, until: Timestamp) -> Result<()> {
    diesel::delete(s::table.filter(s::quiet_until_at.le(now))).execute(db)?;
    diesel::delete(s::table.find(key)).execute(db)?;
    diesel::insert_into(s::table).values((s::key.eq(key), s::quiet_until_at.eq(until))).execute(db)?;
    Ok(())
}
