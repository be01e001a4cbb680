//! All SQL of organisations.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{ORGANISATION, TYPED_MAX, end_of};
use crate::base::id::{OrganisationId, PersonId};
use crate::base::text::clean_line;
use crate::base::{Result, Timestamp};
use crate::db::schema::{organisations as o, persons as p};
use crate::db::{Db, inserted_id};
use crate::people::Organisation;

/// Organisations by name.
pub fn organisations(db: &mut Db, limit: i64) -> Result<Vec<Organisation>> {
    Ok(o::table.select(ORGANISATION).order((o::name, o::id)).limit(limit).load(db)?)
}

/// Organisations whose name begins with this; case does not matter for ASCII letters.
pub fn find_organisations(db: &mut Db, text: &str, limit: i64) -> Result<Vec<Organisation>> {
    let text = clean_line(text, TYPED_MAX);
    let starts = sql::<Bool>("lower(organisations.name) >= lower(")
        .bind::<Text, _>(text.clone())
        .sql(") AND lower(organisations.name) < lower(")
        .bind::<Text, _>(end_of(&text))
        .sql(")");
    Ok(o::table.filter(starts).select(ORGANISATION).order((o::name, o::id)).limit(limit).load(db)?)
}

/// How many people belong to each of these organisations; those of none are not in it.
pub fn sizes_of(db: &mut Db, ids: &[OrganisationId]) -> Result<Vec<(OrganisationId, i64)>> {
    let rows: Vec<(Option<OrganisationId>, i64)> = p::table
        .filter(p::organisation_id.eq_any(ids.to_vec()))
        .group_by(p::organisation_id)
        .select((p::organisation_id, diesel::dsl::count_star()))
        .load(db)?;
    Ok(rows.into_iter().filter_map(|(id, count)| Some((id?, count))).collect())
}

/// The people of an organisation by their names alone, all of them.
pub(in crate::people) fn members(db: &mut Db, id: OrganisationId) -> Result<Vec<(PersonId, String)>> {
    Ok(p::table.filter(p::organisation_id.eq(id)).select((p::id, p::name)).load(db)?)
}

/// One organisation.
pub fn organisation_by_id(db: &mut Db, id: OrganisationId) -> Result<Organisation> {
    Ok(o::table.find(id).select(ORGANISATION).first(db)?)
}

/// The organisation of a name; case does not matter for ASCII letters.
pub fn organisation_named(db: &mut Db, name: &str) -> Result<Option<OrganisationId>> {
    let same = sql::<Bool>("lower(organisations.name) = lower(").bind::<Text, _>(name.to_owned()).sql(")");
    Ok(o::table.filter(same).select(o::id).first(db).optional()?)
}

pub(in crate::people) fn insert_organisation(db: &mut Db, name: &str, now: Timestamp) -> Result<OrganisationId> {
    let row = (o::name.eq(name), o::note.eq(""), o::created_at.eq(now));
    Ok(inserted_id!(db, o::table, o::id, row)?)
}

pub(in crate::people) fn update_organisation(
    db: &mut Db,
    id: OrganisationId,
    name: &str,
    note: &str,
    vip_at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(o::table.find(id)).set((o::name.eq(name), o::note.eq(note), o::vip_at.eq(vip_at))).execute(db)?;
    Ok(())
}
