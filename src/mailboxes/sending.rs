//! Letters go out: made once, kept, handed over, tried again for two days, and never a silent end.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::task::JoinSet;

use super::composing;
use super::explaining::in_english;
use super::intake::Room;
use super::mailbox::Mailbox;
use super::outbound::{Outbound, OutboundKind, OutboundState};
use super::places::{Place, Places, Servers};
use super::settling::{Fate, Way, decide, fate, settle, show_delivery};
use super::signing;
use super::store;
use crate::base::id::{MailboxId, OutboundId};
use crate::base::{EmailAddress, Error, Message, Result, Timestamp};
use crate::blobs::BlobName;
use crate::events::{Act, Actor, Event};
use crate::mail::imap::Login as ImapLogin;
use crate::mail::smtp::{self, Envelope, Login, Refused, Sender};

/// How long a letter is held by who sends it. It is renewed while the letter is on its way, however long that takes.
const LEASE_MS: i64 = 10 * 60_000;

/// How old a lease is when it is renewed.
const RENEW_MS: i64 = LEASE_MS / 3;

/// How long is waited before something is asked or written down again that the database could not do.
const AGAIN: Duration = Duration::from_secs(1);

/// The kinds of each lane; in which order they get its places.
const PROMPT_KINDS: [OutboundKind; 3] = [OutboundKind::Trial, OutboundKind::Reply, OutboundKind::Acknowledgement];
const BULK_KINDS: [OutboundKind; 1] = [OutboundKind::Notice];

/// Sends the outbox. Cheap to clone.
#[derive(Clone)]
pub(super) struct Carrier {
    room: Room,
    senders: Arc<Mutex<BTreeMap<MailboxId, (Timestamp, Sender)>>>,
    /// What is on its way.
    under_way: Arc<tokio::sync::Mutex<JoinSet<()>>>,
    places: Places,
    servers: Servers,
}

impl Carrier {
    /// One that has sent nothing yet.
    pub fn new(room: Room) -> Self {
        Self {
            room,
            senders: Arc::default(),
            under_way: Arc::default(),
            places: Places::default(),
            servers: Servers::default(),
        }
    }

    /// Takes up again what this node holds and nobody hands over: it died, or the database broke off when it had just given
    /// the letters. They may have been taken or not, so they go once more. Says whether it could: not while others are on
    /// their way.
    pub async fn resume(&self) -> Result<bool> {
        let mut under_way = self.under_way.lock().await;
        while under_way.try_join_next().is_some() {}
        if !under_way.is_empty() {
            return Ok(false);
        }
        let node = self.room.node.clone();
        self.room.books.write(Actor::Mail, move |act| store::release_letters(act.db, &node)).await?;
        Ok(true)
    }

    /// Sets on its way what is due and has a place, each letter by itself, so that a slow server holds up its own alone. Says
    /// how many letters that were.
    pub async fn round(&self) -> Result<usize> {
        let mut under_way = self.under_way.lock().await;
        while under_way.try_join_next().is_some() {}
        self.renew().await?;
        let due = self.due().await?;
        if due.is_empty() {
            return Ok(0);
        }
        let leased = self.lease(due).await?;
        let count = leased.len();
        for letter in leased {
            let Some(place) = self.place(&letter) else { continue };
            let carrier = self.clone();
            under_way.spawn(async move {
                if let Err(error) = carrier.carry(letter, place).await {
                    tracing::warn!(%error, "a letter could not be dealt with; it is tried again when its lease is over");
                }
            });
        }
        Ok(count)
    }

    /// What is due and has a place, by mailbox, what people wait for before notices.
    async fn due(&self) -> Result<Vec<OutboundId>> {
        let (now, places) = (self.room.books.clock().now(), self.places.clone());
        self.room
            .books
            .read(move |db| {
                let (mut due, own) = (Vec::new(), places.all());
                for mailbox in store::sending_mailboxes(db)? {
                    for kinds in [&PROMPT_KINDS[..], &BULK_KINDS[..]] {
                        let mut found = Vec::new();
                        for kind in kinds {
                            let free = places.free(mailbox, kind.lane()).saturating_sub(found.len());
                            found.extend(store::due_letters(db, mailbox, *kind, &own, free, now)?);
                        }
                        due.extend(found);
                    }
                }
                Ok(due)
            })
            .await
    }

    async fn lease(&self, due: Vec<OutboundId>) -> Result<Vec<Outbound>> {
        let node = self.room.node.clone();
        self.room
            .books
            .write(Actor::Mail, move |act| store::lease_due(act.db, &node, &due, act.now, act.now.plus_ms(LEASE_MS)))
            .await
    }

    fn place(&self, letter: &Outbound) -> Option<Place> {
        self.places.take(letter.id, letter.mailbox, letter.kind.lane(), self.room.books.clock().now())
    }

    /// Holds on to what is on its way for long.
    async fn renew(&self) -> Result<()> {
        let now = self.room.books.clock().now();
        let old = self.places.leased_before(now.plus_ms(-RENEW_MS));
        if old.is_empty() {
            return Ok(());
        }
        let (node, ids) = (self.room.node.clone(), old.clone());
        let until = now.plus_ms(LEASE_MS);
        self.room.books.write(Actor::Mail, move |act| store::renew_letters(act.db, &node, &ids, until)).await?;
        self.places.renewed(&old, now);
        Ok(())
    }

    /// Sends one letter that is due, unless somebody else is at it, and waits until it has an answer.
    pub async fn send_one(&self, id: OutboundId) -> Result<()> {
        let Some(letter) = self.lease(vec![id]).await?.pop() else { return Ok(()) };
        match self.place(&letter) {
            Some(place) => self.carry(letter, place).await,
            None => Ok(()),
        }
    }

    /// Sends everything that is due and waits until each letter has an answer.
    pub async fn send_due(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            let begun = self.round().await?;
            let waited = self.settled().await;
            count += begun;
            if begun == 0 && !waited {
                return Ok(count);
            }
        }
    }

    /// Waits for what is on its way; says whether there was anything.
    async fn settled(&self) -> bool {
        let mut under_way = self.under_way.lock().await;
        let any = !under_way.is_empty();
        while under_way.join_next().await.is_some() {}
        any
    }

    /// Ends the conversations with all servers.
    pub async fn rest(&self) {
        self.settled().await;
        let all: Vec<Sender> = {
            let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *senders).into_values().map(|(_, sender)| sender).collect()
        };
        join_all(all.iter().map(Sender::rest)).await;
    }

    async fn carry(&self, letter: Outbound, _place: Place) -> Result<()> {
        let (id, lane) = (letter.mailbox, letter.kind.lane());
        let mailbox = match self.room.books.read(move |db| store::mailbox_by_id(db, id)).await {
            Ok(mailbox) => mailbox,
            Err(error) => return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await,
        };
        let turn = match self.sender(&mailbox).await {
            Ok(sender) => sender.turn(lane).await,
            Err(error) => return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await,
        };
        // Its turn may come late, and much may have happened to it.
        let Some(mut letter) = self.hold(letter.id).await? else { return Ok(()) };
        let sent = match self.ready(&mut letter, &mailbox).await {
            Ok((envelope, octets)) => turn.send(envelope, octets).await,
            // A letter that can't be signed goes when somebody has mended that.
            Err(error @ (Error::Busy(_) | Error::Conflict(_))) => {
                return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await;
            }
            Err(error) => return self.settle(letter, Fate::Failed(in_english(&error)), Way::Unknown, &[]).await,
        };
        let (way, fate) = (Way::of(&sent), fate(&letter, sent.outcome));
        self.settle(letter, fate, way, &sent.refused).await
    }

    /// Looks at a letter once more right before it is sent, and leases it anew; nothing when it is no longer this node's.
    async fn hold(&self, id: OutboundId) -> Result<Option<Outbound>> {
        loop {
            let node = self.room.node.clone();
            let held = self.room.books.write(Actor::Mail, move |act| {
                store::renew_letters(act.db, &node, &[id], act.now.plus_ms(LEASE_MS)).map(|mut held| held.pop())
            });
            match held.await {
                Err(Error::Busy(_)) => tokio::time::sleep(AGAIN).await,
                held => return held,
            }
        }
    }

    /// The octets, made at the first try and the same in every other.
    async fn ready(&self, letter: &mut Outbound, mailbox: &Mailbox) -> Result<(Envelope, Bytes)> {
        let own = mailbox.address().ok_or_else(|| Error::Internal("a mailbox without an address".into()))?;
        let octets = match letter.blob.as_deref().and_then(BlobName::parse) {
            Some(blob) => self.room.blobs.get(&blob).await?,
            None => {
                let gathered = composing::compose(&self.room, mailbox, letter).await?;
                let (card, now) = (mailbox.card.clone(), self.room.books.clock().now());
                let made = move || composing::finish(gathered, &card.dkim_selector, &card.dkim_domain, now);
                let made = tokio::task::spawn_blocking(made).await;
                let octets = made.map_err(|e| Error::internal("making a letter", e))??;
                let size = i64::try_from(octets.len()).unwrap_or(i64::MAX);
                let octets = Bytes::from(octets);
                let blob = self.room.blobs.put(octets.clone()).await?;
                let (id, name, sender) = (letter.id, blob.as_str().to_owned(), own.as_str().to_owned());
                letter.blob = Some(name.clone());
                self.room
                    .books
                    .write(Actor::Mail, move |act| store::keep_octets(act.db, id, &name, size, &sender))
                    .await?;
                octets
            }
        };
        let from = match letter.kind {
            OutboundKind::Notice => None,
            _ if mailbox.card.sends_verp => self.room.post.keys.return_path(&own, letter.id.0).or(Some(own)),
            _ => Some(own),
        };
        let to = letter.recipients.open().filter_map(EmailAddress::parse).collect();
        Ok((Envelope { from, to }, octets))
    }

    async fn sender(&self, mailbox: &Mailbox) -> Result<Sender> {
        let login = smtp_login(signing::login(&self.room, mailbox).await?);
        // Many letters ask at once, and all get the same.
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sender)) = senders.get(&mailbox.id).filter(|(at, _)| *at == mailbox.updated_at) {
            sender.set_login(login);
            return Ok(sender.clone());
        }
        let refusals = u32::try_from(mailbox.sending.auth_failures).unwrap_or_default();
        let server = signing::smtp_server(&self.room, mailbox, self.servers.open(&mailbox.card.smtp))?;
        let sender = Sender::after(refusals, server, login);
        senders.insert(mailbox.id, (mailbox.updated_at, sender.clone()));
        Ok(sender)
    }

    /// Writes down what became of a letter. What the database can't take now it is given again until it can: a letter that a
    /// server took and of which nobody knows would be sent twice. Where the letter's entry or its mailbox can't take it at
    /// all, its row alone says it, or it would go again and again.
    async fn settle(&self, letter: Outbound, fate: Fate, way: Way, refused: &[Refused]) -> Result<()> {
        let (id, mut told, mut is_whole) = (letter.id, false, true);
        loop {
            let node = self.room.node.clone();
            let (letter, fate, way, refused) = (letter.clone(), fate.clone(), way.clone(), refused.to_vec());
            let settled = self.room.books.write(Actor::Mail, move |act| {
                if !is_whole {
                    return decide(act, &node, letter, fate, &refused).map(drop);
                }
                way.note(act, letter.mailbox)?;
                settle(act, &node, letter, fate, &refused)
            });
            match settled.await {
                Err(error @ Error::Busy(_)) => {
                    if !std::mem::replace(&mut told, true) {
                        tracing::warn!(%error, "what became of a letter can't be written down yet; it is tried again");
                    }
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error) if is_whole => {
                    tracing::warn!(mail = %id, %error, "what became of a letter can't be shown with its entry");
                    is_whole = false;
                }
                done => return done,
            }
        }
    }
}

/// The same sign-in for the other server.
pub(super) fn smtp_login(login: ImapLogin) -> Login {
    match login {
        ImapLogin::Password { user, password } => Login::Password { user, password },
        ImapLogin::XOAuth2 { user, token } => Login::Token { user, token },
    }
}

/// Tries a letter again that has failed, for those who don't have it.
///
/// # Errors
/// [`Error::Conflict`] when it has not failed.
pub fn send_again(act: &mut Act<'_>, id: OutboundId) -> Result<()> {
    let mut row = store::outbound_by_id(act.db, id)?;
    if row.state != OutboundState::Failed {
        return Err(Error::Conflict(Message::new("error-letter-gone")));
    }
    row.state = OutboundState::Queued;
    row.due_at = act.now;
    row.uncertain_at = None;
    row.settled_at = None;
    row.recipients.refused.clear();
    row.answer = String::new();
    // Two may press at one moment, and what was just sent is not sent anew.
    if !store::queue_again(act.db, &row)? {
        return Err(Error::Conflict(Message::new("error-letter-gone")));
    }
    store::restart_clock(act.db, id, act.now)?;
    show_delivery(act, &row)?;
    act.record(Event::LetterQueued { mail: id, mailbox: row.mailbox, mail_kind: row.kind.word().into() });
    Ok(())
}

/// Has a letter go now that waits for its next try.
///
/// # Errors
/// [`Error::Conflict`] when it does not wait, or its mailbox sends nothing until its sign-in is mended.
pub fn send_now(act: &mut Act<'_>, id: OutboundId) -> Result<()> {
    let row = store::outbound_by_id(act.db, id)?;
    if store::mailbox_by_id(act.db, row.mailbox)?.sending.is_given_up() {
        return Err(Error::Conflict(Message::new("error-letter-resting")));
    }
    if !store::send_next(act.db, id, act.now)? {
        return Err(Error::Conflict(Message::new("error-letter-gone")));
    }
    act.record(Event::LetterQueued { mail: id, mailbox: row.mailbox, mail_kind: row.kind.word().into() });
    Ok(())
}

/// A server that is asked whether it would take letters, step by step.
pub(super) async fn verify(room: &Room, mailbox: &Mailbox) -> Result<Vec<smtp::Checked>> {
    let login = smtp_login(signing::login(room, mailbox).await?);
    let alone = smtp::Open::at_most(1);
    Ok(Sender::new(signing::smtp_server(room, mailbox, alone)?, login).verify().await)
}
