//! All SQL of people and organisations.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{Candidate, Organisation, Person, PersonNumber};
use crate::base::id::{OrganisationId, PersonId};
use crate::base::text::clean_line;
use crate::base::{Cursor, EmailAddress, Page, Result, Timestamp};
use crate::db::schema::{
    organisations as o, person_addresses as pa, person_numbers as pn, person_words as pw, persons as p, tickets,
};
use crate::db::{Db, each_backend};

const ORGANISATION: (o::id, o::name, o::note) = (o::id, o::name, o::note);
const NUMBER: (pn::raw, pn::number_key, pn::label) = (pn::raw, pn::number_key, pn::label);

/// Characters of what was typed that are looked for.
const TYPED_MAX: usize = 200;

/// People that one number is shown with at most; how many there are is shown all the same.
const CANDIDATES_MAX: i64 = 20;

type PersonRow = (PersonId, String, String, Timestamp, Option<Organisation>);

/// One person.
pub fn person_by_id(db: &mut Db, id: PersonId) -> Result<Person> {
    let row: PersonRow = p::table
        .left_join(o::table)
        .filter(p::id.eq(id))
        .select((p::id, p::name, p::note, p::updated_at, ORGANISATION.nullable()))
        .first(db)?;
    filled(db, vec![row])?.pop().ok_or(crate::base::Error::Missing)
}

/// People with their numbers and addresses: three queries, however many people.
fn filled(db: &mut Db, rows: Vec<PersonRow>) -> Result<Vec<Person>> {
    let ids: Vec<PersonId> = rows.iter().map(|row| row.0).collect();
    let numbers: Vec<(PersonId, PersonNumber)> =
        pn::table.filter(pn::person_id.eq_any(ids.clone())).order(pn::id).select((pn::person_id, NUMBER)).load(db)?;
    let addresses: Vec<(PersonId, EmailAddress)> =
        pa::table.filter(pa::person_id.eq_any(ids)).order(pa::id).select((pa::person_id, pa::address)).load(db)?;
    let person = |(id, name, note, updated_at, organisation): PersonRow| Person {
        id,
        name,
        organisation,
        note,
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
        .select((p::id, p::name, p::note, p::updated_at, ORGANISATION.nullable()))
        .load(db)?;
    let page = Page::cut(rows, limit, |row: &PersonRow| Cursor { key: row.3.0, id: row.0.0 });
    Ok(Page { rows: filled(db, page.rows)?, next: page.next })
}

/// The people of an organisation by name.
pub fn people_of(db: &mut Db, organisation: OrganisationId, limit: i64) -> Result<Vec<Person>> {
    let rows = p::table
        .left_join(o::table)
        .filter(p::organisation_id.eq(organisation))
        .order((p::name, p::id))
        .limit(limit)
        .select((p::id, p::name, p::note, p::updated_at, ORGANISATION.nullable()))
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
        .select((p::id, p::name, p::note, p::updated_at, ORGANISATION.nullable()))
        .load(db)?;
    filled(db, rows)
}

/// How many people each of these numbers may belong to; a number that nobody has is not in it.
pub fn how_many(db: &mut Db, number_keys: &[String]) -> Result<Vec<(String, i64)>> {
    if number_keys.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = pn::table.filter(pn::number_key.eq_any(number_keys.to_vec()));
    Ok(theirs.group_by(pn::number_key).select((pn::number_key, diesel::dsl::count_star())).load(db)?)
}

/// All people that these numbers may belong to, by number, then by name; of a number that very many share, the first
/// twenty. Two queries, and one more for each such number.
pub fn candidates(db: &mut Db, number_keys: &[String]) -> Result<Vec<(String, Candidate)>> {
    let (few, many): (Vec<_>, Vec<_>) =
        how_many(db, number_keys)?.into_iter().partition(|(_, count)| *count <= CANDIDATES_MAX);
    let mut found = candidates_of(db, few.into_iter().map(|(key, _)| key).collect(), i64::MAX)?;
    for (key, _) in many {
        found.extend(candidates_of(db, vec![key], CANDIDATES_MAX)?);
    }
    Ok(found)
}

fn candidates_of(db: &mut Db, number_keys: Vec<String>, limit: i64) -> Result<Vec<(String, Candidate)>> {
    if number_keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(pn::table
        .inner_join(p::table.left_join(o::table))
        .filter(pn::number_key.eq_any(number_keys))
        .order((pn::number_key, p::name, p::id))
        .limit(limit)
        .select((pn::number_key, (p::id, p::name, o::name.nullable(), pn::label)))
        .load(db)?)
}

/// The names of these people.
pub fn person_names(db: &mut Db, ids: &[PersonId]) -> Result<Vec<(PersonId, String)>> {
    Ok(p::table.filter(p::id.eq_any(ids.to_vec())).select((p::id, p::name)).load(db)?)
}

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
pub(super) fn members(db: &mut Db, id: OrganisationId) -> Result<Vec<(PersonId, String)>> {
    Ok(p::table.filter(p::organisation_id.eq(id)).select((p::id, p::name)).load(db)?)
}

/// One organisation.
pub fn organisation_by_id(db: &mut Db, id: OrganisationId) -> Result<Organisation> {
    Ok(o::table.find(id).select(ORGANISATION).first(db)?)
}

/// The organisation of a name; case does not matter for ASCII letters.
pub(super) fn organisation_named(db: &mut Db, name: &str) -> Result<Option<OrganisationId>> {
    let same = sql::<Bool>("lower(organisations.name) = lower(").bind::<Text, _>(name.to_owned()).sql(")");
    Ok(o::table.filter(same).select(o::id).first(db).optional()?)
}

pub(super) fn insert_organisation(db: &mut Db, name: &str, now: Timestamp) -> Result<OrganisationId> {
    let row = (o::name.eq(name), o::note.eq(""), o::created_at.eq(now));
    Ok(each_backend!(db, c => diesel::insert_into(o::table).values(row).returning(o::id).get_result(c))?)
}

pub(super) fn update_organisation(db: &mut Db, id: OrganisationId, name: &str, note: &str) -> Result<()> {
    diesel::update(o::table.find(id)).set((o::name.eq(name), o::note.eq(note))).execute(db)?;
    Ok(())
}

pub(super) fn insert_person(
    db: &mut Db,
    name: &str,
    organisation: Option<OrganisationId>,
    note: &str,
    now: Timestamp,
) -> Result<PersonId> {
    let row = (
        p::name.eq(name),
        p::organisation_id.eq(organisation),
        p::note.eq(note),
        p::created_at.eq(now),
        p::updated_at.eq(now),
    );
    Ok(each_backend!(db, c => diesel::insert_into(p::table).values(row).returning(p::id).get_result(c))?)
}

pub(super) fn update_person(
    db: &mut Db,
    id: PersonId,
    name: &str,
    organisation: Option<OrganisationId>,
    note: &str,
    now: Timestamp,
) -> Result<()> {
    diesel::update(p::table.find(id))
        .set((p::name.eq(name), p::organisation_id.eq(organisation), p::note.eq(note), p::updated_at.eq(now)))
        .execute(db)?;
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

/// Gives a person these numbers and addresses in place of those that he had.
pub(super) fn set_reaches(
    db: &mut Db,
    id: PersonId,
    numbers: &[PersonNumber],
    addresses: &[EmailAddress],
) -> Result<()> {
    diesel::delete(pn::table.filter(pn::person_id.eq(id))).execute(db)?;
    diesel::delete(pa::table.filter(pa::person_id.eq(id))).execute(db)?;
    for number in numbers {
        diesel::insert_into(pn::table)
            .values((
                pn::person_id.eq(id),
                pn::raw.eq(&number.raw),
                pn::number_key.eq(&number.number_key),
                pn::label.eq(&number.label),
            ))
            .execute(db)?;
    }
    for address in addresses {
        diesel::insert_into(pa::table).values((pa::person_id.eq(id), pa::address.eq(address.as_str()))).execute(db)?;
    }
    Ok(())
}

/// Makes a person found by these words.
pub(super) fn set_words(db: &mut Db, id: PersonId, words: &[String]) -> Result<()> {
    diesel::delete(pw::table.filter(pw::person_id.eq(id))).execute(db)?;
    let rows: Vec<_> = words.iter().map(|word| (pw::word.eq(word), pw::person_id.eq(id))).collect();
    each_backend!(db, c => diesel::insert_into(pw::table).values(&rows).execute(c))?;
    Ok(())
}
