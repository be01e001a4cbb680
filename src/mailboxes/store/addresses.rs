//! SQL of addresses that mail does not reach, or that are not answered.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::base::id::OutboundId;
use crate::base::{Result, Timestamp};
use crate::db::schema::mail_addresses as a;
use crate::db::{Db, each_backend};
use crate::mailboxes::holding::MutedFor;

/// Hard bounces after which nothing more is sent.
const HARD_MAX: i64 = 2;

/// Soft bounces within [`SOFT_MS`] after which nothing more is sent.
const SOFT_MAX: i64 = 5;

const SOFT_MS: i64 = 14 * 86_400_000;

type Columns = (
    a::address,
    a::hard_bounces,
    a::soft_bounces,
    a::soft_since_at,
    a::undeliverable_at,
    a::muted_until_at,
    a::muted_for,
    a::reason,
);

const COLUMNS: Columns = (
    a::address,
    a::hard_bounces,
    a::soft_bounces,
    a::soft_since_at,
    a::undeliverable_at,
    a::muted_until_at,
    a::muted_for,
    a::reason,
);

/// What is known of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Queryable)]
pub struct AddressState {
    /// The address.
    pub address: String,
    /// How often it was refused for good.
    pub hard_bounces: i64,
    /// How often it was refused for now, since [`AddressState::soft_since_at`].
    pub soft_bounces: i64,
    /// See above.
    pub soft_since_at: Option<Timestamp>,
    /// Since when nothing is sent there.
    pub undeliverable_at: Option<Timestamp>,
    /// Until when nothing is answered by itself.
    pub muted_until_at: Option<Timestamp>,
    /// Why nothing is.
    pub muted_for: Option<MutedFor>,
    /// Why.
    pub reason: String,
}

/// What is known of an address.
pub fn address_state(db: &mut Db, address: &str) -> Result<AddressState> {
    let found = a::table.find(address).select(COLUMNS).first(db).optional()?;
    Ok(found.unwrap_or_else(|| AddressState { address: address.to_owned(), ..AddressState::default() }))
}

fn make(db: &mut Db, address: &str, now: Timestamp) -> Result<()> {
    let row =
        (a::address.eq(address), a::hard_bounces.eq(0), a::soft_bounces.eq(0), a::reason.eq(""), a::updated_at.eq(now));
    each_backend!(db, c => diesel::insert_into(a::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Notes that a letter came back; says whether nothing more is sent there from now on. A letter counts once, however often
/// and by whomever it is said to have come back.
pub(in crate::mailboxes) fn note_bounce(
    db: &mut Db,
    address: &str,
    letter: OutboundId,
    hard: bool,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    make(db, address, now)?;
    let counted: Option<OutboundId> = a::table.find(address).select(a::bounced_mail_id).first(db)?;
    if counted.is_some_and(|counted| counted.0 >= letter.0) {
        return Ok(false);
    }
    let before = address_state(db, address)?;
    let recent = before.soft_since_at.filter(|since| now.since_ms(*since) <= SOFT_MS);
    let (soft, since) = match (hard, recent) {
        (true, _) => (before.soft_bounces, before.soft_since_at),
        (false, Some(since)) => (before.soft_bounces + 1, Some(since)),
        (false, None) => (1, Some(now)),
    };
    let hard_bounces = before.hard_bounces + i64::from(hard);
    let is_over = hard_bounces >= HARD_MAX || soft >= SOFT_MAX;
    let is_new = is_over && before.undeliverable_at.is_none();
    diesel::update(a::table.find(address))
        .set((
            a::hard_bounces.eq(hard_bounces),
            a::soft_bounces.eq(soft),
            a::soft_since_at.eq(since),
            a::undeliverable_at.eq(before.undeliverable_at.or(is_over.then_some(now))),
            a::bounced_mail_id.eq(letter),
            a::reason.eq(reason),
            a::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(is_new)
}

/// Addresses that mail does not reach, those found last first.
pub fn undeliverable(db: &mut Db, limit: i64) -> Result<Vec<AddressState>> {
    let dead = a::table.filter(a::undeliverable_at.is_not_null()).order(a::undeliverable_at.desc());
    Ok(dead.limit(limit).select(COLUMNS).load(db)?)
}

/// Those of these addresses that mail does not reach.
pub(in crate::mailboxes) fn unreached<'a>(
    db: &mut Db,
    addresses: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<String>> {
    let dead = a::table.filter(a::address.eq_any(addresses.map(str::to_owned).collect::<Vec<_>>()));
    let dead: Vec<String> = dead.filter(a::undeliverable_at.is_not_null()).select(a::address).load(db)?;
    Ok(dead.into_iter().collect())
}

/// Addresses that nothing is answered to by itself, those that were muted last first.
pub fn muted(db: &mut Db, now: Timestamp, limit: i64) -> Result<Vec<AddressState>> {
    let muted = a::table.filter(a::muted_until_at.gt(now)).order(a::muted_until_at.desc());
    Ok(muted.limit(limit).select(COLUMNS).load(db)?)
}

/// Ends the silence towards an address; says whether there was one.
pub(in crate::mailboxes) fn unmute(db: &mut Db, address: &str, now: Timestamp) -> Result<bool> {
    let muted = a::table.find(address).filter(a::muted_until_at.gt(now));
    let heard = (a::muted_until_at.eq(None::<Timestamp>), a::muted_for.eq(None::<MutedFor>), a::updated_at.eq(now));
    Ok(diesel::update(muted).set(heard).execute(db)? > 0)
}

/// Notes that mail reaches the address after all; says whether that is new. What came back is forgotten, and is not counted
/// anew; who is not answered for another reason stays so.
pub(in crate::mailboxes) fn revive(db: &mut Db, address: &str, now: Timestamp) -> Result<bool> {
    let dead = a::table.find(address).filter(a::undeliverable_at.is_not_null());
    // Nearly all are alive, and a statement that only asks is made once.
    if dead.select(a::address).first::<String>(db).optional()?.is_none() {
        return Ok(false);
    }
    let alive = (
        a::hard_bounces.eq(0),
        a::soft_bounces.eq(0),
        a::soft_since_at.eq(None::<Timestamp>),
        a::undeliverable_at.eq(None::<Timestamp>),
        a::reason.eq(""),
        a::updated_at.eq(now),
    );
    Ok(diesel::update(dead).set(alive).execute(db)? > 0)
}

/// Answers nothing to an address until then; says whether that is new. Who is muted for a storm of letters stays so, whatever
/// else he does.
pub(in crate::mailboxes) fn mute(
    db: &mut Db,
    address: &str,
    why: MutedFor,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    make(db, address, now)?;
    let before = address_state(db, address)?;
    let known = before.muted_for.filter(|_| before.muted_until_at.is_some_and(|at| at >= now));
    let why = if known == Some(MutedFor::Storm) { MutedFor::Storm } else { why };
    let muted = (a::muted_until_at.eq(until), a::muted_for.eq(why), a::updated_at.eq(now));
    diesel::update(a::table.find(address)).set(muted).execute(db)?;
    Ok(known != Some(why))
}
