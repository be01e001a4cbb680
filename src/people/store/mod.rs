//! All SQL of people and organisations; that of sites is in a file of its own.

mod candidates;
mod organisations;
mod sites;

pub use candidates::{candidate, candidates, how_many};
pub use organisations::{find_organisations, organisation_by_id, organisation_named, organisations, sizes_of};
pub(super) use organisations::{insert_organisation, members, update_organisation};
pub(super) use sites::{delete_site, insert_site, is_in_use, is_site, update_site};
pub use sites::{find_sites, recent_sites, site_by_id, sites_by_ids, sites_of};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{Organisation, Person, PersonNumber};
use crate::base::id::{OrganisationId, PersonId, SiteId};
use crate::base::text::clean_line;
use crate::base::{Cursor, EmailAddress, Page, Result, Timestamp};
use crate::db::schema::{
    organisations as o, person_addresses as pa, person_numbers as pn, person_words as pw, persons as p, tickets,
};
use crate::db::{Db, each_backend, inserted_id};

type OrganisationColumns = (o::id, o::name, o::note, o::vip_at);
const ORGANISATION: OrganisationColumns = (o::id, o::name, o::note, o::vip_at);
type NumberColumns = (pn::raw, pn::number_key, pn::label, pn::guessed_at);
const NUMBER: NumberColumns = (pn::raw, pn::number_key, pn::label, pn::guessed_at);

macro_rules! person {
    () => {
        (p::id, p::name, p::note, p::updated_at, p::vip_at, p::site_id, ORGANISATION.nullable())
    };
}

/// Characters of what was typed that are looked for.
const TYPED_MAX: usize = 200;

type Found = (PersonId, String, String, Timestamp, Option<Timestamp>, Option<SiteId>, Option<Organisation>);

/// The columns of a person that a card sets.
pub(super) struct PersonRow {
    pub name: String,
    pub organisation: Option<OrganisationId>,
    pub note: String,
    pub site: Option<SiteId>,
    pub vip_at: Option<Timestamp>,
}

/// One person.
pub fn person_by_id(db: &mut Db, id: PersonId) -> Result<Person> {
    let row: Found = p::table.left_join(o::table).filter(p::id.eq(id)).select(person!()).first(db)?;
    filled(db, vec![row])?.pop().ok_or(crate::base::Error::Missing)
}

/// People with their numbers, addresses and sites: four queries, however many people.
fn filled(db: &mut Db, rows: Vec<Found>) -> Result<Vec<Person>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<PersonId> = rows.iter().map(|row| row.0).collect();
    let mut numbers: Vec<(PersonId, PersonNumber)> =
        pn::table.filter(pn::person_id.eq_any(ids.clone())).order(pn::id).select((pn::person_id, NUMBER)).load(db)?;
    numbers.sort_by_key(|(_, number)| number.is_maybe());
    let addresses: Vec<(PersonId, EmailAddress)> =
        pa::table.filter(pa::person_id.eq_any(ids)).order(pa::id).select((pa::person_id, pa::address)).load(db)?;
    let sites = sites_by_ids(db, &rows.iter().filter_map(|row| row.5).collect::<Vec<_>>())?;
    let person = |(id, name, note, updated_at, vip_at, site, organisation): Found| Person {
        id,
        name,
        organisation,
        site: site.and_then(|site| sites.iter().find(|s| s.id == site).cloned()),
        note,
        vip_at,
        numbers: numbers.iter().filter(|n| n.0 == id).map(|n| n.1.clone()).collect(),
        addresses: addresses.iter().filter(|a| a.0 == id).map(|a| a.1.clone()).collect(),
        updated_at,
    };
    Ok(rows.into_iter().map(person).collect())
}

/// People by the time of their last change, newest first.
pub fn recent_people(db: &mut Db, after: Option<Cursor>, limit: usize) -> Result<Page<Person>> {
    let mut query = p::table.left_join(o::table).into_boxed::<crate::db::MultiBackend>();
    if let Some(cursor) = after {
        let (at, id) = (Timestamp(cursor.key), PersonId(cursor.id));
        query = query.filter(p::updated_at.lt(at).or(p::updated_at.eq(at).and(p::id.lt(id))));
    }
    let rows = query
        .order((p::updated_at.desc(), p::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(50) + 1)
        .select(person!())
        .load(db)?;
    let page = Page::cut(rows, limit, |row: &Found| Cursor { key: row.3.0, id: row.0.0 });
    Ok(Page { rows: filled(db, page.rows)?, next: page.next })
}

/// The people of an organisation by name.
pub fn people_of(db: &mut Db, organisation: OrganisationId, limit: i64) -> Result<Vec<Person>> {
    let rows = p::table
        .left_join(o::table)
        .filter(p::organisation_id.eq(organisation))
        .order((p::name, p::id))
        .limit(limit)
        .select(person!())
        .load(db)?;
    filled(db, rows)
}

/// The last text that begins with `prefix`, in the order of code points that these columns have.
fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// People by the first letters of any word of their name or organisation (every typed word must fit), by the first
/// characters of an e-mail address, or by a number. By name, at most `limit`.
pub fn find_people(db: &mut Db, text: &str, number_key: Option<&str>, limit: i64) -> Result<Vec<Person>> {
    // Cleaned as what is looked for was; PostgreSQL also takes no text with a NUL in it.
    let text = clean_line(text, TYPED_MAX).to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(6).collect();
    let mut ids: Vec<PersonId> = Vec::new();
    if text.contains('@') {
        let starts = pa::table.filter(pa::address.ge(&text)).filter(pa::address.lt(end_of(&text)));
        ids = starts.select(pa::person_id).limit(limit).load(db)?;
    } else if let Some(key) = number_key {
        let starts = pn::table.filter(pn::number_key.ge(key)).filter(pn::number_key.lt(end_of(key)));
        ids = starts.select(pn::person_id).limit(limit).load(db)?;
    } else if let Some(longest) = words.iter().max_by_key(|word| word.len()) {
        // The longest word finds few; the others only narrow those down.
        let mut query = pw::table.select(pw::person_id).into_boxed::<crate::db::MultiBackend>();
        query = query.filter(pw::word.ge((*longest).to_owned())).filter(pw::word.lt(end_of(longest)));
        for word in words.iter().filter(|word| *word != longest) {
            let other =
                "EXISTS (SELECT 1 FROM person_words AS w WHERE w.person_id = person_words.person_id AND w.word >= ";
            let narrowed = sql::<Bool>(other)
                .bind::<Text, _>((*word).to_owned())
                .sql(" AND w.word < ")
                .bind::<Text, _>(end_of(word))
                .sql(")");
            query = query.filter(narrowed);
        }
        ids = query.limit(limit).load(db)?;
    }
    let rows = p::table
        .left_join(o::table)
        .filter(p::id.eq_any(ids))
        .order((p::name, p::id))
        .limit(limit)
        .select(person!())
        .load(db)?;
    filled(db, rows)
}

/// The person of an address; of several, the one who was known first.
pub fn with_address(db: &mut Db, address: &EmailAddress) -> Result<Option<PersonId>> {
    let known = pa::table.filter(pa::address.eq(address.as_str())).order(pa::person_id);
    Ok(known.select(pa::person_id).first(db).optional()?)
}

/// The person with an address, and his name.
pub(super) fn named_with_address(db: &mut Db, address: &EmailAddress) -> Result<Option<(PersonId, String)>> {
    let known = pa::table.inner_join(p::table).filter(pa::address.eq(address.as_str())).order(pa::person_id);
    Ok(known.select((p::id, p::name)).first(db).optional()?)
}

/// Gives a person another name.
pub(super) fn set_name(db: &mut Db, id: PersonId, name: &str, now: Timestamp) -> Result<()> {
    diesel::update(p::table.find(id)).set((p::name.eq(name), p::updated_at.eq(now))).execute(db)?;
    Ok(())
}

/// The names of these people.
pub fn person_names(db: &mut Db, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
    Ok(p::table.filter(p::id.eq_any(ids.to_vec())).select((p::id, p::name)).load(db)?)
}

/// The people of a site by name.
pub fn people_at(db: &mut Db, site: SiteId, limit: i64) -> Result<Vec<Person>> {
    let rows = p::table
        .left_join(o::table)
        .filter(p::site_id.eq(site))
        .order((p::name, p::id))
        .limit(limit)
        .select(person!())
        .load(db)?;
    filled(db, rows)
}

pub(super) fn insert_person(db: &mut Db, row: &PersonRow, now: Timestamp) -> Result<PersonId> {
    let row = (
        p::name.eq(&row.name),
        p::organisation_id.eq(row.organisation),
        p::note.eq(&row.note),
        p::site_id.eq(row.site),
        p::vip_at.eq(row.vip_at),
        p::created_at.eq(now),
        p::updated_at.eq(now),
    );
    Ok(inserted_id!(db, p::table, p::id, row)?)
}

pub(super) fn update_person(db: &mut Db, id: PersonId, row: &PersonRow, now: Timestamp) -> Result<()> {
    diesel::update(p::table.find(id))
        .set((
            p::name.eq(&row.name),
            p::organisation_id.eq(row.organisation),
            p::note.eq(&row.note),
            p::site_id.eq(row.site),
            p::vip_at.eq(row.vip_at),
            p::updated_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// Notes that something of a person changed.
pub(super) fn touch_person(db: &mut Db, id: PersonId, now: Timestamp) -> Result<()> {
    diesel::update(p::table.find(id)).set(p::updated_at.eq(now)).execute(db)?;
    Ok(())
}

/// Whether a ticket names this person.
pub(super) fn is_requester(db: &mut Db, id: PersonId) -> Result<bool> {
    let named = tickets::table.filter(tickets::requester_id.eq(id)).select(tickets::rev);
    Ok(named.first::<i64>(db).optional()?.is_some())
}

pub(super) fn delete_person(db: &mut Db, id: PersonId) -> Result<()> {
    diesel::delete(p::table.find(id)).execute(db)?;
    Ok(())
}

/// Gives a person these certain numbers and these addresses in place of those that they had. Guesses stay, but for those
/// that are certain now.
pub(super) fn set_reaches(
    db: &mut Db,
    id: PersonId,
    numbers: &[PersonNumber],
    addresses: &[EmailAddress],
) -> Result<()> {
    let keys: Vec<String> = numbers.iter().map(|number| number.number_key.clone()).collect();
    let replaced = pn::guessed_at.is_null().or(pn::number_key.eq_any(keys));
    diesel::delete(pn::table.filter(pn::person_id.eq(id)).filter(replaced)).execute(db)?;
    diesel::delete(pa::table.filter(pa::person_id.eq(id))).execute(db)?;
    for number in numbers {
        insert_number(db, id, number)?;
    }
    for address in addresses {
        insert_address(db, id, address)?;
    }
    Ok(())
}

pub(super) fn insert_address(db: &mut Db, id: PersonId, address: &EmailAddress) -> Result<()> {
    diesel::insert_into(pa::table).values((pa::person_id.eq(id), pa::address.eq(address.as_str()))).execute(db)?;
    Ok(())
}

pub(super) fn insert_number(db: &mut Db, id: PersonId, number: &PersonNumber) -> Result<()> {
    diesel::insert_into(pn::table)
        .values((
            pn::person_id.eq(id),
            pn::raw.eq(&number.raw),
            pn::number_key.eq(&number.number_key),
            pn::label.eq(&number.label),
            pn::guessed_at.eq(number.guessed_at),
        ))
        .execute(db)?;
    Ok(())
}

/// Whether a number stands on somebody's card, as a guess or certainly.
pub(super) fn has_number(db: &mut Db, id: PersonId, number_key: &str) -> Result<bool> {
    let same = pn::table.filter(pn::person_id.eq(id)).filter(pn::number_key.eq(number_key));
    Ok(same.select(pn::person_id).first::<PersonId>(db).optional()?.is_some())
}

pub(super) fn make_certain(db: &mut Db, id: PersonId, number_key: &str) -> Result<()> {
    diesel::update(pn::table.filter(pn::person_id.eq(id)).filter(pn::number_key.eq(number_key)))
        .set(pn::guessed_at.eq(None::<Timestamp>))
        .execute(db)?;
    Ok(())
}

pub(super) fn delete_number(db: &mut Db, id: PersonId, number_key: &str) -> Result<()> {
    diesel::delete(pn::table.filter(pn::person_id.eq(id)).filter(pn::number_key.eq(number_key))).execute(db)?;
    Ok(())
}

/// Makes a person found by these words.
pub(super) fn set_words(db: &mut Db, id: PersonId, words: &[String]) -> Result<()> {
    diesel::delete(pw::table.filter(pw::person_id.eq(id))).execute(db)?;
    insert_words(db, id, words)
}

/// Makes a person found by these words who was found by none.
pub(super) fn insert_words(db: &mut Db, id: PersonId, words: &[String]) -> Result<()> {
    let rows: Vec<_> = words.iter().map(|word| (pw::word.eq(word), pw::person_id.eq(id))).collect();
    each_backend!(db, c => diesel::insert_into(pw::table).values(&rows).execute(c))?;
    Ok(())
}
