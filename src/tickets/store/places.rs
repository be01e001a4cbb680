//! Sites, as tickets name them.

use diesel::prelude::*;

use crate::base::Result;
use crate::base::id::{OrganisationId, PersonId, SiteId};
use crate::db::Db;
use crate::db::schema::{persons as p, sites as s};
use crate::tickets::Place;

/// Sites that are offered for one caller.
const OFFERED_MAX: i64 = 50;

/// These sites.
pub fn places(db: &mut Db, ids: &[SiteId]) -> Result<Vec<Place>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(s::table.filter(s::id.eq_any(ids.to_vec())).select((s::id, s::name, s::address)).load(db)?)
}

/// The sites where these people are and those of their organisations, by name, and this one.
pub fn places_of(db: &mut Db, persons: &[PersonId], and: Option<SiteId>) -> Result<Vec<Place>> {
    let known: Vec<(Option<OrganisationId>, Option<SiteId>)> = match persons {
        [] => Vec::new(),
        some => p::table.filter(p::id.eq_any(some.to_vec())).select((p::organisation_id, p::site_id)).load(db)?,
    };
    let organisations: Vec<OrganisationId> = known.iter().filter_map(|(organisation, _)| *organisation).collect();
    let single: Vec<SiteId> = known.iter().filter_map(|(_, site)| *site).chain(and).collect();
    let mut found = places(db, &single)?;
    if !organisations.is_empty() {
        let theirs = s::table.filter(s::organisation_id.eq_any(organisations)).limit(OFFERED_MAX);
        found.extend(theirs.select((s::id, s::name, s::address)).load::<Place>(db)?);
    }
    found.sort_unstable_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    found.dedup_by_key(|place| place.id);
    Ok(found)
}
