//! The callbacks: who is to be called back, and what came of it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::board::{Done, Waiting};
use crate::accounts::Me;
use crate::base::id::CallbackId;
use crate::base::{Error, Result};
use crate::calls::{self, CallbackResult, LineTable, views};
use crate::events::{Act, Books};
use crate::web::{Form, Live, Options, see_other, see_other_undoable};

/// Rows of the page.
const ROWS: i64 = 200;

/// Rows at the side of the board.
const BESIDE: i64 = 8;

/// `GET /calls/callbacks`
pub async fn callbacks(books: Data<Books>, live: Data<Live>, lines: Data<LineTable>, me: Me) -> Result<HttpResponse> {
    let shell = me.live_shell(&me.locale().t("callbacks-title"), &live);
    let (now, settings) = (me.visit.now, me.settings.clone());
    let waiting = books.read(move |db| Waiting::read(db, &settings, now, ROWS)).await?;
    let list = views::callbacks(&me, &lines.now(), &waiting);
    Ok(shell.answer_part(&me.visit, list, |list| views::callbacks_page(&me, list)))
}

/// `GET /calls/callbacks/next`: what is due first, for the side of the board.
pub async fn next_callbacks(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    let (now, settings) = (me.visit.now, me.settings.clone());
    let waiting = books.read(move |db| Waiting::read(db, &settings, now, BESIDE)).await?;
    let shell = me.shell(&me.locale().t("callbacks-title"));
    Ok(shell.answer(&me.visit, views::next_callbacks(&me, &waiting)))
}

async fn with_callback(
    request: &HttpRequest,
    (books, lines, me): (&Books, &LineTable, &Me),
    options: &Options,
    done: impl FnOnce(CallbackId) -> Option<Done>,
    verb: impl FnOnce(&mut Act<'_>, CallbackId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let id = request.match_info().get("id").and_then(|id| id.parse().ok()).map(CallbackId).ok_or(Error::Missing)?;
    books.write(me.by(), move |act| verb(act, id)).await?;
    let done = done(id);
    if !me.visit.partial {
        return Ok(match done {
            Some(done) => see_other_undoable(options, &me.visit, "/calls/callbacks", done.key, "", &done.undo),
            None => see_other("/calls/callbacks"),
        });
    }
    let (now, settings) = (me.visit.now, me.settings.clone());
    let waiting = books.read(move |db| Waiting::read(db, &settings, now, ROWS)).await?;
    let shell = me.shell(&me.locale().t("callbacks-title"));
    let part = views::and_said(me, views::callbacks(me, &lines.now(), &waiting), done.as_ref());
    Ok(shell.answer(&me.visit, part))
}

/// Whether the asker has it in hand.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HoldForm {
    /// `1` for yes, anything else for no.
    pub hold: String,
}

/// `POST /calls/callbacks/{id}/hold`
pub async fn hold_callback(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<HoldForm>,
) -> Result<HttpResponse> {
    let hold = form.0.hold == "1";
    with_callback(
        &request,
        (&books, &lines, &me),
        &options,
        |_| None,
        move |act, id| calls::hold_callback(act, id, hold),
    )
    .await
}

/// What came of a try.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ResultForm {
    /// A word of [`CallbackResult`].
    pub result: String,
}

/// `POST /calls/callbacks/{id}/result`
pub async fn callback_result(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<ResultForm>,
) -> Result<HttpResponse> {
    let result = CallbackResult::from_word(&form.0.result).ok_or(Error::invalid("result", "error-choice"))?;
    let done = |id| {
        let path = format!("/calls/callbacks/{id}/reopen");
        (result != CallbackResult::NoAnswer).then(|| Done::new("done-callback", path, &[]))
    };
    with_callback(&request, (&books, &lines, &me), &options, done, move |act, id| {
        calls::callback_tried(act, id, result)
    })
    .await
}

/// `POST /calls/callbacks/{id}/reopen`
pub async fn reopen_callback(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_callback(&request, (&books, &lines, &me), &options, |_| None, calls::reopen_callback).await
}
