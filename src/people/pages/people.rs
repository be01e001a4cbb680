//! People: found, shown, written down, changed and forgotten.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::{CallId, PersonId, SiteId};
use crate::base::text::clean_line;
use crate::base::{Cursor, Result};
use crate::events::Books;
use crate::people::views::{self, Found, Known};
use crate::people::{
    Person, PersonCard, add_person, change_person, find_people, key_of, organisation_by_id, organisation_named,
    person_by_id, recent_people, remove_person, site_by_id, sites_by_ids, sites_of,
};
use crate::settings::Settings;
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// People on a page.
const ROWS: usize = 50;

/// Sites that a card offers.
const SITES_MAX: i64 = 200;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    after: String,
}

/// What the card of a person sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PersonForm {
    /// The name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// One number to a line.
    pub numbers: String,
    /// One address to a line.
    pub addresses: String,
    /// What the desk should know.
    pub note: String,
    /// The id of a site.
    pub site: String,
    /// The address of a place that is no site yet.
    pub place: String,
    /// `on` when they come first.
    pub vip: String,
    /// The call that the person is written down for, if any.
    pub call: String,
}

/// What a new card begins with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewQuery {
    number: String,
    name: String,
    call: String,
    organisation: String,
    site: String,
}

/// Which number of a person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NumberForm {
    number: String,
}

impl PersonForm {
    fn of(person: Person) -> Self {
        // Guesses are settled on the person's page; on the card they would become certain by being saved.
        let certain = person.numbers.iter().filter(|number| !number.is_maybe());
        let numbers: Vec<String> = certain.map(crate::people::PersonNumber::line).collect();
        let addresses: Vec<&str> = person.addresses.iter().map(crate::base::EmailAddress::as_str).collect();
        Self {
            numbers: numbers.join("\n"),
            addresses: addresses.join("\n"),
            name: person.name,
            organisation: person.organisation.map(|o| o.name).unwrap_or_default(),
            note: person.note,
            site: person.site.map(|site| site.id.to_string()).unwrap_or_default(),
            place: String::new(),
            vip: if person.vip_at.is_some() { "on".into() } else { String::new() },
            call: String::new(),
        }
    }

    fn card(&self) -> PersonCard {
        PersonCard {
            name: self.name.clone(),
            organisation: self.organisation.clone(),
            note: self.note.clone(),
            numbers: self.numbers.clone(),
            addresses: self.addresses.clone(),
            site: self.site.parse().ok(),
            place: self.place.clone(),
            vip: self.vip == "on",
        }
    }
}

/// The key of what was typed, when it looks like a number and not like a name.
pub fn number_typed(text: &str, settings: &Settings) -> Option<String> {
    let looks = |c: char| c.is_ascii_digit() || " +-/().".contains(c);
    let is_number = text.chars().all(looks) && text.chars().any(|c| c.is_ascii_digit());
    settings.number_plan().filter(|_| is_number).and_then(|plan| key_of(&plan.read(text)))
}

/// The same for whoever looks among all people: none at a desk that shows who called only to whoever claimed the call. The
/// number of a call stands on the board for everybody, also after it has ended, and so does every beginning of it: whoever
/// could look it up here would know what the claim is for. Who has the call finds people by number on its dossier.
pub fn number_sought(text: &str, settings: &Settings) -> Option<String> {
    number_typed(text, settings).filter(|_| !settings.hides_identity())
}

/// `GET /people`
pub async fn list(books: Data<Books>, me: Me, query: Query<ListQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let text = query.q.trim().to_owned();
    let (key, after) = (number_sought(&text, &me.settings), Cursor::decode(&query.after));
    let typed = text.clone();
    let found = books
        .read(move |db| {
            if typed.is_empty() {
                let page = recent_people(db, after, ROWS)?;
                return Ok(Found { people: page.rows, next: page.next, paged: after.is_some(), more: false });
            }
            let limit = i64::try_from(ROWS).unwrap_or(50);
            let mut people = find_people(db, &typed, key.as_deref(), limit)?;
            if people.is_empty() && key.is_some() {
                // "24" may be a number, or a word of "Haus 24".
                people = find_people(db, &typed, None, limit)?;
            }
            let more = people.len() >= ROWS;
            Ok(Found { people, next: None, paged: false, more })
        })
        .await?;
    let shell = me.shell(&me.locale().t("people-title"));
    if me.visit.partial {
        return Ok(shell.answer(&me.visit, views::found(&me, &text, &found)));
    }
    Ok(shell.answer(&me.visit, views::list(&me, &text, &found)))
}

/// `GET /people/new`
pub async fn new(books: Data<Books>, me: Me, query: Query<NewQuery>) -> Result<HttpResponse> {
    let NewQuery { number, name, call, mut organisation, site } = query.into_inner();
    if let Ok(id) = site.parse::<SiteId>() {
        let owner = books.read(move |db| match site_by_id(db, id)?.organisation_id {
            Some(owner) => Ok(Some(organisation_by_id(db, owner)?.name)),
            None => Ok(None),
        });
        organisation = owner.await?.unwrap_or(organisation);
    }
    let form = PersonForm { numbers: number, name, call, organisation, site, ..PersonForm::default() };
    ask_new(&books, &me, &form, &Again::default()).await
}

async fn ask_new(books: &Books, me: &Me, form: &PersonForm, again: &Again) -> Result<HttpResponse> {
    let known = known(books, form, None).await?;
    let shell = me.shell(&me.locale().t("people-new"));
    Ok(shell.answer_with(again.status(), &me.visit, views::new(me, form, &known, again)))
}

/// What the card of `form` offers: the sites of the organisation that it names, the site that is chosen, and the guesses of
/// the person.
async fn known(books: &Books, form: &PersonForm, person: Option<PersonId>) -> Result<Known> {
    let (name, chosen) = (form.organisation.clone(), form.site.parse::<SiteId>().ok());
    books
        .read(move |db| {
            let mut sites = match organisation_named(db, &clean_line(&name, 120))? {
                Some(organisation) => sites_of(db, organisation, SITES_MAX)?,
                None => Vec::new(),
            };
            let other = chosen.filter(|id| sites.iter().all(|site| site.id != *id));
            sites.extend(sites_by_ids(db, &other.into_iter().collect::<Vec<_>>())?);
            let maybe = match person {
                Some(id) => person_by_id(db, id)?.numbers.into_iter().filter(|n| n.is_maybe()).map(|n| n.raw).collect(),
                None => Vec::new(),
            };
            Ok(Known { sites, maybe })
        })
        .await
}

/// `POST /people`
pub async fn create(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<PersonForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let card = form.card();
    match books.write(me.by(), move |act| add_person(act, &card)).await {
        // Whoever has somebody on the phone goes on with the call.
        Ok(_) if form.call.parse::<CallId>().is_ok() => {
            Ok(see_other_saying(&options, "/calls", "done-person-added", ""))
        }
        Ok(id) => Ok(see_other_saying(&options, &format!("/people/{id}"), "done-person-added", "")),
        Err(error) => ask_new(&books, &me, &form, &Again::of(error)?).await,
    }
}

/// `GET /people/{id}`
pub async fn show(books: Data<Books>, me: Me, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = books.read(move |db| person_by_id(db, id)).await?;
    Ok(me.shell(&person.name).answer(&me.visit, views::show(&me, &person)))
}

/// `GET /people/{id}/edit`
pub async fn edit(books: Data<Books>, me: Me, id: Path<PersonId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let person = books.read(move |db| person_by_id(db, id)).await?;
    ask_change(&books, &me, id, &PersonForm::of(person), &Again::default()).await
}

async fn ask_change(books: &Books, me: &Me, id: PersonId, form: &PersonForm, again: &Again) -> Result<HttpResponse> {
    let known = known(books, form, Some(id)).await?;
    let shell = me.shell(&me.locale().t("people-change"));
    Ok(shell.answer_with(again.status(), &me.visit, views::edit(me, id, form, &known, again)))
}

/// `POST /people/{id}`
pub async fn change(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<PersonId>,
    form: Form<PersonForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), form.0);
    let card = form.card();
    match books.write(me.by(), move |act| change_person(act, id, &card)).await {
        Ok(()) => Ok(see_other_saying(&options, &format!("/people/{id}"), "done-saved", "")),
        Err(error) => ask_change(&books, &me, id, &form, &Again::of(error)?).await,
    }
}

/// `POST /people/{id}/numbers/confirm`
pub async fn confirm_number(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<PersonId>,
    form: Form<NumberForm>,
) -> Result<HttpResponse> {
    let (id, NumberForm { number }) = (id.into_inner(), form.0);
    books.write(me.by(), move |act| crate::people::confirm_number(act, id, &number)).await?;
    Ok(see_other_saying(&options, &format!("/people/{id}"), "done-number-confirmed", ""))
}

/// `POST /people/{id}/numbers/drop`
pub async fn drop_number(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<PersonId>,
    form: Form<NumberForm>,
) -> Result<HttpResponse> {
    let (id, NumberForm { number }) = (id.into_inner(), form.0);
    books.write(me.by(), move |act| crate::people::drop_number(act, id, &number)).await?;
    Ok(see_other_saying(&options, &format!("/people/{id}"), "done-number-dropped", ""))
}

/// `GET /people/{id}/remove`
pub async fn ask_remove(books: Data<Books>, me: Me, id: Path<PersonId>) -> Result<HttpResponse> {
    confirm_remove(&books, &me, id.into_inner(), &Again::default()).await
}

async fn confirm_remove(books: &Books, me: &Me, id: PersonId, again: &Again) -> Result<HttpResponse> {
    let person = books.read(move |db| person_by_id(db, id)).await?;
    let shell = me.shell(&me.locale().t("people-remove"));
    Ok(shell.answer_with(again.status(), &me.visit, views::remove(me, &person, again)))
}

/// `POST /people/{id}/remove`
pub async fn remove(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<PersonId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    match books.write(me.by(), move |act| remove_person(act, id)).await {
        Ok(()) => Ok(see_other_saying(&options, "/people", "done-person-removed", "")),
        Err(error) => confirm_remove(&books, &me, id, &Again::of(error)?).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_from_a_name() {
        let settings = Settings { area_code: "30".into(), ..Settings::default() };
        let typed = |text| number_typed(text, &settings);
        assert_eq!(typed("+49 (30) 901-820").as_deref(), Some("+4930901820"));
        assert_eq!(typed("620").as_deref(), Some("620"));
        for name in ["Ada", "Haus 24", "ada@example.org", "", "-", "( )"] {
            assert_eq!(typed(name), None, "{name}");
        }
    }
}
