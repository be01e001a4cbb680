//! All HTML of mailboxes, mails and letters.

mod boxes;
mod card;
mod composer;
mod held;
mod ledger;
mod mail;
mod notices;
mod outbox;
mod people;
mod signing_in;
mod texts;
mod trying;

pub(super) use boxes::{Shown, boxes, first_hour, list};
pub(super) use card::{Card, new_box, one_box, server_fields};
pub(super) use composer::{Composer, answer, answer_page, files, previewed};
pub use ledger::{Sum, ledger, ledger_part, quarantined};
pub use mail::mail;
pub(super) use notices::notices;
pub use outbox::{outbox, outbox_part};
pub(super) use people::{offered, participants, unreached};
pub(super) use signing_in::{sign_in, sign_in_part};
pub use texts::{text, texts, texts_part};
pub(super) use trying::{trial, trial_part};

use crate::mailboxes::Mailbox;
use crate::web::Locale;

/// The choice of all mailboxes, or one.
fn mailbox_choices(l: &Locale, boxes: &[Mailbox]) -> Vec<(String, String)> {
    let all = (String::new(), l.t("mail-any"));
    let each = boxes.iter().map(|mailbox| (mailbox.id.to_string(), mailbox.card.name.clone()));
    std::iter::once(all).chain(each).collect()
}

/// What a mailbox is called.
fn mailbox_name(boxes: &[Mailbox], id: crate::base::id::MailboxId) -> String {
    boxes.iter().find(|mailbox| mailbox.id == id).map(|mailbox| mailbox.card.name.clone()).unwrap_or_default()
}

/// A reason as people read it: the text of a key, or the sentence itself.
fn reason(l: &Locale, reason: &str) -> String {
    if reason.starts_with("mail-reason-") { l.t(reason) } else { reason.to_owned() }
}
