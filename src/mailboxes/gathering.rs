//! From numbers on a server to tickets: while some mails are taken, the next are read, and those after them fetched.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::deciding::Decider;
use super::fetching::Trouble;
use super::intake::{Raw, Room};
use super::lying::Lot;
use super::mailbox::Mailbox;
use super::store;
use super::withholding::Doubts;
use crate::base::{Error, Result, Timestamp};
use crate::events::Actor;
use crate::mail::imap::{self, Found, SLICE_BYTES, Session, batches};

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

/// A folder at work.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub room: &'a Room,
    pub mailbox: &'a Mailbox,
    pub folder: &'a str,
    /// Which life of the folder.
    pub validity: i64,
    /// Since when it is watched.
    pub since_at: Timestamp,
    /// Whether mails are asked for that the ledger knows as ones that were left.
    pub left_too: bool,
}

/// Takes mails by their numbers, those that the ledger knows left out, and those that the server is known not to hand over. In
/// the order of the folder, whatever their size: an answer comes after what it answers. While some are taken, the next are
/// read, those after them put on the disk, and those after them fetched.
pub(super) async fn take_uids(
    place: Place<'_>,
    session: &mut Session,
    doubts: &mut Doubts,
    uids: &[u32],
) -> Result<(), Trouble> {
    let Place { room, mailbox, folder, validity, .. } = place;
    let (fetched, mut to_keep) = mpsc::channel::<Batch>(AHEAD);
    let (kept, mut to_begin) = mpsc::channel(AHEAD);
    let (begun, mut to_take) = mpsc::channel(AHEAD);
    let keeping = async move {
        while let Some(Batch { mails, lain, left, room: held }) = to_keep.recv().await {
            if kept.send((room.keep(mails).await?, lain, left, held)).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let beginning = async move {
        while let Some((mails, lain, left, held)) = to_begin.recv().await {
            room.leave(mailbox, folder, validity, &left).await?;
            let some = room.begin(mailbox, folder, validity, mails, lain).await?;
            let (room, mailbox) = (room.clone(), mailbox.clone());
            let reading = tokio::spawn(async move { room.read_all(&mailbox, some).await });
            if begun.send((reading, held)).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    let taking = async move {
        let mut decider = Decider::new(room, mailbox);
        loop {
            let next = match to_take.try_recv() {
                Err(mpsc::error::TryRecvError::Empty) => {
                    decider.finish().await?;
                    to_take.recv().await
                }
                next => next.ok(),
            };
            let Some((reading, held)) = next else { break };
            let read = reading.await.map_err(|e| Error::internal("reading mails", e))??;
            decider.decide(read).await?;
            drop(held);
        }
        Ok(decider.finish().await?)
    };
    let fetching = Fetcher::new(place, session, doubts, Ahead::new(fetched)).fetch(uids);
    // Each goes on with what is on its way when one before it fails, and ends when one behind it does: so the last says why.
    let (fetched, kept, begun, taken) = tokio::join!(fetching, keeping, beginning, taking);
    let ended = taken.and(begun).and(kept).and(fetched);
    if matches!(ended, Err(Trouble::Desk(Error::Busy(_)))) {
        let (id, name) = (mailbox.id, folder.to_owned());
        let open = room.books.read(move |db| store::unsettled(db, id, &name)).await?;
        room.give_attempts_back(open.into_iter().map(|row| row.id).collect()).await;
    }
    ended
}

/// Mails on their way from the server into tickets, and the memory that they hold meanwhile.
#[derive(Default)]
struct Batch {
    mails: Vec<Raw>,
    /// Since when those of them lay there that are history.
    lain: BTreeMap<i64, Timestamp>,
    /// Mails that are left where they are, and why.
    left: Vec<(Found, &'static str)>,
    room: Option<OwnedSemaphorePermit>,
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
    async fn hand_on(&self, batch: Batch) -> Result<(), Trouble> {
        // Whoever no longer takes them says why himself.
        let gone = |_| Trouble::Desk(Error::Internal("nobody takes mails any more".into()));
        self.to.send(batch).await.map_err(gone)
    }
}

/// Fetches mails and hands them on.
struct Fetcher<'a> {
    place: Place<'a>,
    session: &'a mut Session,
    doubts: &'a mut Doubts,
    ahead: Ahead,
    /// Octets of the largest mail that is taken whole.
    most: u64,
}

impl<'a> Fetcher<'a> {
    fn new(place: Place<'a>, session: &'a mut Session, doubts: &'a mut Doubts, ahead: Ahead) -> Self {
        let most = u64::try_from(place.mailbox.card.size_bytes_max).unwrap_or(u64::MAX);
        Self { place, session, doubts, ahead, most }
    }

    fn now(&self) -> Timestamp {
        self.place.room.books.clock().now()
    }

    /// Some at a time.
    async fn fetch(mut self, uids: &[u32]) -> Result<(), Trouble> {
        let (Place { room, mailbox, folder, .. }, most) = (self.place, self.most);
        for some in uids.chunks(UIDS_AT_ONCE) {
            let open = if self.place.left_too { some.to_vec() } else { unknown(self.place, some).await? };
            let asked = self.doubts.without_left(open, self.now());
            if asked.is_empty() {
                continue;
            }
            let (id, name) = (mailbox.id, folder.to_owned());
            room.books.write(Actor::Mail, move |act| store::note_behind(act.db, id, &name, act.now)).await?;
            let (mut found, mut left) = (self.sizes(&asked).await?, Vec::new());
            found.retain(|mail| match Lot::of(self.place, mail) {
                Lot::Left(why) => {
                    left.push((*mail, why));
                    false
                }
                Lot::Taken | Lot::Lain(_) => true,
            });
            for alike in found.chunk_by(|one, next| Way::of(one, most) == Way::of(next, most)) {
                let Some(first) = alike.first() else { continue };
                match Way::of(first, most) {
                    Way::Batch => {
                        for batch in batches(alike) {
                            self.batch(batch).await?;
                        }
                    }
                    way => {
                        for mail in alike {
                            self.alone(mail, way).await?;
                        }
                    }
                }
            }
            // Behind the others, as they move the mark.
            if !left.is_empty() {
                self.ahead.hand_on(Batch { left, ..Batch::default() }).await?;
            }
        }
        Ok(())
    }

    /// What the server says of mails; of those that it says nothing of, nothing.
    async fn sizes(&mut self, uids: &[u32]) -> Result<Vec<Found>, Trouble> {
        let mut found = Vec::new();
        let mut open = self.doubts.parts(uids, |uid| *uid);
        open.reverse();
        while let Some(part) = open.pop() {
            match self.session.sizes(part).await {
                Ok(some) => {
                    for uid in part.iter().filter(|uid| some.binary_search_by_key(*uid, |mail| mail.uid).is_err()) {
                        self.doubts.miss(*uid, self.now());
                    }
                    found.extend(some);
                }
                Err(error) => {
                    let fewer = self.doubts.blame(part, error, self.now())?;
                    open.extend(fewer.into_iter().flat_map(|count| part.chunks(count).rev()));
                }
            }
        }
        Ok(found)
    }

    /// Several at once; in parts where the server does not hand over one of them.
    async fn batch(&mut self, batch: &[Found]) -> Result<(), Trouble> {
        let mut open = self.doubts.parts(batch, |mail| mail.uid);
        open.reverse();
        while let Some(part) = open.pop() {
            self.place.room.must_have_room()?;
            let held = self.ahead.room_for(part.iter().map(|mail| mail.size).sum()).await?;
            match self.session.fetch(part).await {
                Ok(fetched) => {
                    for uid in fetched.missing {
                        self.doubts.miss(uid, self.now());
                    }
                    let mails = fetched.mails.into_iter();
                    let raw = mails.map(|m| Raw { uid: i64::from(m.uid), octets: m.raw, whole_bytes: None });
                    self.hand_on(raw.collect(), part, held).await?;
                }
                Err(error) => {
                    let uids: Vec<u32> = part.iter().map(|mail| mail.uid).collect();
                    let fewer = self.doubts.blame(&uids, error, self.now())?;
                    open.extend(fewer.into_iter().flat_map(|count| part.chunks(count).rev()));
                }
            }
        }
        Ok(())
    }

    /// One that comes by itself.
    async fn alone(&mut self, mail: &Found, way: Way) -> Result<(), Trouble> {
        self.place.room.must_have_room()?;
        let held = self.ahead.room_for(mail.size.min(self.most)).await?;
        match large(self.session, mail, way, self.most).await {
            Ok(Some(raw)) => self.hand_on(vec![raw], &[*mail], held).await,
            Ok(None) => {
                self.doubts.miss(mail.uid, self.now());
                Ok(())
            }
            Err(error) => self.doubts.blame(&[mail.uid], error, self.now()).map(drop),
        }
    }

    async fn hand_on(&mut self, mails: Vec<Raw>, found: &[Found], held: OwnedSemaphorePermit) -> Result<(), Trouble> {
        for uid in mails.iter().filter_map(|mail| u32::try_from(mail.uid).ok()) {
            self.doubts.came(uid);
        }
        let lain = found.iter().filter_map(|mail| match Lot::of(self.place, mail) {
            Lot::Lain(at) => Some((i64::from(mail.uid), at)),
            Lot::Taken | Lot::Left(_) => None,
        });
        self.ahead.hand_on(Batch { mails, lain: lain.collect(), left: Vec::new(), room: Some(held) }).await
    }
}

/// A mail that comes by itself; nothing when it is gone.
async fn large(session: &mut Session, mail: &Found, way: Way, most: u64) -> imap::Result<Option<Raw>> {
    let uid = i64::from(mail.uid);
    if way == Way::Head {
        let whole_bytes = Some(i64::try_from(mail.size).unwrap_or(i64::MAX));
        return Ok(session.head(mail.uid).await?.map(|octets| Raw { uid, octets, whole_bytes }));
    }
    whole(session, mail, most).await
}

/// A whole mail, in slices; nothing when it is gone.
pub(super) async fn whole(session: &mut Session, mail: &Found, most: u64) -> imap::Result<Option<Raw>> {
    let mut octets = Vec::new();
    // Servers are a little wrong about sizes.
    let whole = session.fetch_to(mail, most.saturating_add(most / 8), &mut octets).await?;
    Ok(whole.map(|_| Raw { uid: i64::from(mail.uid), octets, whole_bytes: None }))
}

/// Those of these numbers that the ledger does not know.
pub(super) async fn unknown(place: Place<'_>, uids: &[u32]) -> Result<Vec<u32>> {
    let (id, name, validity) = (place.mailbox.id, place.folder.to_owned(), place.validity);
    let asked: Vec<i64> = uids.iter().map(|uid| i64::from(*uid)).collect();
    let known = place.room.books.read(move |db| store::places_known(db, id, &name, validity, &asked)).await?;
    Ok(uids.iter().copied().filter(|uid| !known.contains(&i64::from(*uid))).collect())
}
