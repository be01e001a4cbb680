//! Mailboxes at work: tasks that fetch, a task that sends, both begun anew when something about a mailbox changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{RwLock, watch};
use tokio::task::{AbortHandle, JoinHandle, JoinSet};

use super::fetching::{resume, watch_folder};
use super::intake::Room;
use super::mailbox::Mailbox;
use super::renewing::renew_due;
use super::sending::Carrier;
use super::store;
use super::warning;
use crate::base::id::MailboxId;
use crate::base::{Result, Timestamp};
use crate::events::{Act, Actor, Event, Follower, Record, Start};

/// How often mailboxes are looked at without a sign.
const LOOK: Duration = Duration::from_secs(15);

/// How often tokens are looked at that nobody asks for.
const RENEW: Duration = Duration::from_secs(3600);

/// How long mails are left alone that somebody else may be reading: an import, a fetch from the console.
const UNDER_WAY_MS: i64 = 2 * 60_000;

/// How often the outbox is looked at without a sign.
const POST_ROUND: Duration = Duration::from_secs(1);

/// Hears when a mailbox is changed or a letter is written.
#[derive(Clone)]
pub struct MailboxWatch {
    changed: watch::Sender<u64>,
    written: watch::Sender<u64>,
}

impl Default for MailboxWatch {
    fn default() -> Self {
        Self { changed: watch::channel(0).0, written: watch::channel(0).0 }
    }
}

impl MailboxWatch {
    /// Has the mailboxes looked at now.
    pub fn look(&self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

impl Follower for MailboxWatch {
    fn name(&self) -> &'static str {
        "mailbox_watch"
    }

    fn start(&self) -> Start {
        Start::End
    }

    fn follow(&mut self, _act: &mut Act<'_>, events: &[Record]) -> Result<()> {
        for record in events {
            match record.event {
                Event::MailboxCreated { .. } | Event::MailboxChanged { .. } | Event::MailboxDisabled { .. } => {
                    self.look()
                }
                Event::LetterQueued { .. } => self.written.send_modify(|count| *count += 1),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The tasks of one mailbox.
struct Tasks {
    /// Of which card they are.
    updated_at: Timestamp,
    stop: watch::Sender<bool>,
    folders: Vec<JoinHandle<()>>,
}

/// All tasks of mail.
pub struct Running {
    stop: watch::Sender<bool>,
    fetching: JoinHandle<()>,
    sending: JoinHandle<()>,
    keeping: JoinHandle<()>,
    carrier: Carrier,
    renewing: Arc<RwLock<()>>,
}

impl Running {
    /// Begins to fetch and to send.
    pub fn start(room: Room, signs: &MailboxWatch) -> Self {
        let (stop, stopped) = watch::channel(false);
        let keeping = tokio::spawn(keep_signed_in(room.clone(), stopped.clone()));
        let fetching = tokio::spawn(supervise(room.clone(), signs.changed.subscribe(), stopped.clone()));
        let renewing = Arc::clone(&room.renewing);
        let carrier = Carrier::new(room);
        let sending = tokio::spawn(carry(carrier.clone(), signs.written.subscribe(), stopped));
        Self { stop, fetching, sending, keeping, carrier, renewing }
    }

    /// Sends everything that is due now, for tests and the command line.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn send_due(&self) -> Result<usize> {
        self.carrier.send_due().await
    }

    /// Ends all tasks; a letter that is on its way is waited for, and so are tokens.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = tokio::join!(self.fetching, self.sending, self.keeping);
        drop(self.renewing.write().await);
    }
}

async fn carry(carrier: Carrier, mut written: watch::Receiver<u64>, mut stopped: watch::Receiver<bool>) {
    // Letters may be held in the name of this node that it does not hand over.
    let mut doubtful = true;
    while !*stopped.borrow() && stopped.has_changed().is_ok() {
        if let Err(error) = round(&carrier, &mut doubtful).await {
            doubtful = true;
            tracing::warn!(%error, "the outbox can't be read; it will be tried again");
        }
        tokio::select! {
            _ = stopped.changed() => {}
            _ = written.changed() => {}
            () = tokio::time::sleep(POST_ROUND) => {}
        }
    }
    carrier.rest().await;
}

/// Renews tokens now and then, whoever else asks for them or not, until it is stopped or nobody is left who could stop it.
async fn keep_signed_in(room: Room, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        _ = stopped.wait_for(|is_stopped| *is_stopped) => {}
        () = renew_on(&room) => {}
    }
}

async fn renew_on(room: &Room) {
    loop {
        if let Err(error) = renew_due(room).await {
            tracing::warn!(%error, "the sign-ins of mailboxes can't be looked at; it will be tried again");
        }
        tokio::time::sleep(RENEW).await;
    }
}

async fn round(carrier: &Carrier, doubtful: &mut bool) -> Result<()> {
    if *doubtful && carrier.resume().await? {
        *doubtful = false;
    }
    carrier.round().await.map(drop)
}

async fn supervise(room: Room, mut changed: watch::Receiver<u64>, mut stopped: watch::Receiver<bool>) {
    let mut running: BTreeMap<MailboxId, Tasks> = BTreeMap::new();
    // What is not done when this ends is found again.
    let mut resuming = Resuming::default();
    if let Err(error) = room.books.write(Actor::Mail, |act| store::end_waves(act.db)).await {
        tracing::warn!(%error, "a sign-in that is refused now may be counted with those before");
    }
    while !*stopped.borrow() && stopped.has_changed().is_ok() {
        match room.books.read(store::mailboxes).await {
            Ok(all) => arrange(&room, &mut running, all).await,
            Err(error) => tracing::warn!(%error, "the mailboxes can't be read; it will be tried again"),
        }
        let watched = running.keys().copied().collect();
        if let Err(error) = take_up(&room, &watched, &mut resuming).await {
            tracing::warn!(%error, "mails that were begun can't be gone on with; it will be tried again");
        }
        if let Err(error) = warning::warn(&room).await {
            tracing::warn!(%error, "nobody could be told of a sign-in that ends; it will be tried again");
        }
        tokio::select! {
            _ = stopped.changed() => {}
            _ = changed.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    resuming.tasks.shutdown().await;
    for (id, tasks) in running {
        end(&room, id, tasks).await;
    }
}

/// Ends what is no longer wanted and begins what is.
async fn arrange(room: &Room, running: &mut BTreeMap<MailboxId, Tasks>, all: Vec<Mailbox>) {
    let wanted = |id: MailboxId, at: Timestamp| all.iter().any(|m| m.id == id && m.is_tried() && m.updated_at == at);
    let over: Vec<MailboxId> = running
        .iter()
        .filter(|(id, tasks)| !wanted(**id, tasks.updated_at) || tasks.folders.iter().all(JoinHandle::is_finished))
        .map(|(id, _)| *id)
        .collect();
    for id in over {
        if let Some(tasks) = running.remove(&id) {
            end(room, id, tasks).await;
        }
    }
    for mailbox in all.into_iter().filter(Mailbox::is_tried) {
        running.entry(mailbox.id).or_insert_with(|| {
            let (stop, stopped) = watch::channel(false);
            let watched = mailbox.folders().into_iter();
            let folders = watched
                .map(|folder| tokio::spawn(watch_folder(room.clone(), mailbox.clone(), folder, stopped.clone())))
                .collect();
            Tasks { updated_at: mailbox.updated_at, stop, folders }
        });
    }
}

/// The tasks that go on with mails that were begun.
#[derive(Default)]
struct Resuming {
    tasks: JoinSet<()>,
    of: BTreeMap<(MailboxId, String), AbortHandle>,
}

/// Goes on with mails that were begun and not decided, and with which no task of their folder goes on: it is watched no more, its
/// mailbox is switched off, its server is away, or they are of an archive. Each folder by itself, as a mail may take half a
/// minute.
async fn take_up(room: &Room, watched: &BTreeSet<MailboxId>, resuming: &mut Resuming) -> Result<()> {
    while resuming.tasks.try_join_next().is_some() {}
    resuming.of.retain(|_, task| !task.is_finished());
    let now = room.books.clock().now();
    for (id, folder, oldest) in room.books.read(store::unsettled_folders).await? {
        if resuming.of.contains_key(&(id, folder.clone())) {
            continue;
        }
        let mailbox = room.books.read(move |db| store::mailbox_by_id(db, id)).await?;
        let has_task = watched.contains(&id) && mailbox.folders().contains(&folder);
        let patience_ms = if has_task { store::UNDECIDED_MS } else { UNDER_WAY_MS };
        if now.since_ms(oldest) >= patience_ms {
            let (room, name) = (room.clone(), folder.clone());
            let task = resuming.tasks.spawn(async move {
                if let Err(trouble) = resume(&room, &mailbox, &name).await {
                    tracing::warn!(mailbox = mailbox.card.name, folder = name, %trouble, "mails that were begun wait on");
                }
            });
            resuming.of.insert((id, folder), task);
        }
    }
    Ok(())
}

async fn end(room: &Room, id: MailboxId, tasks: Tasks) {
    tasks.stop.send_replace(true);
    for folder in tasks.folders {
        let _ = folder.await;
    }
    let node = room.node.clone();
    let released = room.books.write(Actor::Mail, move |act| store::release(act.db, id, &node)).await;
    if let Err(error) = released {
        tracing::warn!(%error, "a mailbox stays leased until its time is over");
    }
}
