//! Letters that came back: to their ticket, and onto the address that they did not reach.

use super::letter::{Post, Read};
use super::mailbox::Mailbox;
use super::outbound::Outbound;
use super::store;
use super::threading;
use crate::base::id::{OutboundId, TicketId};
use crate::base::{Error, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::tickets;

/// Message-IDs of a bounce that are looked at.
const IDS_MAX: usize = 30;

/// The letter of ours that a bounce proves to be about, by what only servers on its way and its readers know: its return
/// path, or its Message-ID, each with its mac.
pub(super) fn letter(db: &mut Db, post: &Post, mail: &Read) -> Result<Option<Outbound>> {
    for address in mail.recipients() {
        if let Some(letter) = post.keys.read_return_path(address) {
            match store::outbound_by_id(db, OutboundId(letter)) {
                Err(Error::Missing) => {}
                found => return found.map(Some),
            }
        }
    }
    let named = mail.bounced.message_id.iter().chain(&mail.answers).take(IDS_MAX);
    for id in named.filter(|id| post.keys.read_message_id(id).is_some()) {
        if let Some(letter) = store::outbound_of_message(db, id)? {
            return Ok(Some(letter));
        }
    }
    Ok(None)
}

/// The ticket of a bounce, that of the letter or the one of what it returns or answers, and whether it is proven to be about
/// something that only its readers know. Anybody else can write one about a letter that he has seen.
pub(super) fn thread(
    db: &mut Db,
    post: &Post,
    mailbox: &Mailbox,
    mail: &Read,
    letter: Option<&Outbound>,
) -> Result<Option<(TicketId, bool)>> {
    if let Some(ticket) = letter.and_then(|letter| letter.ticket) {
        let ticket = tickets::by_id(db, ticket)?;
        return Ok(Some((threading::goes_on_in(db, ticket)?.id, true)));
    }
    let mut returned = mail.clone();
    returned.answers.splice(0..0, mail.bounced.message_id.clone());
    returned.subject = String::new();
    Ok(threading::thread(db, post, mailbox, &returned)?.found.map(|(ticket, by)| (ticket, by.is_secret())))
}

/// Notes on each address that a letter did not reach it. Anybody can write a bounce: only those are believed to be out of
/// reach to whom this letter went.
pub(super) fn note(act: &mut Act<'_>, mail: &Read, letter: &Outbound) -> Result<()> {
    let went_to = |address: &str| letter.recipients.all().any(|to| to.eq_ignore_ascii_case(address));
    for who in mail.bounced.recipients.iter().filter(|who| !who.delayed && went_to(&who.address)) {
        if store::note_bounce(act.db, &who.address, letter.id, who.hard, &who.reason, act.now)? {
            act.record(Event::AddressUndeliverable { address: who.address.clone() });
        }
    }
    Ok(())
}
