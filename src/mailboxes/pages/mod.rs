//! The pages of mailboxes, mails and letters.

mod boxes;
mod composer;
mod files;
mod form;
mod ledger;
mod letters;
mod notices;
mod outbox;
mod setting_up;
mod signing_in;
mod texts;
mod trying;
mod unreached;

pub use boxes::{again_box, back_box, list_boxes, pin, switch_box};
pub use composer::{AnswerForm, AnswerQuery, keep, preview, send, show};
pub use files::{remove_file, upload};
pub use form::BoxForm;
pub use ledger::{
    LedgerQuery, RefusalForm, download, fetch_whole, ledger, make_ticket, quarantined, refuse, retry, show as show_mail,
};
pub use letters::{addresses, again, edit, participants, raw, take_back, text};
pub use notices::{NoticeForm, choose, notices};
pub use outbox::{AddressForm, OutboxQuery, cancel, hear, outbox, revive, send_again, send_now};
pub use setting_up::{change_box, create_box, make_dkim_key, new_box, servers, show_box};
pub use signing_in::{begin_sign_in, google_back, show_sign_in};
pub use texts::{ArchiveForm, TextForm, archive_text, change_text, create_text, list_texts, new_text, show_text};
pub use trying::{begin_trial, believe, show_trial};
pub use unreached::{of_person as unreached_of_person, of_ticket as unreached_of_ticket};

use actix_web::HttpRequest;

use crate::accounts::Me;
use crate::base::id::{EntryId, TicketId};
use crate::base::{Error, Result};
use crate::db::Db;
use crate::tickets::{self, Sees, Ticket, TicketNumber};

/// The ticket that the address names.
fn named(request: &HttpRequest) -> Result<TicketId> {
    let number = request.match_info().get("number").and_then(TicketNumber::parse);
    number.map(TicketNumber::id).ok_or(Error::Missing)
}

/// The entry that the address names.
fn entry_named(request: &HttpRequest) -> Result<EntryId> {
    let entry = request.match_info().get("entry").and_then(|text| text.parse().ok());
    entry.map(EntryId).ok_or(Error::Missing)
}

/// Which tickets the asker may see.
fn sees(me: &Me) -> Sees {
    Sees::of(&me.who)
}

/// A ticket that the asker may see, and an entry that is in it.
fn seen_entry(db: &mut Db, sees: &Sees, id: TicketId, entry: EntryId) -> Result<Ticket> {
    let ticket = tickets::seen_by(db, sees, id)?;
    if tickets::entry_place(db, entry)? == id { Ok(ticket) } else { Err(Error::Missing) }
}
