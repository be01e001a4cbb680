//! What the tickets say of people, for those who ask about many of them at once.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use crate::base::id::PersonId;
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::db::schema::tickets as t;

/// When a ticket of each of these people last changed; those who have none are not in it.
pub fn last_changes(db: &mut Db, people: &[PersonId]) -> Result<Vec<(PersonId, Timestamp)>> {
    let rows: Vec<(Option<PersonId>, Option<Timestamp>)> = t::table
        .filter(t::requester_id.eq_any(people.to_vec()))
        .group_by(t::requester_id)
        .select((t::requester_id, max(t::updated_at)))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(person, at)| Some((person?, at?))).collect())
}

/// How many tickets are open for each of these people; those who have none are not in it.
pub fn open_counts(db: &mut Db, people: &[PersonId]) -> Result<Vec<(PersonId, i64)>> {
    let rows: Vec<(Option<PersonId>, i64)> = t::table
        .filter(t::requester_id.eq_any(people.to_vec()))
        .filter(t::closed_at.is_null())
        .group_by(t::requester_id)
        .select((t::requester_id, count_star()))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(person, count)| Some((person?, count))).collect())
}
