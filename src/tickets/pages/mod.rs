//! The pages of the tickets.

mod categories;
mod letters;
mod list;
mod new;
mod one;
mod typed;

pub use categories::{
    CategoryForm, archive, create as create_category, edit as edit_category, list as list_categories,
    new as new_category, restore, save as change_category,
};
pub use letters::{file, letter_page};
pub use list::{ListQuery, list, search};
pub use new::{ScriptQuery, create, new, script};
pub use one::{ChangeForm, change, close, note, reopen, set_requester, show, take, thread};
pub use typed::{Offers, Typed};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::{Sees, Ticket, TicketNumber, store};
use crate::accounts::Me;
use crate::base::id::TicketId;
use crate::base::{Error, Problem, Result};
use crate::db::Db;
use crate::web::ui::Again;

/// The ticket that the address names.
fn named(request: &HttpRequest) -> Result<TicketId> {
    let number = request.match_info().get("number").and_then(TicketNumber::parse);
    number.map(TicketNumber::id).ok_or(Error::Missing)
}

/// A ticket that the asker may see.
fn seen(db: &mut Db, sees: &Sees, id: TicketId) -> Result<Ticket> {
    store::seen_by(db, sees, id)
}

/// How a page with a form is shown again after a refusal, with what was typed.
///
/// # Errors
/// What can't be told there.
fn told_again(error: Error) -> Result<(StatusCode, Vec<Problem>)> {
    let again = Again::of(error)?;
    let status = again.status();
    let whole = again.refusal.map(|message| Problem::new("ticket", message));
    Ok((status, whole.into_iter().chain(again.problems).collect()))
}

/// What the asker may see.
fn sees(me: &Me) -> Sees {
    Sees::of(&me.who)
}
