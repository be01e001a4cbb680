//! The palette's page, and its list alone for the line that scripts open over every page.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::{finding, read, views};
use crate::accounts::Me;
use crate::base::Result;
use crate::events::Books;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PaletteQuery {
    q: String,
}

/// `GET /palette`
pub async fn palette(books: Data<Books>, me: Me, query: Query<PaletteQuery>) -> Result<HttpResponse> {
    let line = query.into_inner().q;
    let (asker, command) = (me.clone(), read(me.locale(), &line));
    let rows = books.read(move |db| finding::rows(db, &asker, &command)).await?;
    let shell = me.shell(&me.locale().t("keys-palette"));
    let list = views::list(&me, &rows);
    Ok(shell.answer_part(&me.visit, list, |list| views::page(&me, &line, list)))
}
