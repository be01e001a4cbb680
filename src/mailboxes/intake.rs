//! Mails come off the server: onto the disk, into the ledger, into tickets, in this order, so that a fall at any place loses
//! and doubles nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use tokio::sync::{RwLock, Semaphore};

use super::Outcome;
use super::deciding::Decider;
use super::ledger::{Inbound, Spot};
use super::letter::{Post, Proof, Read};
use super::mailbox::Mailbox;
use super::meters::Meters;
use super::reading::{self, Parsed};
use super::sealing::Seal;
use super::store;
use super::summing::Sums;
use crate::base::id::InboundId;
use crate::base::{Error, Message, Result, Timestamp};
use crate::blobs::{BlobName, Blobs};
use crate::events::{Actor, Books, By, Event};
use crate::mail::tls::Trust;
use crate::phone::NumberPlan;
use crate::settings::Settings;

/// How long one mail may be read.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// How often a mail is begun to be read: who dies of it three times sets it aside.
const ATTEMPTS_MAX: i64 = 3;

/// What fetching and sending need of the desk. Cheap to clone.
#[derive(Clone)]
pub struct Room {
    /// The books.
    pub books: Books,
    /// Files.
    pub blobs: Blobs,
    /// The keys under tokens.
    pub post: Post,
    /// The key under secrets.
    pub seal: Seal,
    /// Whom we trust, and whom we connect to.
    pub trust: Trust,
    /// Which node of several on one database this is.
    pub node: Arc<str>,
    /// Mails that are read at once.
    pub readers: Arc<Semaphore>,
    /// Held by whoever renews tokens: what a server gives for a refresh token is given once, so stopping waits for it.
    pub renewing: Arc<RwLock<()>>,
    /// How many mails had which fate.
    pub sums: Sums,
    /// What monitoring is told.
    pub meters: Meters,
    /// While fewer octets are free on the disk of the files, nothing is fetched.
    pub free_bytes_min: u64,
}

/// A mail as it came off a server, or out of a file.
pub struct Raw {
    /// The number in its folder.
    pub uid: i64,
    /// The octets.
    pub octets: Vec<u8>,
    /// Octets of the whole mail, when these are its beginning only.
    pub whole_bytes: Option<i64>,
}

/// A mail that is on the disk.
pub(super) struct Kept {
    uid: i64,
    raw: Bytes,
    whole_bytes: Option<i64>,
    blob: BlobName,
}

/// A mail that is on the disk and in the ledger.
pub(super) struct Begun {
    row: Inbound,
    /// Its octets, when they are still at hand.
    raw: Option<Bytes>,
}

/// A mail that was read, or why nobody can; the outer error is the desk's own.
pub(super) type Decided = (Inbound, Result<Result<Read, String>>);

impl Room {
    /// Takes mails of a folder, in their order; returns when every one is decided or kept for another try.
    ///
    /// # Errors
    /// [`Error::Busy`] when the disk is full or the database away: nothing is lost, they are still on the server.
    pub async fn take_all(&self, mailbox: &Mailbox, folder: &str, validity: i64, mails: Vec<Raw>) -> Result<()> {
        let kept = self.keep(mails).await?;
        let begun = self.begin(mailbox, folder, validity, kept, BTreeMap::new()).await?;
        self.read_and_decide(mailbox, begun).await
    }

    /// The first of four steps: puts mails on the disk.
    pub(super) async fn keep(&self, mails: Vec<Raw>) -> Result<Vec<Kept>> {
        let mails: Vec<_> =
            mails.into_iter().map(|mail| (mail.uid, Bytes::from(mail.octets), mail.whole_bytes)).collect();
        let blobs = self.blobs.put_all(mails.iter().map(|(_, raw, _)| raw.clone()).collect()).await?;
        let kept = mails.into_iter().zip(blobs);
        Ok(kept.map(|((uid, raw, whole_bytes), blob)| Kept { uid, raw, whole_bytes, blob }).collect())
    }

    /// The second step: puts mails into the ledger, and moves the folder's mark. What was begun may be forgotten after that;
    /// [`Room::resume`] finds it. `lain` says of those that are history since when they lay there.
    pub(super) async fn begin(
        &self,
        mailbox: &Mailbox,
        folder: &str,
        validity: i64,
        mails: Vec<Kept>,
        lain: BTreeMap<i64, Timestamp>,
    ) -> Result<Vec<Begun>> {
        let highest = mails.iter().map(|mail| mail.uid).max().unwrap_or_default();
        let (id, name) = (mailbox.id, folder.to_owned());
        self.books
            .write(Actor::Mail, move |act| {
                let mut begun = Vec::new();
                for Kept { uid, raw, whole_bytes, blob } in mails {
                    let spot = Spot { mailbox: id, folder: name.clone(), uid_validity: validity, uid };
                    let size_bytes = whole_bytes.unwrap_or(i64::try_from(raw.len()).unwrap_or(i64::MAX));
                    let mut row = store::begin(act.db, &spot, Some(blob.as_str()), size_bytes, act.now)?;
                    if row.outcome.is_settled() && row.reason == store::THROWN_AWAY {
                        row = store::reopen_restored(act.db, row.id, blob.as_str(), size_bytes)?;
                        act.record(Event::MailReopened { mailbox: id, mail: row.id });
                    }
                    if let Some(at) = lain.get(&uid).filter(|_| !row.outcome.is_settled()) {
                        store::mark_lain(act.db, row.id, *at)?;
                        row.lay_since_at = Some(*at);
                    }
                    if !row.outcome.is_settled() {
                        begun.push(Begun { row, raw: Some(raw) });
                    }
                }
                if begun.iter().any(|mail| !mail.row.is_history()) {
                    store::note_new_mail(act.db, id, act.now)?;
                }
                store::set_folder(act.db, id, &name, validity, highest)?;
                Ok(begun)
            })
            .await
    }

    /// Whether the disk has room for more mails than those that are on their way.
    ///
    /// # Errors
    /// [`Error::Busy`] when it has not: mails stay on their servers until it has.
    pub(super) fn must_have_room(&self) -> Result<()> {
        match self.blobs.free_bytes() {
            Some(free) if free < self.free_bytes_min => {
                let least = self.free_bytes_min >> 20;
                Err(Error::Busy(Message::new("error-disk-low").with("free", free >> 20).with("least", least)))
            }
            _ => Ok(()),
        }
    }

    /// Goes on with mails that were begun and not decided, one after the other: when the daemon dies of one of them, the
    /// others have not used up an attempt.
    ///
    /// # Errors
    /// As [`Room::take_all`].
    pub async fn resume(&self, mailbox: &Mailbox, folder: &str) -> Result<usize> {
        let mut count = 0;
        loop {
            let (id, name) = (mailbox.id, folder.to_owned());
            let rows = self.books.read(move |db| store::unsettled(db, id, &name)).await?;
            if rows.is_empty() {
                return Ok(count);
            }
            for mut row in rows {
                let id = row.id;
                self.books.write(Actor::Mail, move |act| store::count_attempt(act.db, id)).await?;
                row.attempts += 1;
                self.read_and_decide(mailbox, vec![Begun { row, raw: None }]).await?;
                count += 1;
            }
        }
    }

    async fn read_and_decide(&self, mailbox: &Mailbox, begun: Vec<Begun>) -> Result<()> {
        let ids = begun.iter().map(|mail| mail.row.id).collect();
        let decided = match self.read_all(mailbox, begun).await {
            Ok(read) => Decider::new(self, mailbox).decide_all(read).await,
            Err(error) => Err(error),
        };
        if matches!(decided, Err(Error::Busy(_))) {
            self.give_attempts_back(ids).await;
        }
        decided
    }

    /// Takes back that mails were begun, when the desk could not go on: it was not their fault.
    pub(super) async fn give_attempts_back(&self, ids: Vec<InboundId>) {
        let given_back = self.books.write(Actor::Mail, move |act| store::give_attempts_back(act.db, &ids));
        // Where this can't be written, counting will fail as well.
        if let Err(error) = given_back.await {
            tracing::debug!(%error, "attempts to read mails stay counted");
        }
    }

    /// The third step: reads mails, several at once. The fourth is [`Decider`]'s.
    pub(super) async fn read_all(&self, mailbox: &Mailbox, begun: Vec<Begun>) -> Result<Vec<Decided>> {
        let plan = self.books.read(|db| Ok(Settings::read(db)?.number_plan())).await?;
        Ok(join_all(begun.into_iter().map(|mail| self.read(mailbox, plan.clone(), mail))).await)
    }

    /// The mail of a row, or why nobody can read it.
    async fn read(&self, mailbox: &Mailbox, plan: Option<NumberPlan>, Begun { row, raw }: Begun) -> Decided {
        if row.attempts > ATTEMPTS_MAX {
            return (row, Ok(Err("mail-reason-attempts".to_owned())));
        }
        let outcome = match raw {
            Some(raw) => self.read_raw(mailbox, plan, &row, raw).await,
            None => self.read_blob(mailbox, plan, &row).await,
        };
        (row, outcome)
    }

    async fn read_blob(
        &self,
        mailbox: &Mailbox,
        plan: Option<NumberPlan>,
        row: &Inbound,
    ) -> Result<Result<Read, String>> {
        let Some(name) = row.blob.as_deref().and_then(BlobName::parse) else {
            return Ok(Err("mail-reason-no-file".to_owned()));
        };
        match self.blobs.get(&name).await {
            Ok(raw) => self.read_raw(mailbox, plan, row, raw).await,
            Err(Error::Busy(why)) => Err(Error::Busy(why)),
            Err(error) => Ok(Err(error.to_string())),
        }
    }

    async fn read_raw(
        &self,
        mailbox: &Mailbox,
        plan: Option<NumberPlan>,
        row: &Inbound,
        raw: Bytes,
    ) -> Result<Result<Read, String>> {
        let (post, mailbox) = (self.post.clone(), mailbox.clone());
        // Whatever the limit was when it was fetched, and is now.
        let is_partial = i64::try_from(raw.len()).is_ok_and(|octets| octets < row.size_bytes);
        let Ok(turn) = Arc::clone(&self.readers).acquire_owned().await else {
            return Err(Error::Internal("the readers of mail are gone".into()));
        };
        let reading = tokio::task::spawn_blocking(move || {
            let parsed = reading::parse(&post, &mailbox, plan.as_ref(), &raw);
            drop(turn);
            parsed
        });
        let parsed: Parsed = match tokio::time::timeout(READ_LIMIT, reading).await {
            Err(_) => return Ok(Err("mail-reason-too-long".to_owned())),
            Ok(Err(_)) => return Ok(Err("mail-reason-fault".to_owned())),
            Ok(Ok(Err(unreadable))) => return Ok(Err(format!("mail-reason-{}", word(unreadable)))),
            Ok(Ok(Ok(parsed))) => parsed,
        };
        let mut read = match reading::keep_files(&self.blobs, parsed).await {
            // That is the mail: it unpacks to more than a file may have.
            Err(error @ Error::Invalid(_)) => return Ok(Err(error.to_string())),
            kept => kept?,
        };
        if row.is_history() {
            make_history(&mut read, row.lay_since_at);
        }
        if is_partial {
            read.is_partial = true;
            read.oddities.push("too-large".into());
        }
        Ok(Ok(read))
    }

    /// A mail as it came.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none, or its file is gone.
    pub async fn raw_of(&self, id: InboundId) -> Result<Bytes> {
        let row = self.books.read(move |db| store::inbound_by_id(db, id)).await?;
        self.blobs.get(&row.blob.as_deref().and_then(BlobName::parse).ok_or(Error::Missing)?).await
    }

    /// Begins anew with a mail that was set aside.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none, or it was decided otherwise.
    pub async fn retry(&self, id: InboundId, by: impl Into<By>) -> Result<Outcome> {
        let (row, mailbox) = self
            .books
            .write(by, move |act| {
                let row = store::reopen(act.db, id)?;
                act.record(Event::MailReopened { mailbox: row.mailbox, mail: id });
                let mailbox = store::mailbox_by_id(act.db, row.mailbox)?;
                Ok((row, mailbox))
            })
            .await?;
        self.read_again(&mailbox, row).await
    }

    /// Reads and decides a mail that was reopened; says what became of it.
    pub(super) async fn read_again(&self, mailbox: &Mailbox, row: Inbound) -> Result<Outcome> {
        let id = row.id;
        self.read_and_decide(mailbox, vec![Begun { row, raw: None }]).await?;
        Ok(self.books.read(move |db| store::inbound_by_id(db, id)).await?.outcome)
    }
}

/// What is long past: its senders are vouched for by nobody now, but of whom his own server said that he borrows a name, did. Where
/// it does not say when it was written, it is as old as it has lain on its server.
fn make_history(mail: &mut Read, lay_since_at: Option<Timestamp>) {
    mail.is_history = true;
    mail.sent_at = mail.sent_at.or(lay_since_at);
    if lay_since_at.is_none() || mail.proof != Proof::Failed {
        mail.proof = Proof::Unasked;
    }
}

/// The key of the sentence `mail-reason-…`.
fn word(unreadable: crate::mail::incoming::Unreadable) -> &'static str {
    use crate::mail::incoming::Unreadable as U;
    match unreadable {
        U::Empty => "empty",
        U::NoHeaders => "no-headers",
        U::TooLarge => "too-large",
        U::Panicked => "fault",
    }
}
