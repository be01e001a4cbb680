//! The dossier of a call, and saying who called.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::board::named;
use super::log::reader;
use crate::accounts::Me;
use crate::base::id::{CallId, PersonId};
use crate::base::{Error, Result};
use crate::calls::{self, Call, Dossier, LineTable, add_caller, contacts, name_caller, views};
use crate::events::Books;
use crate::people::pages::number_typed;
use crate::people::{PersonCard, find_people};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// People that a search for a caller offers.
const FOUND: i64 = 8;

async fn read(books: &Books, lines: &LineTable, me: &Me, id: CallId) -> Result<Dossier> {
    let (now, settings, agent) = (lines.now(), me.settings.clone(), me.agent().id);
    books.read(move |db| calls::dossier(db, &now, &settings, agent, id)).await
}

/// `GET /calls/{id}/dossier`
pub async fn dossier(request: HttpRequest, books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    page(&books, &lines, &me, named(&request)?).await
}

async fn page(books: &Books, lines: &LineTable, me: &Me, id: CallId) -> Result<HttpResponse> {
    let dossier = read(books, lines, me, id).await?;
    let part = views::dossier(me, &dossier);
    let shell = me.shell(&me.locale().t("dossier-title"));
    Ok(shell.answer_part(&me.visit, part, |part| views::dossier_page(me, &dossier, part)))
}

/// What is looked for among the people.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    q: String,
}

/// `GET /calls/{id}/person`: somebody known, to be found while typing.
pub async fn find_caller(
    request: HttpRequest,
    books: Data<Books>,
    me: Me,
    query: Query<FindQuery>,
) -> Result<HttpResponse> {
    let (id, text) = (named(&request)?, query.into_inner().q.trim().to_owned());
    let (typed, key) = (text.clone(), number_typed(&text, &me.settings));
    let reader = reader(&me);
    let (call, found) = books
        .read(move |db| {
            let call = calls::by_id(db, id)?;
            // The number of a call leads to people only for those who may see who called.
            let key = key.filter(|_| reader.may_see(&call));
            let found = if typed.is_empty() { Vec::new() } else { find_people(db, &typed, key.as_deref(), FOUND)? };
            Ok((call, found))
        })
        .await?;
    let options = views::caller_options(me.locale(), &text, &found);
    let shell = me.shell(&me.locale().t("caller-known"));
    Ok(shell.answer_part(&me.visit, options, |options| views::find_caller(&me, &call, &text, options)))
}

/// Who called.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CallerForm {
    person: Option<String>,
    remember: String,
}

/// `POST /calls/{id}/person`: they called; an empty `person` takes that back.
pub async fn set_caller(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<CallerForm>,
) -> Result<HttpResponse> {
    let (id, CallerForm { person, remember }) = (named(&request)?, form.0);
    let person = match person.as_deref() {
        Some("") => None,
        Some(text) => Some(text.parse::<PersonId>().map_err(|_junk| Error::invalid("person", "error-choice"))?),
        None => return Err(Error::invalid("person", "error-choice")),
    };
    let done = if person.is_some() { "done-caller-named" } else { "done-caller-unnamed" };
    let call = books
        .write(me.by(), move |act| {
            name_caller(act, id, person, remember == "on")?;
            calls::by_id(act.db, id)
        })
        .await?;
    if me.visit.partial {
        return page(&books, &lines, &me, id).await;
    }
    Ok(see_other_saying(&options, &place_of_work(&me, &call), done, ""))
}

/// Where somebody works on a call: whoever has it in hand on the board, others on its dossier.
pub fn place_of_work(me: &Me, call: &Call) -> String {
    if call.claimed_by == Some(me.agent().id) && call.wrapped_up_at.is_none() {
        return format!("/calls?call={}", call.id);
    }
    format!("/calls/{}/dossier", call.id)
}

/// A person who is made of a caller.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NewCallerForm {
    /// The name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// An address on one line.
    pub place: String,
    /// `on` when the number is theirs beyond doubt.
    pub remember: String,
}

impl NewCallerForm {
    /// What is known from the call alone.
    pub fn of(call: &Call) -> Self {
        Self { name: call.caller_name.clone(), remember: "on".into(), ..Self::default() }
    }
}

/// `GET /calls/{id}/person/new`
pub async fn new_caller(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
) -> Result<HttpResponse> {
    let dossier = read(&books, &lines, &me, named(&request)?).await?;
    let form = NewCallerForm::of(&dossier.call);
    Ok(ask_new(&me, &dossier, &form, &Again::default()))
}

fn ask_new(me: &Me, dossier: &Dossier, form: &NewCallerForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("caller-new"));
    shell.answer_with(again.status(), &me.visit, views::new_caller(me, dossier, form, again))
}

/// `POST /calls/{id}/person/new`
pub async fn create_caller(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<NewCallerForm>,
) -> Result<HttpResponse> {
    let (id, form) = (named(&request)?, form.0);
    let card = PersonCard {
        name: form.name.clone(),
        organisation: form.organisation.clone(),
        place: form.place.clone(),
        ..PersonCard::default()
    };
    let remember = form.remember == "on";
    let made = books.write(me.by(), move |act| {
        add_caller(act, id, &card, remember)?;
        calls::by_id(act.db, id)
    });
    match made.await {
        Ok(call) => Ok(see_other_saying(&options, &place_of_work(&me, &call), "done-caller-added", "")),
        Err(error) => {
            let again = Again::of(error)?;
            let dossier = read(&books, &lines, &me, id).await?;
            Ok(ask_new(&me, &dossier, &form, &again))
        }
    }
}

/// `GET /calls/of-person/{id}`: the part of a person's page that the calls know.
pub async fn of_person(books: Data<Books>, lines: Data<LineTable>, me: Me, id: Path<PersonId>) -> Result<HttpResponse> {
    let (id, settings, agent) = (id.into_inner(), me.settings.clone(), me.agent().id);
    let contacts = books.read(move |db| contacts(db, &settings, agent, id)).await?;
    let part = views::contacts(&me, &lines.now(), &contacts);
    let shell = me.shell(&contacts.person.name);
    Ok(shell.answer_part(&me.visit, part, |part| views::contacts_page(&me, &contacts, part)))
}
