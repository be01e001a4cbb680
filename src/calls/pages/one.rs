//! The page of one call; who is on duty, for the board; the end of a shift.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::log::reader;
use crate::accounts::Me;
use crate::base::id::CallId;
use crate::base::{Result, Timestamp};
use crate::calls::one::{ShiftEnd, Whole, linkable};
use crate::calls::{LineTable, by_id, logged, views, wall};
use crate::events::Books;
use crate::web::Live;

/// `GET /calls/{id}`
pub async fn show(
    books: Data<Books>,
    live: Data<Live>,
    lines: Data<LineTable>,
    me: Me,
    id: Path<CallId>,
) -> Result<HttpResponse> {
    let shell = me.live_shell(&me.locale().t("one-title"), &live);
    let (id, lines, reader) = (id.into_inner(), lines.now(), reader(&me));
    let whole = books.read(move |db| Whole::read(db, &lines, &reader, id)).await?;
    Ok(shell.answer(&me.visit, views::call_page(&me, &whole)))
}

/// What is looked for to link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkQuery {
    /// A ticket's number, or words of its subject.
    pub q: String,
}

/// `GET /calls/{id}/link`: tickets to link a call to; the list alone for the dialog.
pub async fn ask_link(
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    id: Path<CallId>,
    query: Query<LinkQuery>,
) -> Result<HttpResponse> {
    let (id, lines, reader, typed) = (id.into_inner(), lines.now(), reader(&me), query.into_inner().q);
    let asked = typed.clone();
    let (row, found) = books
        .read(move |db| {
            let call = by_id(db, id)?;
            let found =
                if reader.may_see(&call) || !asked.is_empty() { linkable(db, &call, &asked)? } else { Vec::new() };
            Ok((logged(db, &lines, &reader, vec![call])?.pop(), found))
        })
        .await?;
    let row = row.ok_or(crate::base::Error::Missing)?;
    let shell = me.shell(&me.locale().t("one-link"));
    let part = views::links(&me, id, &typed, &found);
    Ok(shell.answer_part(&me.visit, part, |part| views::ask_link(&me, &row, &typed, part)))
}

/// `GET /calls/duty`: who is on duty, for the board.
pub async fn duty(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let now = me.visit.now;
    let (rows, busy) = books.read(move |db| wall::on_duty(db, now)).await?;
    Ok(me.shell(&me.locale().t("duty-title")).answer(&me.visit, views::duty(&me, &rows, &busy)))
}

/// `GET /calls/shift-end`
pub async fn shift_end(books: Data<Books>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let (now, lines, reader, zone) = (me.visit.now, lines.now(), reader(&me), me.locale().zone.clone());
    let morning = Timestamp::midnight(now.day(&zone), &zone);
    let open = books.read(move |db| ShiftEnd::read(db, &lines, &reader, morning, now)).await?;
    Ok(me.shell(&me.locale().t("duty-end-title")).answer(&me.visit, views::shift_end(&me, &open)))
}
