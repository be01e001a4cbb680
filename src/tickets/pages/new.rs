//! A ticket that an agent types, and the parts of its form that follow what is typed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::{Offers, Typed, sees, told_again};
use crate::accounts::{Me, Right};
use crate::base::id::{CategoryId, PersonId};
use crate::base::{Error, Problem, Result};
use crate::events::Books;
use crate::people;
use crate::tickets::{Like, Priority, TicketNumber, by_id, category_by_id, open, similar, views};
use crate::web::{Form, Options, see_other_saying};

/// Without a person for whoever may not see people, who else could learn every name by counting.
fn for_eyes_of(me: &Me, pairs: Vec<(String, String)>) -> Typed {
    let mut typed = Typed::of(pairs);
    if !me.may(Right::SeePeople) {
        typed.set("requester", "");
    }
    if Priority::from_word(typed.get("priority")).is_none() {
        typed.set("priority", Priority::default().word());
    }
    typed
}

/// `GET /t/new`
pub async fn new(books: Data<Books>, me: Me, form: Query<Vec<(String, String)>>) -> Result<HttpResponse> {
    show(&books, &me, StatusCode::OK, for_eyes_of(&me, form.into_inner()), &[]).await
}

/// `POST /t/new`
pub async fn create(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let (typed, sees, zone) = (for_eyes_of(&me, form.0), sees(&me), me.locale().zone.clone());
    if typed.get("then") == "script" {
        return show(&books, &me, StatusCode::OK, typed, &[]).await;
    }
    let kept = typed.clone();
    let opened = books.write(me.by(), move |act| {
        let answers = typed.answers(act.db, act.now, &zone)?;
        let id = open(act, &answers)?;
        Ok((id, sees.includes(&by_id(act.db, id)?)))
    });
    match opened.await {
        Ok((id, seen)) => {
            let number = TicketNumber::of(id).to_string();
            // A worker may open one for a team that is not his.
            let path = if seen { format!("/t/{number}") } else { "/t".to_owned() };
            Ok(see_other_saying(&options, &path, "done-ticket-opened", &number))
        }
        Err(error) => {
            let (status, problems) = told_again(error)?;
            show(&books, &me, status, kept, &problems).await
        }
    }
}

async fn show(
    books: &Books,
    me: &Me,
    status: StatusCode,
    mut typed: Typed,
    problems: &[Problem],
) -> Result<HttpResponse> {
    let (person, site, sees) = (typed.id::<PersonId>("requester"), typed.id("site"), sees(me));
    let text = typed.get("subject").to_owned();
    let (offers, name, found) = books
        .read(move |db| {
            let persons: Vec<PersonId> = person.into_iter().collect();
            let name = people::person_names(db, &persons)?.pop().map(|(_, name)| name);
            let offers = Offers::of(db, &persons, site)?;
            let like = Like { text, persons, site, ..Like::default() };
            Ok((offers, name, similar(db, &sees, &like)?))
        })
        .await?;
    if typed.get("then") == "script" {
        offers.preset(&mut typed);
    }
    let shell = me.shell(&me.locale().t("ticket-new"));
    let form = views::Form { typed: &typed, problems, offers: &offers, similar: &found, call: None };
    Ok(shell.answer_with(status, &me.visit, views::new(me, &form, name.as_deref())))
}

/// Which category was chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScriptQuery {
    category: String,
}

/// `GET /t/script`: what is asked and said for a category; nothing when none is chosen.
pub async fn script(books: Data<Books>, me: Me, query: Query<ScriptQuery>) -> Result<HttpResponse> {
    let id = query.category.parse().ok().map(CategoryId);
    let category = match id {
        Some(id) => match books.read(move |db| category_by_id(db, id)).await {
            Err(Error::Missing) => None,
            found => Some(found?),
        },
        None => None,
    };
    let content = category.map(|category| views::script(me.locale(), &category, &[]));
    Ok(me.shell(&me.locale().t("interview-script")).answer(&me.visit, content.unwrap_or_default()))
}
