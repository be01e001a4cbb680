//! SQL of blocked numbers and of calls that are spam.

use diesel::prelude::*;

use crate::base::id::{AgentId, CallId};
use crate::base::{Result, Timestamp};
use crate::calls::BlockedNumber;
use crate::db::Db;
use crate::db::schema::{blocked_numbers as b, calls as c};

type BlockedColumns = (b::number_key, b::note, b::blocked_by, b::blocked_at, b::until_at);
const BLOCKED: BlockedColumns = (b::number_key, b::note, b::blocked_by, b::blocked_at, b::until_at);

/// Whether calls of this number are kept away from the board at that moment.
pub(in crate::calls) fn is_blocked(db: &mut Db, number_key: &str, now: Timestamp) -> Result<bool> {
    let row = b::table.find(number_key).select(b::until_at).first::<Option<Timestamp>>(db).optional()?;
    Ok(row.is_some_and(|until| until.is_none_or(|until| until > now)))
}

/// The blocked numbers, the newest first.
pub fn blocked_numbers(db: &mut Db, limit: i64) -> Result<Vec<BlockedNumber>> {
    Ok(b::table.order((b::blocked_at.desc(), b::number_key)).limit(limit).select(BLOCKED).load(db)?)
}

pub(in crate::calls) fn block(
    db: &mut Db,
    number_key: &str,
    note: &str,
    by: Option<AgentId>,
    now: Timestamp,
    until: Option<Timestamp>,
) -> Result<()> {
    unblock(db, number_key)?;
    diesel::insert_into(b::table)
        .values((
            b::number_key.eq(number_key),
            b::note.eq(note),
            b::blocked_by.eq(by),
            b::blocked_at.eq(now),
            b::until_at.eq(until),
        ))
        .execute(db)?;
    Ok(())
}

/// Says whether it was blocked.
pub(in crate::calls) fn unblock(db: &mut Db, number_key: &str) -> Result<bool> {
    Ok(diesel::delete(b::table.find(number_key)).execute(db)? > 0)
}

pub(in crate::calls) fn set_spam(db: &mut Db, id: CallId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::spam_at.eq(at)).execute(db)?;
    Ok(())
}
