//! Sites: found, shown, written down, changed and forgotten.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use crate::accounts::Me;
use crate::base::id::SiteId;
use crate::base::{Cursor, Result};
use crate::db::Db;
use crate::events::Books;
use crate::people::views::{self, FoundSites};
use crate::people::{
    Organisation, Site, SiteCard, find_sites, organisation_by_id, people_at, recent_sites, site_by_id,
};
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// Sites on a page.
const ROWS: usize = 50;

/// People of a site that are shown.
const PEOPLE: i64 = 200;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    after: String,
}

/// What the card of a site sends, and what a new one begins with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SiteForm {
    /// The name.
    pub name: String,
    /// The organisation's name.
    pub organisation: String,
    /// The postal address.
    pub address: String,
    /// A postcode or district.
    pub area: String,
    /// What whoever goes there must know.
    pub access_note: String,
}

impl SiteForm {
    fn card(&self) -> SiteCard {
        let Self { name, organisation, address, area, access_note } = self.clone();
        SiteCard { organisation, name, address, area, access_note }
    }
}

/// `GET /sites`
pub async fn list_sites(books: Data<Books>, me: Me, query: Query<ListQuery>) -> Result<HttpResponse> {
    let query = query.into_inner();
    let text = query.q.trim().to_owned();
    let (typed, after) = (text.clone(), Cursor::decode(&query.after));
    let found = books
        .read(move |db| {
            if typed.is_empty() {
                let page = recent_sites(db, after, ROWS)?;
                return Ok(FoundSites { sites: page.rows, next: page.next, paged: after.is_some(), more: false });
            }
            let sites = find_sites(db, &typed, i64::try_from(ROWS).unwrap_or(50))?;
            let more = sites.len() >= ROWS;
            Ok(FoundSites { sites, next: None, paged: false, more })
        })
        .await?;
    let shell = me.shell(&me.locale().t("sites-title"));
    if me.visit.partial {
        return Ok(shell.answer(&me.visit, views::found_sites(&me, &text, &found)));
    }
    Ok(shell.answer(&me.visit, views::sites(&me, &text, &found)))
}

fn with_organisation(db: &mut Db, id: SiteId) -> Result<(Site, Option<Organisation>)> {
    let site = site_by_id(db, id)?;
    let organisation = site.organisation_id.map(|o| organisation_by_id(db, o)).transpose()?;
    Ok((site, organisation))
}

/// `GET /sites/{id}`
pub async fn show_site(books: Data<Books>, me: Me, id: Path<SiteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let ((site, organisation), people) =
        books.read(move |db| Ok((with_organisation(db, id)?, people_at(db, id, PEOPLE)?))).await?;
    Ok(me.shell(&site.name).answer(&me.visit, views::site(&me, &site, organisation.as_ref(), &people)))
}

/// `GET /sites/new`
pub async fn new_site(me: Me, query: Query<SiteForm>) -> Result<HttpResponse> {
    Ok(ask_new(&me, &query.into_inner(), &Again::default()))
}

fn ask_new(me: &Me, form: &SiteForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("sites-new"));
    shell.answer_with(again.status(), &me.visit, views::new_site(me, form, again))
}

/// `POST /sites`
pub async fn create_site(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<SiteForm>,
) -> Result<HttpResponse> {
    let form = form.0;
    let card = form.card();
    match books.write(me.by(), move |act| crate::people::add_site(act, &card)).await {
        Ok(id) => Ok(see_other_saying(&options, &format!("/sites/{id}"), "done-site-added", "")),
        Err(error) => Ok(ask_new(&me, &form, &Again::of(error)?)),
    }
}

/// `GET /sites/{id}/edit`
pub async fn edit_site(books: Data<Books>, me: Me, id: Path<SiteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (site, organisation) = books.read(move |db| with_organisation(db, id)).await?;
    let Site { name, address, area, access_note, .. } = site;
    let organisation = organisation.map(|o| o.name).unwrap_or_default();
    Ok(ask_change(&me, id, &SiteForm { name, organisation, address, area, access_note }, &Again::default()))
}

fn ask_change(me: &Me, id: SiteId, form: &SiteForm, again: &Again) -> HttpResponse {
    let shell = me.shell(&me.locale().t("sites-change"));
    shell.answer_with(again.status(), &me.visit, views::edit_site(me, id, form, again))
}

/// `POST /sites/{id}`
pub async fn change_site(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<SiteId>,
    form: Form<SiteForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), form.0);
    let card = form.card();
    match books.write(me.by(), move |act| crate::people::change_site(act, id, &card)).await {
        Ok(()) => Ok(see_other_saying(&options, &format!("/sites/{id}"), "done-saved", "")),
        Err(error) => Ok(ask_change(&me, id, &form, &Again::of(error)?)),
    }
}

/// `GET /sites/{id}/remove`
pub async fn ask_remove_site(books: Data<Books>, me: Me, id: Path<SiteId>) -> Result<HttpResponse> {
    confirm_remove(&books, &me, id.into_inner(), &Again::default()).await
}

async fn confirm_remove(books: &Books, me: &Me, id: SiteId, again: &Again) -> Result<HttpResponse> {
    let site = books.read(move |db| site_by_id(db, id)).await?;
    let shell = me.shell(&me.locale().t("people-remove"));
    Ok(shell.answer_with(again.status(), &me.visit, views::remove_site(me, &site, again)))
}

/// `POST /sites/{id}/remove`
pub async fn remove_site(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    id: Path<SiteId>,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    match books.write(me.by(), move |act| crate::people::remove_site(act, id)).await {
        Ok(()) => Ok(see_other_saying(&options, "/sites", "done-site-removed", "")),
        Err(error) => confirm_remove(&books, &me, id, &Again::of(error)?).await,
    }
}
