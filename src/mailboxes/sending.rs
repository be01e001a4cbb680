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
use super::outbound::{Outbound, OutboundKind, OutboundState, TRY_MS, pause_ms};
use super::signing;
use super::store;
use crate::base::id::{MailboxId, OutboundId};
use crate::base::text::clean_line;
use crate::base::{EmailAddress, Error, Message, Result, Timestamp};
use crate::blobs::BlobName;
use crate::events::{Act, Actor, Event};
use crate::mail::imap::Login as ImapLogin;
use crate::mail::smtp::{self, Delivery as Sent, Envelope, Lane, Login, Outcome, Refused, Sender, Trouble};
use crate::tickets::{self, Delivery};

/// Letters that are on their way at once; the number to one server is less.
const UNDER_WAY_MAX: usize = 200;

/// Letters that are taken in one round.
const ROUND_MAX: i64 = 40;

/// How long a letter is held by who sends it: longer than any server may take.
const LEASE_MS: i64 = 30 * 60_000;

/// How long a letter waits that the desk could not hand over.
const PUT_OFF_MS: i64 = 5_000;

/// How long is waited before something is written down again that the database could not take.
const AGAIN: Duration = Duration::from_secs(1);

/// Characters of what a server said that are kept.
const ANSWER_CHARACTERS_MAX: usize = 400;

/// Sends the outbox. Cheap to clone.
#[derive(Clone)]
pub(super) struct Carrier {
    room: Room,
    senders: Arc<Mutex<BTreeMap<MailboxId, (Timestamp, Sender)>>>,
    /// What is on its way.
    under_way: Arc<tokio::sync::Mutex<JoinSet<()>>>,
}

impl Carrier {
    /// One that has sent nothing yet.
    pub fn new(room: Room) -> Self {
        Self { room, senders: Arc::default(), under_way: Arc::default() }
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

    /// Sets on its way what is due, each letter by itself, so that a slow server holds up its own alone. Says how many letters
    /// that were.
    pub async fn round(&self) -> Result<usize> {
        let mut under_way = self.under_way.lock().await;
        while under_way.try_join_next().is_some() {}
        let now = self.room.books.clock().now();
        let room = UNDER_WAY_MAX.saturating_sub(under_way.len());
        if room == 0 || self.room.books.read(move |db| store::oldest_due(db, now)).await?.is_none() {
            return Ok(0);
        }
        let limit = ROUND_MAX.min(i64::try_from(room).unwrap_or(ROUND_MAX));
        let node = self.room.node.clone();
        let due = self
            .room
            .books
            .write(Actor::Mail, move |act| {
                store::lease_due(act.db, &node, None, limit, act.now, act.now.plus_ms(LEASE_MS))
            })
            .await?;
        let count = due.len();
        for letter in due {
            let carrier = self.clone();
            under_way.spawn(async move {
                if let Err(error) = carrier.carry(letter).await {
                    tracing::warn!(%error, "a letter could not be dealt with; it is tried again when its lease is over");
                }
            });
        }
        Ok(count)
    }

    /// Sends one letter that is due, unless somebody else is at it, and waits until it has an answer.
    pub async fn send_one(&self, id: OutboundId) -> Result<()> {
        let node = self.room.node.clone();
        let leased = self.room.books.write(Actor::Mail, move |act| {
            store::lease_due(act.db, &node, Some(id), 1, act.now, act.now.plus_ms(LEASE_MS))
        });
        match leased.await?.pop() {
            Some(letter) => self.carry(letter).await,
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

    async fn carry(&self, mut letter: Outbound) -> Result<()> {
        let id = letter.mailbox;
        let mailbox = match self.room.books.read(move |db| store::mailbox_by_id(db, id)).await {
            Ok(mailbox) => mailbox,
            Err(error) => return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await,
        };
        let sent = match self.ready(&mut letter, &mailbox).await {
            Ok((envelope, octets)) => {
                let lane = if letter.kind == OutboundKind::Notice { Lane::Bulk } else { Lane::Prompt };
                match self.sender(&mailbox).await {
                    Ok(sender) => sender.send(lane, envelope, octets).await,
                    Err(error) => return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await,
                }
            }
            // A letter that can't be signed goes when somebody has mended that.
            Err(error @ (Error::Busy(_) | Error::Conflict(_))) => {
                return self.settle(letter, Fate::put_off(&error), Way::of_desk(&error), &[]).await;
            }
            Err(error) => return self.settle(letter, Fate::Failed(in_english(&error)), Way::Unknown, &[]).await,
        };
        let (way, fate) = (Way::of(&sent), fate(&letter, sent.outcome));
        self.settle(letter, fate, way, &sent.refused).await
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
        let sender = Sender::after(refusals, signing::smtp_server(&self.room, mailbox)?, login);
        senders.insert(mailbox.id, (mailbox.updated_at, sender.clone()));
        Ok(sender)
    }

    /// Writes down what became of a letter. What the database can't take now it is given again until it can: a letter that a
    /// server took and of which nobody knows would be sent twice. Where the letter's entry or its mailbox can't take it at
    /// all, its row alone says it, or it would go again and again.
    async fn settle(&self, letter: Outbound, fate: Fate, way: Way, refused: &[Refused]) -> Result<()> {
        let (id, mut told, mut is_whole) = (letter.id, false, true);
        loop {
            let (letter, fate, way, refused) = (letter.clone(), fate.clone(), way.clone(), refused.to_vec());
            let settled = self.room.books.write(Actor::Mail, move |act| {
                if !is_whole {
                    return decide(act, letter, fate, &refused).map(drop);
                }
                way.note(act, letter.mailbox)?;
                settle(act, letter, fate, &refused)
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

/// What becomes of a letter after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// The server took it for everybody whom it did not refuse.
    Sent(String),
    /// It is tried again.
    Later(String),
    /// The desk could not hand it over: its disk is full, its database away. That was no try, and the next one is soon.
    PutOff(String),
    /// It was handed over, and nobody knows whether it was taken.
    Uncertain(String),
    /// Somebody has to look.
    Failed(String),
}

impl Fate {
    /// Of a letter that the desk could not hand over.
    fn put_off(error: &Error) -> Self {
        let told = in_english(error);
        if matches!(error, Error::Busy(_)) { Self::PutOff(told) } else { Self::Later(told) }
    }
}

fn fate(letter: &Outbound, outcome: Outcome) -> Fate {
    match outcome {
        Outcome::Accepted(answer) => Fate::Sent(answer),
        Outcome::Permanent(code, text) => Fate::Failed(format!("{code} {text}")),
        Outcome::Transient(code, text) => Fate::Later(format!("{code} {text}")),
        Outcome::Unknown(text) if letter.uncertain_at.is_none() => Fate::Uncertain(text),
        Outcome::Unknown(text) => Fate::Failed(text),
        Outcome::NotConnected(trouble @ Trouble::LoginGivenUp) => Fate::PutOff(trouble.to_string()),
        Outcome::NotConnected(trouble) => Fate::Later(trouble.to_string()),
    }
}

/// What a try says of the way to the server, whatever becomes of the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Way {
    /// Nothing.
    Unknown,
    /// It is open.
    Open,
    /// It is closed, and why; perhaps because the sign-in was refused.
    Closed { why: String, is_refused: bool },
}

impl Way {
    fn of(sent: &Sent) -> Self {
        let closed = |why: String, is_refused| Self::Closed { why, is_refused };
        match &sent.outcome {
            Outcome::NotConnected(Trouble::LoginGivenUp) => Self::Unknown,
            Outcome::NotConnected(trouble) => closed(trouble.to_string(), trouble.is_refused_login()),
            // It takes nothing now, whoever it is for.
            Outcome::Transient(code, text) if sent.refused.is_empty() => closed(format!("{code} {text}"), false),
            Outcome::Unknown(why) => closed(why.clone(), false),
            Outcome::Accepted(_) | Outcome::Transient(..) | Outcome::Permanent(..) => Self::Open,
        }
    }

    /// When the desk did not even come to try it.
    fn of_desk(error: &Error) -> Self {
        match error {
            Error::Busy(_) => Self::Unknown,
            error => Self::Closed { why: in_english(error), is_refused: false },
        }
    }

    /// Notes it with the mailbox.
    fn note(&self, act: &mut Act<'_>, mailbox: MailboxId) -> Result<()> {
        match self {
            Self::Unknown => {}
            Self::Open => {
                if store::note_sending(act.db, mailbox)? {
                    act.record(Event::MailboxRecovered { mailbox });
                }
            }
            Self::Closed { why, is_refused } => {
                let why = clean_line(why, ANSWER_CHARACTERS_MAX);
                if store::note_not_sending(act.db, mailbox, &why, *is_refused, act.now)? {
                    act.record(Event::MailboxFailing { mailbox, failure: why });
                }
            }
        }
        Ok(())
    }
}

/// Notes whom the server refused, and who has the letter now. A letter that was taken and not by all goes on: to those who
/// may take it later, or to somebody who looks.
fn divide(row: &mut Outbound, fate: Fate, refused: &[Refused]) -> Fate {
    let said = |who: &Refused| format!("{} {}", who.code, who.text);
    let is_refused = |address: &str| refused.iter().any(|who| who.address.as_str() == address);
    let Fate::Sent(answer) = fate else {
        let never = refused.iter().filter(|who| who.is_permanent());
        row.recipients.refused.extend(never.map(|who| (who.address.as_str().to_owned(), said(who))));
        return fate;
    };
    let taken: Vec<String> = row.recipients.open().filter(|address| !is_refused(address)).map(str::to_owned).collect();
    row.recipients.taken.extend(taken);
    row.uncertain_at = None;
    let never = refused.iter().filter(|who| who.is_permanent());
    row.recipients.refused.extend(never.map(|who| (who.address.as_str().to_owned(), said(who))));
    match refused.iter().find(|who| !who.is_permanent()) {
        Some(who) => Fate::Later(said(who)),
        None if row.recipients.refused.is_empty() => Fate::Sent(answer),
        None => Fate::Failed(row.recipients.refused.values().next().cloned().unwrap_or_default()),
    }
}

/// Notes what became of a letter, on its row and on its entry.
fn settle(act: &mut Act<'_>, letter: Outbound, fate: Fate, refused: &[Refused]) -> Result<()> {
    let row = decide(act, letter, fate, refused)?;
    if let (OutboundKind::Reply, Some(entry)) = (row.kind, row.entry) {
        let mut facts = tickets::letter_facts(act.db, entry)?;
        facts.delivery = Some(delivery(&row));
        tickets::letter_changed(act, entry, &facts)?;
    }
    Ok(())
}

/// Notes what became of a letter on its row.
fn decide(act: &mut Act<'_>, letter: Outbound, fate: Fate, refused: &[Refused]) -> Result<Outbound> {
    let mut row = Outbound { attempts: letter.attempts + 1, ..letter };
    let over = act.now.since_ms(row.ready_at) >= TRY_MS;
    let answer = match divide(&mut row, fate, refused) {
        Fate::Sent(answer) => {
            row.state = OutboundState::Sent;
            answer
        }
        Fate::Failed(answer) => {
            row.state = OutboundState::Failed;
            answer
        }
        Fate::Later(answer) if over => {
            row.state = OutboundState::Failed;
            answer
        }
        Fate::Later(answer) => {
            row.state = OutboundState::Queued;
            row.due_at = act.now.plus_ms(pause_ms(row.attempts));
            answer
        }
        Fate::PutOff(answer) => {
            row.state = OutboundState::Queued;
            row.attempts -= 1;
            row.due_at = act.now.plus_ms(PUT_OFF_MS);
            answer
        }
        Fate::Uncertain(answer) => {
            row.state = OutboundState::Queued;
            row.uncertain_at = Some(act.now);
            row.due_at = act.now.plus_ms(pause_ms(row.attempts));
            answer
        }
    };
    row.answer = clean_line(&answer, ANSWER_CHARACTERS_MAX);
    if row.state == OutboundState::Failed && !row.recipients.taken.is_empty() {
        let open: Vec<String> = row.recipients.open().map(str::to_owned).collect();
        row.recipients.refused.extend(open.into_iter().map(|address| (address, row.answer.clone())));
    }
    let is_settled = matches!(row.state, OutboundState::Sent | OutboundState::Failed);
    row.settled_at = is_settled.then_some(act.now);
    store::set_outbound(act.db, &row)?;
    if is_settled {
        let state = row.state.word().into();
        act.record(Event::LetterSettled { mail: row.id, mailbox: row.mailbox, state });
    }
    Ok(row)
}

/// How far a letter is, as its entry shows it.
fn delivery(row: &Outbound) -> Delivery {
    let is_partial = !row.recipients.taken.is_empty() && row.state != OutboundState::Sent;
    Delivery {
        state: row.state.word().into(),
        answer: row.answer.clone(),
        refused: row.recipients.refused.iter().map(|(address, said)| format!("{address}: {said}")).collect(),
        open: row.recipients.open().filter(|_| is_partial).map(str::to_owned).collect(),
        is_partial,
        ..Delivery::default()
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
    store::set_outbound(act.db, &row)?;
    store::restart_clock(act.db, id, act.now)?;
    if let (OutboundKind::Reply, Some(entry)) = (row.kind, row.entry) {
        let mut facts = tickets::letter_facts(act.db, entry)?;
        facts.delivery = Some(Delivery { answer: String::new(), ..delivery(&row) });
        tickets::letter_changed(act, entry, &facts)?;
    }
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
    Ok(Sender::new(signing::smtp_server(room, mailbox)?, login).verify().await)
}
