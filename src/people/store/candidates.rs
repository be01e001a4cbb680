//! All SQL of the people whom a number may belong to.

use diesel::prelude::*;

use super::sites::sites_by_ids;
use crate::base::id::{PersonId, SiteId};
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::db::schema::{organisations as o, person_numbers as pn, persons as p};
use crate::people::Candidate;

/// People that one number is shown with at most; how many there are is shown all the same.
const CANDIDATES_MAX: i64 = 20;

/// How many people each of these numbers may belong to; a number that nobody has is not in it.
pub fn how_many(db: &mut Db, number_keys: &[String]) -> Result<Vec<(String, i64)>> {
    if number_keys.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = pn::table.filter(pn::number_key.eq_any(number_keys.to_vec()));
    Ok(theirs.group_by(pn::number_key).select((pn::number_key, diesel::dsl::count_star())).load(db)?)
}

/// All people that these numbers may belong to: by number, the certain before the maybe, then by name; of a number that very
/// many share, the first twenty. Three queries, and one more for each such number.
pub fn candidates(db: &mut Db, number_keys: &[String]) -> Result<Vec<(String, Candidate)>> {
    let (few, many): (Vec<_>, Vec<_>) =
        how_many(db, number_keys)?.into_iter().partition(|(_, count)| *count <= CANDIDATES_MAX);
    let mut rows = rows_of(db, few.into_iter().map(|(key, _)| key).collect(), i64::MAX)?;
    for (key, _) in many {
        rows.extend(rows_of(db, vec![key], CANDIDATES_MAX)?);
    }
    with_sites(db, rows)
}

type Known = (PersonId, String, String, Option<Timestamp>, Option<SiteId>);
type Owner = Option<(String, Option<Timestamp>)>;
type Row = (String, String, Option<Timestamp>, Known, Owner);

type KnownColumns = (p::id, p::name, p::note, p::vip_at, p::site_id);
const KNOWN: KnownColumns = (p::id, p::name, p::note, p::vip_at, p::site_id);

fn rows_of(db: &mut Db, number_keys: Vec<String>, limit: i64) -> Result<Vec<Row>> {
    if number_keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(pn::table
        .inner_join(p::table.left_join(o::table))
        .filter(pn::number_key.eq_any(number_keys))
        .order((pn::number_key, pn::guessed_at.is_not_null(), p::name, p::id))
        .limit(limit)
        .select((pn::number_key, pn::label, pn::guessed_at, KNOWN, (o::name, o::vip_at).nullable()))
        .load(db)?)
}

fn with_sites(db: &mut Db, rows: Vec<Row>) -> Result<Vec<(String, Candidate)>> {
    let sites = sites_by_ids(db, &rows.iter().filter_map(|row| row.3.4).collect::<Vec<_>>())?;
    let candidate = |(key, label, guessed_at, (id, name, note, vip_at, site), organisation): Row| {
        let vip = vip_at.is_some() || organisation.as_ref().is_some_and(|(_, vip_at)| vip_at.is_some());
        let known = Candidate {
            id,
            name,
            organisation: organisation.map(|(name, _)| name),
            label,
            maybe: guessed_at.is_some(),
            vip,
            note,
            site: site.and_then(|site| sites.iter().find(|s| s.id == site).cloned()),
        };
        (key, known)
    };
    Ok(rows.into_iter().map(candidate).collect())
}

/// Somebody who was named, whatever their numbers; nothing when there is no such person any more.
pub fn candidate(db: &mut Db, id: PersonId) -> Result<Option<Candidate>> {
    let named = p::table.left_join(o::table).filter(p::id.eq(id)).select((KNOWN, (o::name, o::vip_at).nullable()));
    let rows: Vec<(Known, Owner)> = named.load(db)?;
    let rows = rows.into_iter().map(|(known, o)| (String::new(), String::new(), None, known, o)).collect();
    Ok(with_sites(db, rows)?.pop().map(|(_, candidate)| candidate))
}
