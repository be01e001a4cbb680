//! All SQL of sites.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{TYPED_MAX, end_of, find_organisations};
use crate::base::id::{OrganisationId, PersonId, SiteId, TicketId};
use crate::base::text::clean_line;
use crate::base::{Cursor, Page, Result, Timestamp};
use crate::db::schema::{organisations as o, persons as p, sites as s, tickets};
use crate::db::{Db, MultiBackend, inserted_id};
use crate::people::{Site, SiteCard};

type Columns = (s::id, s::organisation_id, s::name, s::address, s::area, s::access_note, s::updated_at);
const SITE: Columns = (s::id, s::organisation_id, s::name, s::address, s::area, s::access_note, s::updated_at);

/// Organisations whose sites are found with what was typed.
const ORGANISATIONS_MAX: i64 = 20;

/// One site.
pub fn site_by_id(db: &mut Db, id: SiteId) -> Result<Site> {
    Ok(s::table.find(id).select(SITE).first(db)?)
}

/// These sites.
pub fn sites_by_ids(db: &mut Db, ids: &[SiteId]) -> Result<Vec<Site>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(s::table.filter(s::id.eq_any(ids.to_vec())).select(SITE).load(db)?)
}

/// The sites of an organisation by name.
pub fn sites_of(db: &mut Db, organisation: OrganisationId, limit: i64) -> Result<Vec<Site>> {
    let theirs = s::table.filter(s::organisation_id.eq(organisation));
    Ok(theirs.order((s::name, s::id)).limit(limit).select(SITE).load(db)?)
}

/// Sites with the names of their organisations by the time of their last change, newest first.
pub fn recent_sites(db: &mut Db, after: Option<Cursor>, limit: usize) -> Result<Page<(Site, Option<String>)>> {
    let mut query = s::table.left_join(o::table).into_boxed::<MultiBackend>();
    if let Some(cursor) = after {
        let (at, id) = (Timestamp(cursor.key), SiteId(cursor.id));
        query = query.filter(s::updated_at.le(at)).filter(s::updated_at.lt(at).or(s::id.lt(id)));
    }
    let rows = query
        .order((s::updated_at.desc(), s::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(50) + 1)
        .select((SITE, o::name.nullable()))
        .load(db)?;
    Ok(Page::cut(rows, limit, |(site, _): &(Site, _)| Cursor { key: site.updated_at.0, id: site.id.0 }))
}

/// Sites whose name, address or area begins with this, and those of organisations whose name does; case does not matter for
/// ASCII letters. By name, at most `limit`.
pub fn find_sites(db: &mut Db, text: &str, limit: i64) -> Result<Vec<(Site, Option<String>)>> {
    let text = clean_line(text, TYPED_MAX);
    let organisations: Vec<OrganisationId> =
        find_organisations(db, &text, ORGANISATIONS_MAX)?.into_iter().map(|o| o.id).collect();
    let mut ids: Vec<SiteId> = Vec::new();
    // A question for each column, each through an index of its own: one with an OR would read every site.
    for [from, to] in [
        ["lower(sites.name) >= lower(", ") AND lower(sites.name) < lower("],
        ["lower(sites.address) >= lower(", ") AND lower(sites.address) < lower("],
        ["lower(sites.area) >= lower(", ") AND lower(sites.area) < lower("],
    ] {
        let starts = sql::<Bool>(from).bind::<Text, _>(text.clone()).sql(to).bind::<Text, _>(end_of(&text)).sql(")");
        ids.extend(s::table.filter(starts).select(s::id).limit(limit).load::<SiteId>(db)?);
    }
    if !organisations.is_empty() {
        let theirs = s::table.filter(s::organisation_id.eq_any(organisations));
        ids.extend(theirs.select(s::id).limit(limit).load::<SiteId>(db)?);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let found = s::table.left_join(o::table).filter(s::id.eq_any(ids));
    Ok(found.order((s::name, s::id)).limit(limit).select((SITE, o::name.nullable())).load(db)?)
}

/// Whether there is this site.
pub(in crate::people) fn is_site(db: &mut Db, id: SiteId) -> Result<bool> {
    Ok(s::table.find(id).select(s::id).first::<SiteId>(db).optional()?.is_some())
}

pub(in crate::people) fn insert_site(
    db: &mut Db,
    card: &SiteCard,
    organisation: Option<OrganisationId>,
    now: Timestamp,
) -> Result<SiteId> {
    let row = (
        s::organisation_id.eq(organisation),
        s::name.eq(&card.name),
        s::address.eq(&card.address),
        s::area.eq(&card.area),
        s::access_note.eq(&card.access_note),
        s::created_at.eq(now),
        s::updated_at.eq(now),
    );
    Ok(inserted_id!(db, s::table, s::id, row)?)
}

pub(in crate::people) fn update_site(
    db: &mut Db,
    id: SiteId,
    card: &SiteCard,
    organisation: Option<OrganisationId>,
    now: Timestamp,
) -> Result<()> {
    diesel::update(s::table.find(id))
        .set((
            s::organisation_id.eq(organisation),
            s::name.eq(&card.name),
            s::address.eq(&card.address),
            s::area.eq(&card.area),
            s::access_note.eq(&card.access_note),
            s::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Whether people or tickets are at this site.
pub(in crate::people) fn is_in_use(db: &mut Db, id: SiteId) -> Result<bool> {
    let person = p::table.filter(p::site_id.eq(id)).select(p::id).first::<PersonId>(db).optional()?;
    let ticket = tickets::table.filter(tickets::site_id.eq(id)).select(tickets::id).first::<TicketId>(db).optional()?;
    Ok(person.is_some() || ticket.is_some())
}

pub(in crate::people) fn delete_site(db: &mut Db, id: SiteId) -> Result<()> {
    diesel::delete(s::table.find(id)).execute(db)?;
    Ok(())
}
