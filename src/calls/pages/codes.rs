//! The desk's wrap-up codes and blocked numbers.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::accounts::{self, Me};
use crate::base::id::WrapUpId;
use crate::base::{Error, Result};
use crate::calls::{self, store, views};
use crate::events::Books;
use crate::web::ui::Again;
use crate::web::{Form, Options, see_other_saying};

/// Rows of the list of blocked numbers.
const ROWS: i64 = 500;

/// A code's form.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    /// Its name.
    pub name: String,
    /// `1` takes it out of use, `0` back into it; empty leaves it.
    pub archived: String,
}

/// `GET /admin/wrap-up`
pub async fn list_codes(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    ask_code(&books, &me, &CodeForm::default(), &Again::default()).await
}

async fn ask_code(books: &Books, me: &Me, form: &CodeForm, again: &Again) -> Result<HttpResponse> {
    let codes = books.read(store::wrap_up_codes).await?;
    let shell = me.shell(&me.locale().t("wrap-up-codes"));
    Ok(shell.answer_with(again.status(), &me.visit, views::codes(me, &codes, form, again)))
}

/// `POST /admin/wrap-up`
pub async fn create_code(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<CodeForm>,
) -> Result<HttpResponse> {
    let name = form.0.name.clone();
    match books.write(me.by(), move |act| calls::add_wrap_up(act, &name)).await {
        Ok(_) => Ok(see_other_saying(&options, "/admin/wrap-up", "done-saved", "")),
        Err(error) => ask_code(&books, &me, &form.0, &Again::of(error)?).await,
    }
}

/// `POST /admin/wrap-up/{id}`
pub async fn change_code(
    request: HttpRequest,
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<CodeForm>,
) -> Result<HttpResponse> {
    let id = request.match_info().get("id").and_then(|id| id.parse().ok()).map(WrapUpId).ok_or(Error::Missing)?;
    let CodeForm { name, archived } = form.0.clone();
    let changed = books
        .write(me.by(), move |act| match archived.as_str() {
            "" => calls::rename_wrap_up(act, id, &name),
            archived => calls::archive_wrap_up(act, id, archived == "1"),
        })
        .await;
    match changed {
        Ok(()) => Ok(see_other_saying(&options, "/admin/wrap-up", "done-saved", "")),
        Err(error) => ask_code(&books, &me, &CodeForm::default(), &Again::of(error)?).await,
    }
}

/// What blocks a number.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BlockForm {
    /// The number as it was typed, or as it compares.
    pub number: String,
    /// Why.
    pub note: String,
}

/// `GET /admin/blocked`
pub async fn list_blocked(books: Data<Books>, me: Me) -> Result<HttpResponse> {
    ask_block(&books, &me, &BlockForm::default(), &Again::default()).await
}

async fn ask_block(books: &Books, me: &Me, form: &BlockForm, again: &Again) -> Result<HttpResponse> {
    let (numbers, names) = books
        .read(|db| {
            let numbers = store::blocked_numbers(db, ROWS)?;
            let by: Vec<_> = numbers.iter().filter_map(|number| number.blocked_by).collect();
            Ok((numbers, accounts::agents_named(db, &by)?))
        })
        .await?;
    let shell = me.shell(&me.locale().t("blocked-title"));
    Ok(shell.answer_with(again.status(), &me.visit, views::blocked(me, &numbers, &names, form, again)))
}

/// `POST /admin/blocked`
pub async fn block_number(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<BlockForm>,
) -> Result<HttpResponse> {
    let BlockForm { number, note } = form.0.clone();
    match books.write(me.by(), move |act| calls::block_number(act, &number, &note)).await {
        Ok(()) => Ok(see_other_saying(&options, "/admin/blocked", "done-saved", "")),
        Err(error) => ask_block(&books, &me, &form.0, &Again::of(error)?).await,
    }
}

/// `POST /admin/blocked/remove`
pub async fn unblock_number(
    books: Data<Books>,
    options: Data<Options>,
    me: Me,
    form: Form<BlockForm>,
) -> Result<HttpResponse> {
    let number = form.0.number;
    books.write(me.by(), move |act| calls::unblock_number(act, &number)).await?;
    Ok(see_other_saying(&options, "/admin/blocked", "done-saved", ""))
}
