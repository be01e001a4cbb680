//! What an agent does with a call: claim it, take it over, give it back, wrap it up, mark it as spam.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::board::{named, show_hand};
use crate::accounts::Me;
use crate::base::Result;
use crate::base::id::{CallId, WrapUpId};
use crate::calls::{self, LineTable};
use crate::events::{Act, Books};
use crate::web::Form;

/// Does one thing with a call and shows the asker's hand.
async fn with_call(
    request: &HttpRequest,
    (books, lines, me): (&Books, &LineTable, &Me),
    verb: impl FnOnce(&mut Act<'_>, CallId) -> Result<()> + Send + 'static,
) -> Result<HttpResponse> {
    let id = named(request)?;
    books.write(me.by(), move |act| verb(act, id)).await?;
    show_hand(books, lines, me, id.to_string()).await
}

/// `POST /calls/{id}/claim`
pub async fn claim(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), calls::claim).await
}

/// `POST /calls/{id}/take-over`
pub async fn take_over(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), calls::take_over).await
}

/// `POST /calls/{id}/release`
pub async fn release(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), calls::release).await
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
    me: Me,
    form: Form<WrapUpForm>,
) -> Result<HttpResponse> {
    let code = form.0.code.parse().ok().map(WrapUpId);
    with_call(&request, (&books, &lines, &me), move |act, id| calls::wrap_up(act, id, code)).await
}

/// `POST /calls/{id}/wrap-up/undo`
pub async fn undo_wrap_up(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    _form: Form<()>,
) -> Result<HttpResponse> {
    with_call(&request, (&books, &lines, &me), calls::undo_wrap_up).await
}

/// What is said of a call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SpamForm {
    /// `1` for spam, anything else for no spam.
    pub spam: String,
    /// `1` to block the number as well.
    pub block: String,
}

/// `POST /calls/{id}/spam`
pub async fn spam(
    request: HttpRequest,
    books: Data<Books>,
    lines: Data<LineTable>,
    me: Me,
    form: Form<SpamForm>,
) -> Result<HttpResponse> {
    let SpamForm { spam, block } = form.0;
    with_call(&request, (&books, &lines, &me), move |act, id| {
        calls::mark_spam(act, id, spam == "1", block == "1")?;
        // Nothing is left to do with it.
        if spam == "1" && calls::by_id(act.db, id)?.wrapped_up_at.is_none() {
            calls::wrap_up(act, id, None)
        } else {
            Ok(())
        }
    })
    .await
}
