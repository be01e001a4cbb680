//! Archives of old mails are taken in, by the way that all mails go: onto the disk, into the ledger, into tickets. They keep
//! their times, nobody is told of them, and nothing in them is obeyed.
//!
//! A mail of an archive stands in the ledger under the folder `import:NAME`, with a number made of its octets: so an import
//! that was interrupted goes on where it was, a second one does nothing, and it does not matter when the archive was sorted
//! or grew meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::intake::{Raw, Room};
use super::ledger::{IMPORT_PREFIX, IMPORT_VALIDITY, Inbound, Outcome};
use super::mailbox::Mailbox;
use super::reading::{self, Parsed};
use super::store;
use crate::base::id::TicketId;
use crate::base::text::clean_line;
use crate::base::{Result, sha256_hex};
use crate::events::{self, Act, Actor, Subject};
use crate::mail::archive::{Archive, Piece};
use crate::tickets;

/// Mails that are taken together, and the octets after which no more are added.
const BATCH_MAILS: usize = 50;
const BATCH_BYTES: usize = 8 << 20;

/// Events of a ticket, the newest, among which those of agents are looked for.
const CHANGES_MAX: i64 = 100;

/// Octets of a mail that is too large to be taken whole.
const HEAD_BYTES: u64 = 256 << 10;

/// How an archive is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    /// What it is called in the ledger.
    pub name: String,
    /// Whether the tickets that are made of it are closed: they are history.
    pub closed: bool,
    /// Whether nothing is written; only what would become of each mail is said.
    pub dry_run: bool,
}

/// What became of the mails of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Mails in the archive.
    pub mails: usize,
    /// Those that were looked at.
    pub done: usize,
    /// Entries of tickets.
    pub taken: usize,
    /// Taken by an earlier import of this archive.
    pub known: usize,
    /// The mailbox has the same letter already.
    pub duplicates: usize,
    /// Nobody can read them; they are in quarantine.
    pub quarantined: usize,
    /// Larger than what is taken: their tickets have the beginning.
    pub too_large: usize,
    /// Anything else: bounces of strangers, mails of our own, files that can't be read.
    pub left_out: usize,
}

/// What is told on the way.
#[derive(Debug, Clone, Copy)]
pub enum Told<'a> {
    /// How far it is.
    Progress(&'a Tally),
    /// A mail that became no entry: its name, and why; a sentence or a key of `mail-reason-…`.
    Skipped(&'a str, &'a str),
}

/// What is read and not decided yet.
#[derive(Default)]
struct Batch {
    bytes: usize,
    mails: Vec<(i64, String, Piece)>,
}

/// Takes the mails of an archive, until all are taken or `tell` says [`ControlFlow::Break`]; what was taken until then stays.
/// Its files are read on the thread that runs it.
///
/// # Errors
/// Those of the database and the blob store, and [`Error::Busy`](crate::base::Error::Busy) when the disk is nearly full; another
/// import of the same archive goes on from there.
pub async fn import(
    room: &Room,
    mailbox: &Mailbox,
    archive: &Archive,
    how: &Import,
    mut tell: impl FnMut(Told<'_>) -> ControlFlow<()>,
) -> Result<Tally> {
    let folder = format!("{IMPORT_PREFIX}{}", clean_line(&how.name, 100));
    let mut tally = Tally { mails: archive.mails.len(), ..Tally::default() };
    let mut seen = BTreeSet::new();
    if !how.dry_run {
        // Those over which an earlier import was killed.
        room.resume(mailbox, &folder).await?;
    }
    for (name, why) in &archive.left_out {
        let _ = tell(Told::Skipped(name, why));
    }
    let bytes_max = u64::try_from(mailbox.card.size_bytes_max).unwrap_or(u64::MAX);
    let mut places = archive.mails.iter().peekable();
    let mut batch = Batch::default();
    while let Some(place) = places.next() {
        tally.done += 1;
        match archive.read(place, bytes_max, HEAD_BYTES) {
            Ok(piece) => {
                batch.bytes += piece.octets.len();
                let number = number(&piece);
                if batch.mails.iter().any(|(other, ..)| *other == number) {
                    tally.duplicates += 1;
                    let _ = tell(Told::Skipped(&place.name(), "mail-reason-duplicate"));
                } else {
                    batch.mails.push((number, place.name(), piece));
                }
            }
            Err(error) => {
                tally.left_out += 1;
                let _ = tell(Told::Skipped(&place.name(), &error.to_string()));
            }
        }
        if batch.mails.len() < BATCH_MAILS && batch.bytes < BATCH_BYTES && places.peek().is_some() {
            continue;
        }
        let ready = std::mem::take(&mut batch);
        if how.dry_run {
            look(room, mailbox, &folder, ready, &mut seen, &mut tally, &mut tell).await?;
        } else {
            room.must_have_room()?;
            take(room, mailbox, &folder, how, ready, &mut tally, &mut tell).await?;
        }
        if tell(Told::Progress(&tally)).is_break() {
            break;
        }
    }
    Ok(tally)
}

/// The number under which a mail of an archive stands in the ledger: 60 bits of the hash of its octets.
fn number(piece: &Piece) -> i64 {
    let mut octets = piece.octets.clone();
    octets.extend_from_slice(&piece.whole_bytes.unwrap_or_default().to_be_bytes());
    let hash = sha256_hex(&octets);
    hash.get(..15).and_then(|digits| i64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// Leaves those out that an earlier import took.
async fn without_known(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    batch: &mut Batch,
    tally: &mut Tally,
) -> Result<()> {
    let (id, name, asked) =
        (mailbox.id, folder.to_owned(), batch.mails.iter().map(|(number, ..)| *number).collect::<Vec<i64>>());
    let known = room.books.read(move |db| store::places_known(db, id, &name, IMPORT_VALIDITY, &asked)).await?;
    tally.known += known.len();
    batch.mails.retain(|(number, ..)| !known.contains(number));
    Ok(())
}

async fn take(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    how: &Import,
    mut batch: Batch,
    tally: &mut Tally,
    tell: &mut impl FnMut(Told<'_>) -> ControlFlow<()>,
) -> Result<()> {
    let all: Vec<i64> = batch.mails.iter().map(|(number, ..)| *number).collect();
    without_known(room, mailbox, folder, &mut batch, tally).await?;
    let mut names = BTreeMap::new();
    let mut mails = Vec::new();
    for (uid, name, piece) in batch.mails {
        names.insert(uid, name);
        let whole_bytes = piece.whole_bytes.map(|octets| i64::try_from(octets).unwrap_or(i64::MAX));
        mails.push(Raw { uid, octets: piece.octets, whole_bytes });
    }
    room.take_all(mailbox, folder, IMPORT_VALIDITY, mails).await?;
    let (id, asked) = (mailbox.id, folder.to_owned());
    let rows = room.books.read(move |db| store::imported(db, id, &asked, &all)).await?;
    for (row, name) in rows.iter().filter_map(|row| Some((row, names.get(&row.uid)?))) {
        count(tally, row.outcome);
        if row.outcome != Outcome::Entry {
            let _ = tell(Told::Skipped(name, &row.reason));
        }
    }
    // Those as well that an earlier import took and had no time to close.
    if how.closed {
        let tickets: BTreeSet<TicketId> = rows.iter().filter_map(|row: &Inbound| row.ticket).collect();
        room.books.write(Actor::Import, move |act| tickets.into_iter().try_for_each(|id| close(act, id))).await?;
    }
    Ok(())
}

/// Closes a ticket that nobody works on, if it is nothing but history. An earlier part of the archive may have closed it, and a
/// later letter opened it again.
fn close(act: &mut Act<'_>, id: TicketId) -> Result<()> {
    let history = events::history_of(act.db, Subject::Ticket(id), CHANGES_MAX)?;
    if history.iter().any(|record| matches!(record.actor, Some(Actor::Agent(_)))) {
        return Ok(());
    }
    end(act, id)
}

/// Closes a ticket that is nothing but history, as of its last letter.
pub(super) fn end(act: &mut Act<'_>, id: TicketId) -> Result<()> {
    let ticket = tickets::by_id(act.db, id)?;
    if ticket.closed_at.is_some() || !store::is_history_alone(act.db, id)? {
        return Ok(());
    }
    let now = std::mem::replace(&mut act.now, ticket.updated_at);
    let closed = ticket.close(act);
    act.now = now;
    closed
}

fn count(tally: &mut Tally, outcome: Outcome) {
    match outcome {
        Outcome::Entry => tally.taken += 1,
        Outcome::Duplicate => tally.duplicates += 1,
        Outcome::Quarantined => tally.quarantined += 1,
        Outcome::TooLarge => tally.too_large += 1,
        Outcome::StrayBounce | Outcome::Refused | Outcome::Reading => tally.left_out += 1,
    }
}

/// Says what would become of mails.
async fn look(
    room: &Room,
    mailbox: &Mailbox,
    folder: &str,
    mut batch: Batch,
    seen: &mut BTreeSet<u64>,
    tally: &mut Tally,
    tell: &mut impl FnMut(Told<'_>) -> ControlFlow<()>,
) -> Result<()> {
    without_known(room, mailbox, folder, &mut batch, tally).await?;
    for (_, name, piece) in batch.mails {
        let (outcome, reason) = match reading::parse(&room.post, mailbox, None, &piece.octets) {
            Err(unreadable) => (Outcome::Quarantined, unreadable.to_string()),
            Ok(parsed) => foreseen(room, mailbox, &parsed, piece.whole_bytes.is_some(), seen).await?,
        };
        count(tally, outcome);
        if outcome != Outcome::Entry {
            let _ = tell(Told::Skipped(&name, &reason));
        }
    }
    Ok(())
}

/// What would become of a mail that can be read, as far as it can be said before its neighbours are tickets.
async fn foreseen(
    room: &Room,
    mailbox: &Mailbox,
    parsed: &Parsed,
    partial: bool,
    seen: &mut BTreeSet<u64>,
) -> Result<(Outcome, String)> {
    let (key, id) = (parsed.read().content_key.clone(), mailbox.id);
    let asked = key.clone();
    // The first 64 bits are enough to tell a million mails apart, and take little room.
    let short = key.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
    let is_known = room.books.read(move |db| store::has_content(db, id, &asked)).await?;
    let said = |outcome, reason: &str| Ok((outcome, reason.to_owned()));
    match () {
        () if is_known || !seen.insert(short) => said(Outcome::Duplicate, "mail-reason-duplicate"),
        () if parsed.read().is_own => said(Outcome::Refused, "mail-reason-own"),
        () if partial => said(Outcome::TooLarge, "mail-reason-too-large"),
        () => said(Outcome::Entry, ""),
    }
}
