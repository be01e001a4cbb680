//! People come to be known, change, and are forgotten.

use super::person::{Checked, PersonCard, words};
use super::siting::add_place;
use super::store::{self, PersonRow};
use crate::base::id::{OrganisationId, PersonId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{EmailAddress, Error, Message, Result, Timestamp};
use crate::events::{self, Act, Actor, Event, Subject};
use crate::settings::Settings;

/// Changes of a person among which somebody's is looked for.
const CHANGES_MAX: i64 = 100;

/// Makes a person.
///
/// # Errors
/// [`Error::Invalid`] with every problem of the card.
pub fn add_person(act: &mut Act<'_>, card: &PersonCard) -> Result<PersonId> {
    let checked = card.check(&plan(act)?)?;
    let row = row_of(act, card, &checked, None)?;
    let person = store::insert_person(act.db, &row, act.now)?;
    store::set_reaches(act.db, person, &checked.numbers, &checked.addresses)?;
    store::set_words(act.db, person, &words(&checked.name, &checked.organisation))?;
    act.record(Event::PersonCreated { person, name: checked.name });
    Ok(person)
}

/// What a person is called who was met without a name: the part of the address before the `@`.
fn name_of(address: &EmailAddress) -> String {
    clean_line(address.as_str().split('@').next().unwrap_or_default(), 120)
}

/// The person of an address that wrote again. Who was met without a name gets the one that the letter brings, unless somebody
/// had the card in hand; `name` is empty for a letter that may be somebody else's.
pub fn meet_again(act: &mut Act<'_>, name: &str, address: &EmailAddress) -> Result<Option<PersonId>> {
    let Some((id, known)) = store::named_with_address(act.db, address)? else { return Ok(None) };
    let name = clean_line(name, 120);
    if name.is_empty() || name.contains('@') || name == known || known != name_of(address) {
        return Ok(Some(id));
    }
    let history = events::history_of(act.db, Subject::Person(id), CHANGES_MAX)?;
    if history.iter().all(|record| matches!(record.actor, Some(Actor::Mail | Actor::Import))) {
        let organisation = store::person_by_id(act.db, id)?.organisation.map(|firm| firm.name).unwrap_or_default();
        store::set_name(act.db, id, &name, act.now)?;
        store::set_words(act.db, id, &words(&name, &organisation))?;
        act.record(Event::PersonChanged { person: id, name });
    }
    Ok(Some(id))
}

/// Makes a person of whoever wrote for the first time. Without a name it is the part of the address before the `@`.
pub fn meet_by_mail(act: &mut Act<'_>, name: &str, address: &EmailAddress) -> Result<PersonId> {
    let name = clean_line(name, 120);
    let name = if name.is_empty() { name_of(address) } else { name };
    let row = PersonRow { name: name.clone(), organisation: None, note: String::new(), site: None, vip_at: None };
    let person = store::insert_person(act.db, &row, act.now)?;
    store::insert_address(act.db, person, address)?;
    store::insert_words(act.db, person, &words(&name, ""))?;
    act.record(Event::PersonCreated { person, name });
    Ok(person)
}

/// Changes a person to what the card says. Numbers that are guesses stay, unless the card names them: then they are certain.
pub fn change_person(act: &mut Act<'_>, id: PersonId, card: &PersonCard) -> Result<()> {
    let before = store::person_by_id(act.db, id)?;
    let checked = card.check(&plan(act)?)?;
    let row = row_of(act, card, &checked, before.vip_at)?;
    store::update_person(act.db, id, &row, act.now)?;
    store::set_reaches(act.db, id, &checked.numbers, &checked.addresses)?;
    store::set_words(act.db, id, &words(&checked.name, &checked.organisation))?;
    act.record(Event::PersonChanged { person: id, name: checked.name });
    Ok(())
}

/// The columns of a person, with the organisation and the site that the card names.
fn row_of(act: &mut Act<'_>, card: &PersonCard, checked: &Checked, vip_at: Option<Timestamp>) -> Result<PersonRow> {
    let organisation = organisation_named(act, &checked.organisation)?;
    if let Some(site) = card.site
        && !store::is_site(act.db, site)?
    {
        return Err(Error::invalid("site", "error-choice"));
    }
    let site = match checked.place.as_str() {
        "" => card.site,
        place => Some(add_place(act, place, organisation)?),
    };
    Ok(PersonRow {
        name: checked.name.clone(),
        organisation,
        note: checked.note.clone(),
        site,
        vip_at: card.vip.then(|| vip_at.unwrap_or(act.now)),
    })
}

/// Removes a person that nothing refers to.
///
/// # Errors
/// [`Error::Conflict`] when a ticket names the person.
pub fn remove_person(act: &mut Act<'_>, id: PersonId) -> Result<()> {
    store::person_by_id(act.db, id)?;
    if store::is_requester(act.db, id)? {
        return Err(Error::Conflict(Message::new("error-person-has-tickets")));
    }
    store::delete_person(act.db, id)?;
    act.record(Event::PersonRemoved { person: id });
    Ok(())
}

/// Changes the name and the note of an organisation, and whether its people come first. They are found by the new name from
/// then on.
pub fn change_organisation(act: &mut Act<'_>, id: OrganisationId, name: &str, note: &str, vip: bool) -> Result<()> {
    let before = store::organisation_by_id(act.db, id)?;
    let name = clean_line(name, 120);
    if name.is_empty() {
        return Err(Error::invalid("name", "error-required"));
    }
    if store::organisation_named(act.db, &name)?.is_some_and(|other| other != id) {
        return Err(Error::invalid("name", "error-name-taken"));
    }
    let vip_at = vip.then(|| before.vip_at.unwrap_or(act.now));
    store::update_organisation(act.db, id, &name, &clean_text(note, 4_000), vip_at)?;
    if before.name != name {
        for (person, own) in store::members(act.db, id)? {
            store::set_words(act.db, person, &words(&own, &name))?;
        }
    }
    act.record(Event::OrganisationChanged { organisation: id, name });
    Ok(())
}

/// The organisation of a name, made when there is none; of no name, none.
pub(super) fn organisation_named(act: &mut Act<'_>, name: &str) -> Result<Option<OrganisationId>> {
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(id) = store::organisation_named(act.db, name)? {
        return Ok(Some(id));
    }
    let organisation = store::insert_organisation(act.db, name, act.now)?;
    act.record(Event::OrganisationCreated { organisation, name: name.to_owned() });
    Ok(Some(organisation))
}

fn plan(act: &mut Act<'_>) -> Result<crate::phone::number::NumberPlan> {
    let settings = Settings::read(act.db)?;
    settings.number_plan().ok_or_else(|| Error::internal("the desk's country", settings.country))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Clock;
    use crate::db::{Meters, Store, Target};
    use crate::events::{Actor, Books};

    #[tokio::test]
    async fn the_people_of_a_renamed_organisation_are_found_by_its_new_name() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Target::Sqlite(folder.path().join("desk.db")), Meters::new().unwrap()).unwrap();
        let books = Books::new(store, Clock::fixed(Timestamp(1_000)));
        let card =
            PersonCard { name: "Ada Lovelace".into(), organisation: "Pumpen Nord".into(), ..PersonCard::default() };
        let person = books.write(Actor::Console, move |act| add_person(act, &card)).await.unwrap();
        let found = |text: &'static str| {
            let books = books.clone();
            async move { books.read(move |db| store::find_people(db, text, None, 10)).await.unwrap().len() }
        };
        assert_eq!((found("pumpen ada").await, found("wasser").await), (1, 0));
        books
            .write(Actor::Console, move |act| {
                let organisation = store::person_by_id(act.db, person)?.organisation.unwrap().id;
                change_organisation(act, organisation, " Wasserwerk  Nord ", "", false)
            })
            .await
            .unwrap();
        assert_eq!((found("pumpen").await, found("wasser ada").await), (0, 1));
    }
}
