//! A mail that was larger than what is taken is fetched whole, once somebody has raised the limit.

use bytes::Bytes;

use super::fetching::{Trouble, connect};
use super::gathering::whole;
use super::intake::{Raw, Room};
use super::ledger::{Inbound, Outcome, life};
use super::mailbox::Mailbox;
use super::store;
use super::taking::wait_for_turn;
use crate::base::id::InboundId;
use crate::base::{Error, Message, Result};
use crate::events::{By, Event};

impl Room {
    /// Fetches a mail whole of which the beginning was taken: it becomes a further entry of the ticket that tells of it.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was decided otherwise, is still larger than its mailbox takes, stands on the server no more,
    /// or can't be fetched; [`Error::Missing`] when there is none.
    pub async fn fetch_whole(&self, id: InboundId, by: impl Into<By>) -> Result<Outcome> {
        let (row, mailbox) = self
            .books
            .read(move |db| {
                let row = store::inbound_by_id(db, id)?;
                let mailbox = store::mailbox_by_id(db, row.mailbox)?;
                Ok((row, mailbox))
            })
            .await?;
        must_be_large(&row)?;
        if row.size_bytes > mailbox.card.size_bytes_max {
            return Err(still_large(row.size_bytes, &mailbox));
        }
        self.must_have_room()?;
        let octets = fetched(self, &mailbox, &row).await?;
        let size = i64::try_from(octets.len()).unwrap_or(i64::MAX);
        let blob = self.blobs.put(octets).await?;
        let row = self
            .books
            .write(by, move |act| {
                wait_for_turn(act.db, row.mailbox)?;
                must_be_large(&store::inbound_by_id(act.db, id)?)?;
                act.record(Event::MailReopened { mailbox: row.mailbox, mail: id });
                store::reopen_whole(act.db, id, blob.as_str(), size)
            })
            .await?;
        self.read_again(&mailbox, row).await
    }
}

/// Whether its beginning was taken, and the rest may still stand on a server.
fn must_be_large(row: &Inbound) -> Result<()> {
    if row.outcome == Outcome::TooLarge && !row.is_imported() {
        return Ok(());
    }
    Err(Error::Conflict(Message::new("error-mail-decided")))
}

fn still_large(size_bytes: i64, mailbox: &Mailbox) -> Error {
    let mib = |octets: i64| octets.saturating_add((1 << 20) - 1) >> 20;
    let (size, most) = (mib(size_bytes), mib(mailbox.card.size_bytes_max));
    Error::Conflict(Message::new("error-mail-still-large").with("size", size).with("max", most))
}

/// The whole mail, off its server.
async fn fetched(room: &Room, mailbox: &Mailbox, row: &Inbound) -> Result<Bytes> {
    let failed = |trouble: Trouble| match trouble {
        Trouble::Desk(error) => error,
        other => Error::Conflict(Message::new("error-mail-fetch").with("text", other.to_string())),
    };
    let gone = || Error::Conflict(Message::new("error-mail-gone"));
    let uid = u32::try_from(row.uid).ok().ok_or_else(gone)?;
    let mut session = connect(room, mailbox).await.map_err(failed)?;
    let selected = session.select(&row.folder).await.map_err(|error| failed(error.into()))?;
    let (id, name) = (row.mailbox, row.folder.clone());
    let state = room.books.read(move |db| store::folder_state(db, id, &name)).await?;
    if state.is_none_or(|state| life(state.account, selected.uid_validity) != row.uid_validity) {
        return Err(gone());
    }
    let found = session.sizes(&[uid]).await.map_err(|error| failed(error.into()))?.pop().ok_or_else(gone)?;
    let most = u64::try_from(mailbox.card.size_bytes_max).unwrap_or(u64::MAX);
    let raw: Option<Raw> = whole(&mut session, &found, most).await.map_err(|error| failed(error.into()))?;
    session.logout().await;
    Ok(raw.ok_or_else(gone)?.octets.into())
}
