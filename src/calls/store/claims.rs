//! SQL of claims and wrap-up codes.

use diesel::prelude::*;

use crate::base::id::{AgentId, CallId, WrapUpId};
use crate::base::{Result, Timestamp};
use crate::calls::{Call, WrapUpCode};
use crate::db::schema::{calls as c, wrap_up_codes as w};
use crate::db::{Db, inserted_id};

const CODE: (w::id, w::name, w::archived_at) = (w::id, w::name, w::archived_at);

/// Makes the agent the one who has a call, if it still is whose it was when it was read; says whether it was.
pub(in crate::calls) fn give_to(
    db: &mut Db,
    call: &Call,
    agent: Option<AgentId>,
    at: Option<Timestamp>,
) -> Result<bool> {
    let row = c::table.find(call.id).filter(c::wrapped_up_at.is_null());
    let given = (c::claimed_by.eq(agent), c::claimed_at.eq(at));
    let changed = match call.claimed_by {
        Some(holder) => diesel::update(row.filter(c::claimed_by.eq(holder))).set(given).execute(db)?,
        None => diesel::update(row.filter(c::claimed_by.is_null())).set(given).execute(db)?,
    };
    Ok(changed > 0)
}

/// Notes that an agent is done with a call, or not.
pub(in crate::calls) fn set_wrapped_up(
    db: &mut Db,
    id: CallId,
    code: Option<WrapUpId>,
    at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(c::table.find(id)).set((c::wrap_up_id.eq(code), c::wrapped_up_at.eq(at))).execute(db)?;
    Ok(())
}

/// The calls that an agent has in hand, the newest claim first.
pub fn in_hand_of(db: &mut Db, agent: AgentId, limit: i64) -> Result<Vec<Call>> {
    let open = c::table.filter(c::claimed_by.eq(agent)).filter(c::wrapped_up_at.is_null());
    Ok(open.order((c::claimed_at.desc(), c::id.desc())).limit(limit).select(columns!()).load(db)?)
}

/// The codes, those in use first, in their order.
pub fn wrap_up_codes(db: &mut Db) -> Result<Vec<WrapUpCode>> {
    Ok(w::table.order((w::archived_at.is_not_null(), w::position, w::id)).select(CODE).load(db)?)
}

pub(in crate::calls) fn wrap_up_by_id(db: &mut Db, id: WrapUpId) -> Result<WrapUpCode> {
    Ok(w::table.find(id).select(CODE).first(db)?)
}

pub(in crate::calls) fn insert_wrap_up(db: &mut Db, name: &str, position: i64, now: Timestamp) -> Result<WrapUpId> {
    let row = (w::name.eq(name), w::position.eq(position), w::created_at.eq(now));
    Ok(inserted_id!(db, w::table, w::id, row)?)
}

pub(in crate::calls) fn update_wrap_up(
    db: &mut Db,
    id: WrapUpId,
    name: &str,
    archived_at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(w::table.find(id)).set((w::name.eq(name), w::archived_at.eq(archived_at))).execute(db)?;
    Ok(())
}
