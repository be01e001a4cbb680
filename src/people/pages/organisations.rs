//! Organisations: a list, and each with its people.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::Result;
use crate::base::id::OrganisationId;
use crate::events::Books;
use crate::people::views::{self, ShownOrganisation};
use crate::people::{find_organisations, organisation_by_id, people_of, sites_of, sizes_of};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// Organisations in the list, and people of one, that are shown at most; typing finds the others.
pub const SHOWN_MAX: usize = 200;

const LIMIT: i64 = 200;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
}

/// What the card of an organisation sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct OrganisationForm {
    /// The name.
    pub name: String,
    /// What the desk should know.
    pub note: String,
    /// `on` when its people come first.
    pub vip: String,
}

/// `GET /orgs`
pub async fn list_organisations(books: Data<Books>, me: Me, query: Query<ListQuery>) -> Result<HttpResponse> {
    let text = query.into_inner().q.trim().to_owned();
    let typed = text.clone();
    let (found, sizes) = books
        .read(move |db| {
            let found = find_organisations(db, &typed, LIMIT)?;
            let ids: Vec<OrganisationId> = found.iter().map(|o| o.id).collect();
            let sizes = sizes_of(db, &ids)?;
            Ok((found, sizes))
        })
        .await?;
    let shell = me.shell(&me.locale().t("organisations-title"));
    if me.visit.partial {
        return Ok(shell.answer(&me.visit, views::found_organisations(&me, &text, &found, &sizes)));
    }
    Ok(shell.answer(&me.visit, views::organisations(&me, &text, &found, &sizes)))
}

/// `GET /orgs/{id}`
pub async fn show_organisation(books: Data<Books>, me: Me, id: Path<OrganisationId>) -> Result<HttpResponse> {
    page(&books, &me, id.into_inner(), None, &Again::default()).await
}

async fn page(
    books: &Books,
    me: &Me,
    id: OrganisationId,
    typed: Option<OrganisationForm>,
    again: &Again,
) -> Result<HttpResponse> {
    let shown = books
        .read(move |db| {
            let organisation = organisation_by_id(db, id)?;
            Ok(ShownOrganisation { organisation, people: people_of(db, id, LIMIT)?, sites: sites_of(db, id, LIMIT)? })
        })
        .await?;
    let form = typed.unwrap_or_else(|| OrganisationForm {
        name: shown.organisation.name.clone(),
        note: shown.organisation.note.clone(),
        vip: if shown.organisation.vip_at.is_some() { "on".into() } else { String::new() },
    });
    let shell = me.shell(&shown.organisation.name);
    Ok(shell.answer_with(again.status(), &me.visit, views::organisation(me, &shown, &form, again)))
}

/// `POST /orgs/{id}`
pub async fn change_organisation(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<OrganisationId>,
    form: Form<OrganisationForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), form.0);
    let (name, note, vip) = (form.name.clone(), form.note.clone(), form.vip == "on");
    match books.write(me.by(), move |act| crate::people::change_organisation(act, id, &name, &note, vip)).await {
        Ok(()) => Ok(see_other_saying(&options, &format!("/orgs/{id}"), "done-saved", "")),
        Err(error) => page(&books, &me, id, Some(form), &Again::of(error)?).await,
    }
}
