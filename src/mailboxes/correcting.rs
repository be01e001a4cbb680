//! What somebody puts right by hand: mails that nobody could read, letters that shall not go, addresses that mail is said not
//! to reach.

use super::intake::Room;
use super::ledger::{Inbound, Outcome};
use super::outbound::{Outbound, OutboundState};
use super::reading;
use super::settling::show_delivery;
use super::store::{self, Fate};
use super::taking::{settled, wait_for_turn};
use crate::base::id::{InboundId, OutboundId, TicketId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{EmailAddress, Error, Message, Result};
use crate::blobs::BlobName;
use crate::events::{Act, By, Event};
use crate::people;
use crate::tickets::{self, Correspondent, LetterFacts, MailTicket, NewFile, NewLetter};

/// Characters of a reason.
const REASON_CHARACTERS_MAX: usize = 200;

/// Octets of a mail that nobody could read that are shown as its text.
const RAW_BYTES_MAX: usize = 64 << 10;

/// Characters of it.
const RAW_CHARACTERS_MAX: usize = 20_000;

/// Lets a mail be that nobody could read: it becomes nothing, and the reason says why.
///
/// # Errors
/// [`Error::Invalid`] without a reason; [`Error::Conflict`] when it is not set aside.
pub fn refuse(act: &mut Act<'_>, id: InboundId, reason: &str) -> Result<()> {
    let row = aside(act, id)?;
    let reason = clean_line(reason, REASON_CHARACTERS_MAX);
    if reason.is_empty() {
        return Err(Error::invalid("reason", "error-required"));
    }
    settled(act, &row, &Fate::new(Outcome::Refused, &reason, None)).map(drop)
}

/// A mail that is set aside, and about which nobody else decides until this act is over.
fn aside(act: &mut Act<'_>, id: InboundId) -> Result<Inbound> {
    let mailbox = store::inbound_by_id(act.db, id)?.mailbox;
    wait_for_turn(act.db, mailbox)?;
    let row = store::inbound_by_id(act.db, id)?;
    if row.outcome == Outcome::Quarantined {
        return Ok(row);
    }
    Err(Error::Conflict(Message::new("error-mail-decided")))
}

impl Room {
    /// Makes a ticket of what can be told of a mail that nobody could read: who wrote, the subject, its first octets as
    /// text, and all of it as a file. Nobody is answered.
    ///
    /// # Errors
    /// As [`refuse`]; [`Error::Busy`] when the disk is full.
    pub async fn make_ticket(&self, id: InboundId, by: impl Into<By>) -> Result<TicketId> {
        let row = self.books.read(move |db| store::inbound_by_id(db, id)).await?;
        let raw = match row.blob.as_deref().and_then(BlobName::parse) {
            // A file that is gone or damaged does not keep the rest from being told.
            Some(name) => self.blobs.get(&name).await.unwrap_or_default(),
            None => bytes::Bytes::new(),
        };
        self.books.write(by, move |act| ticket_of(act, id, &raw)).await
    }
}

fn ticket_of(act: &mut Act<'_>, id: InboundId, raw: &[u8]) -> Result<TicketId> {
    let row = aside(act, id)?;
    let mailbox = store::mailbox_by_id(act.db, row.mailbox)?;
    let (message_id, sender, subject) = reading::told(raw);
    let address = EmailAddress::parse(&sender);
    let requester = match &address {
        Some(address) => people::with_address(act.db, address)?,
        None => None,
    };
    let from = Correspondent { name: String::new(), address: sender.clone() };
    let new = MailTicket {
        subject: subject.clone(),
        team: mailbox.card.team,
        requester,
        sender: sender.clone(),
        parent: None,
    };
    let ticket = tickets::open_for_letter(act, &new)?;
    let head = raw.get(..raw.len().min(RAW_BYTES_MAX)).unwrap_or_default();
    let facts = LetterFacts {
        incoming: true,
        from,
        subject,
        class: "human".into(),
        is_unverified: true,
        ..LetterFacts::default()
    };
    let text = clean_text(&String::from_utf8_lossy(head), RAW_CHARACTERS_MAX);
    let letter = NewLetter { facts, text, page: None, author: None };
    let entry = tickets::by_id(act.db, ticket)?.add_letter(act, &letter)?;
    if let Some(blob) = row.blob.clone().filter(|_| !raw.is_empty()) {
        let file = NewFile {
            name: format!("mail-{}.eml", row.id),
            media_type: "message/rfc822".into(),
            size_bytes: i64::try_from(raw.len()).unwrap_or(i64::MAX),
            blob,
            ..NewFile::default()
        };
        tickets::file(act, entry, &[file])?;
    }
    if !message_id.is_empty() {
        store::keep_message_id(act.db, &message_id, ticket, Some(entry))?;
    }
    settled(act, &row, &Fate::new(Outcome::Entry, "mail-reason-by-hand", Some((ticket, Some(entry)))))?;
    Ok(ticket)
}

/// Keeps a letter from going that waits: held, or for its next try. One that is on its way just now can't be stopped.
///
/// # Errors
/// [`Error::Conflict`] when it is gone, has failed, or is on its way.
pub fn cancel_letter(act: &mut Act<'_>, id: OutboundId) -> Result<()> {
    let letter = store::outbound_by_id(act.db, id)?;
    if !store::withdraw(act.db, id, &[OutboundState::Held, OutboundState::Queued], act.now)? {
        return Err(Error::Conflict(Message::new("error-letter-gone")));
    }
    let letter = Outbound { state: OutboundState::Cancelled, answer: String::new(), ..letter };
    show_delivery(act, &letter)?;
    let state = letter.state.word().into();
    act.record(Event::LetterSettled { mail: id, mailbox: letter.mailbox, state });
    Ok(())
}

/// Says that mail reaches an address after all, so that letters go there again.
///
/// # Errors
/// [`Error::Missing`] when nothing else was ever said.
pub fn revive_address(act: &mut Act<'_>, address: &str) -> Result<()> {
    let address = address.trim().to_lowercase();
    if !store::revive(act.db, &address, act.now)? {
        return Err(Error::Missing);
    }
    act.record(Event::AddressRevived { address });
    Ok(())
}
