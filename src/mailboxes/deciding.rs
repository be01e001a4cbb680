//! Mails that were read become entries, in their order, several in one transaction. The one writer of SQLite is handed the next
//! before the last are on its disk, so that it never waits for us; PostgreSQL, where writes overtake each other, is not.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::maybe_done;
use tokio::task::JoinHandle;

use super::intake::{Decided, Room};
use super::ledger::Inbound;
use super::letter::Read;
use super::mailbox::Mailbox;
use super::taking::{self, quarantine};
use super::{reading, store, take};
use crate::base::id::{AgentId, InboundId};
use crate::base::{Error, Result};
use crate::blobs::BlobName;
use crate::events::{Act, Actor};

/// Mails that are taken in one transaction: some 15 ms, so that calls never wait long for the writer.
const TAKEN_AT_ONCE: usize = 25;

/// Decides about mails of one mailbox.
pub(super) struct Decider<'a> {
    room: &'a Room,
    mailbox: &'a Mailbox,
    /// Mails that are not handed over yet.
    ready: Vec<(InboundId, Read)>,
    on_its_way: Option<Group>,
}

/// Mails that were handed to the database together.
struct Group {
    mails: Arc<Vec<(InboundId, Read)>>,
    by: Actor,
    taken: JoinHandle<Option<Result<()>>>,
}

impl<'a> Decider<'a> {
    pub fn new(room: &'a Room, mailbox: &'a Mailbox) -> Self {
        Self { room, mailbox, ready: Vec::new(), on_its_way: None }
    }

    /// Takes mails, or sets them aside, and returns when all are decided.
    pub async fn decide_all(mut self, read: Vec<Decided>) -> Result<()> {
        self.decide(read).await?;
        self.finish().await
    }

    /// Takes mails, or sets them aside; the last of them are perhaps on their way when it returns, see [`Decider::finish`].
    pub async fn decide(&mut self, read: Vec<Decided>) -> Result<()> {
        for (row, outcome) in read {
            match outcome? {
                Ok(mail) => match agent_of(self.room, self.mailbox, &mail).await? {
                    None => {
                        // What is long past is taken in another's name than what is new.
                        if self.ready.last().is_some_and(|(_, last)| last.is_history != mail.is_history) {
                            self.hand_over().await?;
                        }
                        self.ready.push((row.id, mail));
                    }
                    // In the agent's name, and not before those that came earlier.
                    Some(agent) => {
                        self.finish().await?;
                        take_one(self.room, self.mailbox, row.id, &mail, Actor::Agent(agent)).await?;
                    }
                },
                Err(reason) => set_aside(self.room, row, reason).await?,
            }
            if self.ready.len() >= TAKEN_AT_ONCE {
                self.hand_over().await?;
            }
        }
        self.hand_over().await
    }

    /// Waits until all are decided.
    pub async fn finish(&mut self) -> Result<()> {
        self.hand_over().await?;
        self.wait().await
    }

    /// Waits for mails that are on their way.
    async fn wait(&mut self) -> Result<()> {
        match self.on_its_way.take() {
            Some(group) => settle(self.room, self.mailbox, group).await.map(drop),
            None => Ok(()),
        }
    }

    /// Hands over what is ready, and waits for those before it; for all, where writes can overtake each other.
    async fn hand_over(&mut self) -> Result<()> {
        let Some((_, first)) = self.ready.first() else { return Ok(()) };
        let by = if first.is_history { Actor::Import } else { Actor::Mail };
        let mails = Arc::new(std::mem::take(&mut self.ready));
        let before = self.on_its_way.as_ref().and_then(|group| group.mails.last()).map(|(id, _)| *id);
        let (post, mailbox, all) = (self.room.post.clone(), self.mailbox.clone(), Arc::clone(&mails));
        let books = self.room.books.clone();
        let write = async move {
            books
                .write(by, move |act| {
                    must_follow(act, &mailbox, before)?;
                    all.iter().try_for_each(|(id, mail)| take(act, &post, &mailbox, *id, mail).map(drop))
                })
                .await
        };
        let mut taken = maybe_done(write.boxed());
        // Its first step hands it over, before that of any other.
        let _ = (&mut taken).now_or_never();
        let taken = tokio::spawn(async move {
            (&mut taken).await;
            Pin::new(&mut taken).take_output()
        });
        let before = self.on_its_way.replace(Group { mails, by, taken });
        let were_together = match before {
            Some(before) => settle(self.room, self.mailbox, before).await?,
            None => true,
        };
        // Behind a group that had to be taken apart, the next could not be taken together either, and so on to the end.
        if were_together && self.room.books.store().keeps_order() { Ok(()) } else { self.wait().await }
    }
}

/// Waits for mails that are on their way; when they can't be taken together, each is taken by itself. Says whether they could.
async fn settle(room: &Room, mailbox: &Mailbox, Group { mails, by, taken }: Group) -> Result<bool> {
    match taken.await.map_err(|e| Error::internal("taking mails", e))? {
        Some(Ok(())) => Ok(true),
        Some(Err(Error::Busy(why))) => Err(Error::Busy(why)),
        Some(Err(_)) | None => {
            for (id, mail) in mails.iter() {
                take_one(room, mailbox, *id, mail, by).await?;
            }
            Ok(false)
        }
    }
}

async fn take_one(room: &Room, mailbox: &Mailbox, id: InboundId, mail: &Read, by: Actor) -> Result<()> {
    let (post, mailbox, letter) = (room.post.clone(), mailbox.clone(), mail.clone());
    match room.books.write(by, move |act| take(act, &post, &mailbox, id, &letter)).await {
        Ok(_) => Ok(()),
        Err(Error::Busy(why)) => Err(Error::Busy(why)),
        Err(error) => {
            tracing::error!(mail = %id, %error, "a mail could not be taken; it is set aside");
            let (told, mail) = (error.to_string(), mail.clone());
            room.books
                .write(Actor::Mail, move |act| {
                    let row = store::inbound_by_id(act.db, id)?;
                    let told_of = store::Told {
                        content_key: None,
                        message_id: mail.message_id.as_deref().unwrap_or_default(),
                        sender: &mail.from.address,
                        subject: &mail.subject,
                    };
                    quarantine(act, &row, &told, Some(&told_of))
                })
                .await
        }
    }
}

async fn set_aside(room: &Room, row: Inbound, reason: String) -> Result<()> {
    tracing::warn!(mail = %row.id, mailbox = %row.mailbox, reason, "a mail can't be read; it is set aside");
    let head = match row.blob.as_deref().and_then(BlobName::parse) {
        Some(name) => room.blobs.get(&name).await.map(|raw| reading::told(&raw)).unwrap_or_default(),
        None => (String::new(), String::new(), String::new()),
    };
    room.books
        .write(Actor::Mail, move |act| {
            let (message_id, sender, subject) = &head;
            let told = store::Told { content_key: None, message_id, sender, subject };
            quarantine(act, &row, &reason, Some(&told))
        })
        .await
}

async fn agent_of(room: &Room, mailbox: &Mailbox, mail: &Read) -> Result<Option<AgentId>> {
    // Only a mail that a trusted server vouches for can be an agent's, so most need no question.
    if !mail.is_authenticated() {
        return Ok(None);
    }
    let (post, mailbox, mail) = (room.post.clone(), mailbox.clone(), mail.clone());
    room.books.read(move |db| super::agent_of(db, &post, &mailbox, &mail)).await
}

/// Refuses to take mails before those that came earlier are decided: an answer must find the ticket of what it answers.
fn must_follow(act: &mut Act<'_>, mailbox: &Mailbox, before: Option<InboundId>) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    taking::wait_for_turn(act.db, mailbox.id)?;
    if store::inbound_by_id(act.db, before)?.outcome.is_settled() {
        return Ok(());
    }
    Err(Error::Internal(format!("mail {before}, which came earlier, is not decided")))
}
