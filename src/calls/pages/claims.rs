//! What an agent does with a call: claim it, take it over, give it back, wrap it up, mark it as spam.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::board::{Done, named, show_hand};
use crate::accounts::Me;
use crate::base::Result;
use crate::base::id::{CallId, WrapUpId};
use crate::calls::{self, LineTable};
use crate::events::{Act, Books};
use crate::web::{Form, Options, safe_next, see_other_saying, see_other_undoable};

/// Does one thing with a call and shows the asker's hand.
async fn with_call(
    request: &HttpRequest,
    (books, lines, me): (&Books, &LineTable, &Me),
    options: &Options,
    done: impl FnOnce(CallId) -> Option<Done>,
    verb: impl FnOnce(&mut Act<'_>, CallId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let id = named(request)?;
    books.write(me.by(), move |act| verb(act, id)).await?;
    show_hand((books, lines, me), options, id.to_string(), done(id)).await
}

/// `POST /calls/{id}/claim`
pub async fn claim(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), &options, |_| None, calls::claim).await
}

/// `POST /calls/{id}/take-over`
pub async fn take_over(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), &options, |_| None, calls::take_over).await
}

/// `POST /calls/{id}/release`
pub async fn release(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    let done = |id| Some(Done::new("done-call-released", format!("/calls/{id}/claim"), &[]));
    with_call(&request, (&books, &lines, &me), &options, done, calls::release).await
}

/// What ends a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct WrapUpForm {
    /// A code's id; empty for none.
    pub code: String,
}

/// `POST /calls/{id}/wrap-up`
pub async fn wrap_up(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<WrapUpForm>,
) -> Result<HttpResponse> {
    let code = form.0.code.parse().ok().map(WrapUpId);
    let done = |id| Some(Done::new("done-call-wrapped-up", format!("/calls/{id}/wrap-up/undo"), &[]));
    with_call(&request, (&books, &lines, &me), &options, done, move |act, id| calls::wrap_up(act, id, code)).await
}

/// `POST /calls/{id}/wrap-up/undo`
pub async fn undo_wrap_up(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), &options, |_| None, calls::undo_wrap_up).await
}

/// What is said of a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SpamForm {
    /// `1` for spam, anything else for no spam.
    pub spam: String,
    /// `1` to block the number as well.
    pub block: String,
    /// The page to go back to; the board for none and for one that is not here.
    pub next: String,
}

/// `POST /calls/{id}/spam`
pub async fn spam(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    options: Data<Options>,
    me: Me,
    form: Form<SpamForm>,
) -> Result<HttpResponse> {
    let (id, SpamForm { spam, block, next }) = (named(&request)?, form.0);
    let (is_spam, blocks) = (spam == "1", block == "1");
    let next = safe_next(&next).unwrap_or("/calls");
    let key = if blocks { "done-call-spam" } else { "done-call-marked-spam" };
    let done = is_spam.then(|| Done::new(key, format!("/calls/{id}/spam"), &[("spam", "0"), ("next", next)]));
    let verb = move |act: &mut Act<'_>| {
        calls::mark_spam(act, id, is_spam, blocks)?;
        let call = calls::by_id(act.db, id)?;
        match (is_spam, call.wrapped_up_at) {
            // Nothing is left to do with spam; what is none after all comes back into the hand that put it away.
            (true, None) => calls::wrap_up(act, id, None),
            (false, Some(_)) if call.claimed_by == act.agent() && call.wrap_up.is_none() => {
                calls::undo_wrap_up(act, id)
            }
            _ => Ok(()),
        }
    };
    books.write(me.by(), verb).await?;
    match done {
        done if me.visit.partial => show_hand((&books, &lines, &me), &options, id.to_string(), done).await,
        Some(done) => Ok(see_other_undoable(&options, &me.visit, next, done.key, "", &done.undo)),
        None => Ok(see_other_saying(&options, next, "done-call-no-spam", "")),
    }
}
