//! From numbers on a server to tickets: while some mails are taken, the next are read, and those after them fetched.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::fetching::Trouble;
use super::intake::{Raw, Room};
use super::mailbox::Mailbox;
use super::store;
use crate::base::{Error, Result};
use crate::events::Actor;
use crate::mail::imap::{Found, SLICE_BYTES, Session, batches};

/// Numbers that are compared and fetched in one go, so that a folder of a million mails needs no memory of its own.
pub(super) const UIDS_AT_ONCE: usize = 1_000;

/// Batches that wait between two steps.
const AHEAD: usize = 1;

/// Octets of mails between fetching and taking.
const AHEAD_BYTES: usize = 24 << 20;

/// How much of a mail is fetched, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// With others at once.
    Batch,
    /// In slices.
    Slices,
    /// Its beginning alone: it is larger than what is taken.
    Head,
}

impl Way {
    fn of(mail: &Found, most: u64) -> Self {
        match mail.size {
            size if size > most => Self::Head,
            size if size > SLICE_BYTES => Self::Slices,
            _ => Self::Batch,
        }
    }
}

/// Takes mails by their numbers, those that the ledger knows left out. In the order of the folder, whatever their size: an
/// answer comes after what it answers, and the mark never passes a mail that was not taken. While some are taken, the next
/// are read, and those after them fetched.
pub(super) async fn take_uids(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    validity: i64,
    session: &mut Session,
    uids: &[u32],
) -> Result<(), Trouble> {
    let (fetched, mut to_begin) = mpsc::channel::<Batch>(AHEAD);
    let (begun, mut to_take) = mpsc::channel(AHEAD);
    let beginning = async move {
        while let Some(Batch { mails, room: held }) = to_begin.recv().await {
            let some = room.begin(mailbox, folder, validity, mails).await?;
            let (room, mailbox) = (room.clone(), mailbox.clone());
            let reading = tokio::spawn(async move { room.read_all(&mailbox, some).await });
            if begun.send((reading, held)).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let taking = async move {
        while let Some((reading, held)) = to_take.recv().await {
            let read = reading.await.map_err(|e| Error::internal("reading mails", e))?;
            room.decide(mailbox, read).await?;
            drop(held);
        }
        Ok(())
    };
    let fetching = fetch_uids(room, mailbox, folder, validity, session, uids, Ahead::new(fetched));
    // Each goes on with what is on its way when one before it fails, and ends when one behind it does: so the last says why.
    let (fetched, begun, taken) = tokio::join!(fetching, beginning, taking);
    let ended = taken.and(begun).and(fetched);
    if matches!(ended, Err(Trouble::Desk(Error::Busy(_)))) {
        let (id, name) = (mailbox.id, folder.to_owned());
        let open = room.books.read(move |db| store::unsettled(db, id, &name)).await?;
        room.give_attempts_back(open.into_iter().map(|row| row.id).collect()).await;
    }
    ended
}

/// Mails on their way from the server into tickets, and the memory that they hold meanwhile.
struct Batch {
    mails: Vec<Raw>,
    room: OwnedSemaphorePermit,
}

/// The way from fetching to beginning, which is as wide as [`AHEAD_BYTES`].
struct Ahead {
    to: mpsc::Sender<Batch>,
    kibibytes: Arc<Semaphore>,
}

impl Ahead {
    fn new(to: mpsc::Sender<Batch>) -> Self {
        Self { to, kibibytes: Arc::new(Semaphore::new(AHEAD_BYTES >> 10)) }
    }

    /// Waits until mails of so many octets fit; one that never would waits until it is alone.
    async fn room_for(&self, octets: u64) -> Result<OwnedSemaphorePermit, Trouble> {
        let most = AHEAD_BYTES >> 10;
        let wanted = usize::try_from(octets >> 10).unwrap_or(most).clamp(1, most);
        let room = Arc::clone(&self.kibibytes).acquire_many_owned(u32::try_from(wanted).unwrap_or(u32::MAX));
        room.await.map_err(|e| Trouble::Desk(Error::internal("making room for mails", e)))
    }

    /// Hands mails on.
    async fn hand_on(&self, mails: Vec<Raw>, room: OwnedSemaphorePermit) -> Result<(), Trouble> {
        // Whoever no longer takes them says why himself.
        let gone = |_| Trouble::Desk(Error::Internal("nobody takes mails any more".into()));
        self.to.send(Batch { mails, room }).await.map_err(gone)
    }
}

/// Fetches mails and hands them on, some at a time.
async fn fetch_uids(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    validity: i64,
    session: &mut Session,
    uids: &[u32],
    ahead: Ahead,
) -> Result<(), Trouble> {
    let most = u64::try_from(mailbox.card.size_bytes_max).unwrap_or(u64::MAX);
    for some in uids.chunks(UIDS_AT_ONCE) {
        let unknown = unknown(room, mailbox, folder, validity, some).await?;
        if !unknown.is_empty() {
            let (id, name) = (mailbox.id, folder.to_owned());
            room.books.write(Actor::Mail, move |act| store::note_behind(act.db, id, &name, act.now)).await?;
        }
        let found = session.sizes(&unknown).await?;
        for alike in found.chunk_by(|one, next| Way::of(one, most) == Way::of(next, most)) {
            let Some(first) = alike.first() else { continue };
            match Way::of(first, most) {
                Way::Batch => {
                    for batch in batches(alike) {
                        room.must_have_room()?;
                        let held = ahead.room_for(batch.iter().map(|mail| mail.size).sum()).await?;
                        let mails = session.fetch(batch).await?.mails.into_iter();
                        let raw = mails.map(|m| Raw { uid: i64::from(m.uid), octets: m.raw, whole_bytes: None });
                        ahead.hand_on(raw.collect(), held).await?;
                    }
                }
                way => {
                    for mail in alike {
                        room.must_have_room()?;
                        let held = ahead.room_for(mail.size.min(most)).await?;
                        let Some(raw) = large(session, mail, way, most).await? else { continue };
                        ahead.hand_on(vec![raw], held).await?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// A mail that comes by itself; nothing when it is gone.
async fn large(session: &mut Session, mail: &Found, way: Way, most: u64) -> Result<Option<Raw>, Trouble> {
    let uid = i64::from(mail.uid);
    if way == Way::Head {
        let whole_bytes = Some(i64::try_from(mail.size).unwrap_or(i64::MAX));
        return Ok(session.head(mail.uid).await?.map(|octets| Raw { uid, octets, whole_bytes }));
    }
    whole(session, mail, most).await
}

/// A whole mail, in slices; nothing when it is gone.
pub(super) async fn whole(session: &mut Session, mail: &Found, most: u64) -> Result<Option<Raw>, Trouble> {
    let mut octets = Vec::new();
    // Servers are a little wrong about sizes.
    let whole = session.fetch_to(mail, most.saturating_add(most / 8), &mut octets).await?;
    Ok(whole.map(|_| Raw { uid: i64::from(mail.uid), octets, whole_bytes: None }))
}

/// Those of these numbers that the ledger does not know.
pub(super) async fn unknown(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    validity: i64,
    uids: &[u32],
) -> Result<Vec<u32>> {
    let (id, name) = (mailbox.id, folder.to_owned());
    let asked: Vec<i64> = uids.iter().map(|uid| i64::from(*uid)).collect();
    let known = room.books.read(move |db| store::places_known(db, id, &name, validity, &asked)).await?;
    Ok(uids.iter().copied().filter(|uid| !known.contains(&i64::from(*uid))).collect())
}
