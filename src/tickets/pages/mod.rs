//! The pages of the tickets.

mod list;
mod new;
mod one;

pub use list::{ListQuery, list, search};
pub use new::{NewForm, create, new};
pub use one::{change, close, note, reopen, set_requester, show, take, thread};

use actix_web::HttpRequest;

use super::{Sees, Ticket, TicketNumber, store};
use crate::accounts::Me;
use crate::base::id::TicketId;
use crate::base::{Error, Result};
use crate::db::Db;

/// The ticket that the address names.
fn named(request: &HttpRequest) -> Result<TicketId> {
    let number = request.match_info().get("number").and_then(TicketNumber::parse);
    number.map(TicketNumber::id).ok_or(Error::Missing)
}

/// A ticket that the asker may see.
fn seen(db: &mut Db, sees: &Sees, id: TicketId) -> Result<Ticket> {
    store::seen_by(db, sees, id)
}

/// What the asker may see.
fn sees(me: &Me) -> Sees {
    Sees::of(&me.who)
}
