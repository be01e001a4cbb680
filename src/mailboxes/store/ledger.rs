//! SQL of the ledger and of how far folders are read.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::base::id::{EntryId, InboundId, MailboxId, TicketId};
use crate::base::{Cursor, Page, Result, Timestamp};
use crate::db::schema::{inbound_mails as i, mail_folders as f};
use crate::db::{Db, each_backend};
use crate::mailboxes::ledger::{FolderState, IMPORT_VALIDITY, Inbound, LedgerFilter, Outcome, Spot};

/// The reason of an entry of which a trusted server says that somebody else wrote it.
pub(in crate::mailboxes) const REFUTED: &str = "mail-reason-refuted";

/// Rows that a question about one mail answers with.
pub const FOUND_MAX: i64 = 200;

/// Mails, the newest, among which a part of a word is looked for: it is found by reading, and reading everything takes long.
pub const PARTS_MAX: i64 = 50_000;

/// How long a mail may be read: whatever the disk and the database do, it is decided long before.
pub(in crate::mailboxes) const UNDECIDED_MS: i64 = 10 * 60_000;

/// Rows in one `IN (..)`.
const AT_ONCE: usize = 500;

macro_rules! columns {
    () => {
        (
            i::id,
            i::mailbox_id,
            i::folder,
            i::uid_validity,
            i::uid,
            i::blob,
            i::message_id,
            i::sender,
            i::subject,
            i::size_bytes,
            i::outcome,
            i::reason,
            i::attempts,
            i::ticket_id,
            i::entry_id,
            i::seen_at,
            i::settled_at,
            i::filed_at,
            i::lay_since_at,
        )
    };
}

/// How far a folder is read.
pub(in crate::mailboxes) fn folder_state(db: &mut Db, mailbox: MailboxId, name: &str) -> Result<Option<FolderState>> {
    let found = f::table.find((mailbox, name)).select(f::all_columns).first(db).optional()?;
    Ok(found)
}

/// How far all folders are read.
pub fn folder_states(db: &mut Db) -> Result<Vec<FolderState>> {
    Ok(f::table.order((f::mailbox_id, f::name)).limit(2_000).select(f::all_columns).load(db)?)
}

/// How many mails of each mailbox are not accounted for: they stand on its server and the ledger does not know them, or they
/// were begun to be read long ago and are not decided. None is missing where nothing is wrong.
pub fn unaccounted_for(db: &mut Db, now: Timestamp) -> Result<BTreeMap<MailboxId, i64>> {
    let unknown = folder_states(db)?.into_iter().map(|state| (state.mailbox, state.unaccounted));
    let mut sums = BTreeMap::new();
    for (mailbox, count) in unknown.chain(undecided(db, now)?).filter(|(_, count)| *count > 0) {
        *sums.entry(mailbox).or_default() += count;
    }
    Ok(sums)
}

/// How many mails of all mailboxes are not accounted for: see [`unaccounted_for`].
pub fn unaccounted(db: &mut Db, now: Timestamp) -> Result<i64> {
    Ok(unaccounted_for(db, now)?.values().sum())
}

/// Begins a folder, or its next life; what went wrong with it stays until it was read, and since when it is watched.
pub(in crate::mailboxes) fn insert_folder(
    db: &mut Db,
    mailbox: MailboxId,
    name: &str,
    validity: i64,
    now: Timestamp,
) -> Result<()> {
    let anew = (
        f::uid_validity.eq(validity),
        f::uid_high.eq(0),
        f::unaccounted.eq(0),
        f::on_server.eq(0),
        f::reconciled_at.eq(None::<Timestamp>),
        f::withheld.eq(None::<&str>),
    );
    if diesel::update(f::table.find((mailbox, name))).set(anew).execute(db)? == 0 {
        let row = (f::mailbox_id.eq(mailbox), f::name.eq(name), f::since_at.eq(now), anew);
        diesel::insert_into(f::table).values(row).execute(db)?;
    }
    Ok(())
}

/// Moves the mark forward, never back.
pub(in crate::mailboxes) fn set_folder(
    db: &mut Db,
    mailbox: MailboxId,
    name: &str,
    validity: i64,
    high: i64,
) -> Result<()> {
    let same = f::table.find((mailbox, name)).filter(f::uid_validity.eq(validity)).filter(f::uid_high.lt(high));
    diesel::update(same).set(f::uid_high.eq(high)).execute(db)?;
    Ok(())
}

/// Notes how the server and the ledger compare: mails on the server, those that the ledger does not know, and which of these
/// the server does not hand over.
pub(in crate::mailboxes) fn set_reconciled(
    db: &mut Db,
    mailbox: MailboxId,
    name: &str,
    (on_server, unaccounted, withheld): (i64, i64, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    let compared = (f::on_server.eq(on_server), f::unaccounted.eq(unaccounted), f::withheld.eq(withheld));
    diesel::update(f::table.find((mailbox, name))).set((compared, f::reconciled_at.eq(now))).execute(db)?;
    Ok(())
}

/// Notes that so many mails of a folder, or more, stand on the server and not in the ledger, until they are compared.
pub(in crate::mailboxes) fn note_unaccounted(db: &mut Db, mailbox: MailboxId, name: &str, count: i64) -> Result<()> {
    let fewer = f::table.find((mailbox, name)).filter(f::unaccounted.lt(count));
    diesel::update(fewer).set(f::unaccounted.eq(count)).execute(db)?;
    Ok(())
}

/// Which of these numbers the ledger knows.
pub(in crate::mailboxes) fn places_known(
    db: &mut Db,
    mailbox: MailboxId,
    folder: &str,
    validity: i64,
    uids: &[i64],
) -> Result<BTreeSet<i64>> {
    let mut known = BTreeSet::new();
    for some in uids.chunks(AT_ONCE) {
        let rows: Vec<i64> = i::table
            .filter(i::mailbox_id.eq(mailbox))
            .filter(i::folder.eq(folder))
            .filter(i::uid_validity.eq(validity))
            .filter(i::uid.eq_any(some.to_vec()))
            .select(i::uid)
            .load(db)?;
        known.extend(rows);
    }
    Ok(known)
}

/// Opens the row of a mail that is on disk, or finds it when it was begun before; either way it is begun to be read once more,
/// unless it is settled.
pub(in crate::mailboxes) fn begin(
    db: &mut Db,
    spot: &Spot,
    blob: Option<&str>,
    size_bytes: i64,
    now: Timestamp,
) -> Result<Inbound> {
    let row = (
        i::mailbox_id.eq(spot.mailbox),
        i::folder.eq(&spot.folder),
        i::uid_validity.eq(spot.uid_validity),
        i::uid.eq(spot.uid),
        i::blob.eq(blob),
        i::message_id.eq(""),
        i::sender.eq(""),
        i::subject.eq(""),
        i::size_bytes.eq(size_bytes),
        i::outcome.eq(Outcome::Reading),
        i::reason.eq(""),
        i::attempts.eq(1),
        i::seen_at.eq(now),
        // Behind an archive is no server that waits to be told.
        i::filed_at.eq((spot.uid_validity == IMPORT_VALIDITY).then_some(now)),
    );
    let new = each_backend!(db, c => diesel::insert_into(i::table).values(row).on_conflict_do_nothing().execute(c))?;
    let known = i::table.filter(i::mailbox_id.eq(spot.mailbox)).filter(i::folder.eq(&spot.folder));
    let known = known.filter(i::uid_validity.eq(spot.uid_validity)).filter(i::uid.eq(spot.uid));
    let mut row: Inbound = known.select(columns!()).first(db)?;
    if new == 0 && !row.outcome.is_settled() {
        count_attempt(db, row.id)?;
        row.attempts += 1;
    }
    Ok(row)
}

/// Notes since when a mail lay on its server before its folder was watched.
pub(in crate::mailboxes) fn mark_lain(db: &mut Db, id: InboundId, since: Timestamp) -> Result<()> {
    diesel::update(i::table.find(id)).set(i::lay_since_at.eq(since)).execute(db)?;
    Ok(())
}

/// Counts that a mail is begun to be read: a reader that dies of it must not try for ever.
pub(in crate::mailboxes) fn count_attempt(db: &mut Db, id: InboundId) -> Result<()> {
    diesel::update(i::table.find(id)).set(i::attempts.eq(i::attempts + 1)).execute(db)?;
    Ok(())
}

/// Takes back that mails were begun to be read: not they were at fault that they were not decided.
pub(in crate::mailboxes) fn give_attempts_back(db: &mut Db, ids: &[InboundId]) -> Result<()> {
    for some in ids.chunks(AT_ONCE) {
        let open = i::table.filter(i::id.eq_any(some.to_vec())).filter(i::outcome.eq(Outcome::Reading));
        diesel::update(open.filter(i::attempts.gt(0))).set(i::attempts.eq(i::attempts - 1)).execute(db)?;
    }
    Ok(())
}

/// Says who wrote what, once it is read.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = i)]
pub(in crate::mailboxes) struct Told<'a> {
    pub content_key: Option<&'a str>,
    pub message_id: &'a str,
    pub sender: &'a str,
    pub subject: &'a str,
}

/// What became of a mail.
#[derive(Debug)]
pub(in crate::mailboxes) struct Fate<'a> {
    pub outcome: Outcome,
    /// The key of a sentence, or what somebody said.
    pub reason: &'a str,
    pub place: Option<(TicketId, Option<EntryId>)>,
    /// Who wrote what; nothing where the row says it already.
    pub told: Option<&'a Told<'a>>,
}

impl<'a> Fate<'a> {
    pub fn new(outcome: Outcome, reason: &'a str, place: Option<(TicketId, Option<EntryId>)>) -> Self {
        Self { outcome, reason, place, told: None }
    }
}

/// Notes what became of a mail.
pub(in crate::mailboxes) fn finish(db: &mut Db, id: InboundId, fate: &Fate<'_>, now: Timestamp) -> Result<()> {
    let searched = fate.told.map(|told| format!("{}\n{}", told.subject, told.sender).to_lowercase());
    diesel::update(i::table.find(id))
        .set((
            fate.told,
            searched.map(|text| i::searched.eq(text)),
            i::outcome.eq(fate.outcome),
            i::reason.eq(fate.reason),
            i::ticket_id.eq(fate.place.map(|place| place.0)),
            i::entry_id.eq(fate.place.and_then(|place| place.1)),
            i::settled_at.eq(now),
        ))
        .execute(db)?;
    Ok(())
}

/// The first mail of this content in a mailbox that became something, other than this one.
pub(in crate::mailboxes) fn is_same_content(
    db: &mut Db,
    mailbox: MailboxId,
    content_key: &str,
    not: InboundId,
) -> Result<Option<Inbound>> {
    Ok(i::table
        .filter(i::mailbox_id.eq(mailbox))
        .filter(i::content_key.eq(content_key))
        .filter(i::id.ne(not))
        .filter(i::outcome.ne(Outcome::Reading))
        .order(i::id)
        .select(columns!())
        .first(db)
        .optional()?)
}

/// The entry of the mail of this content that a ticket has, by whatever mailbox it came.
pub(in crate::mailboxes) fn copy_in(db: &mut Db, ticket: TicketId, content_key: &str) -> Result<Option<EntryId>> {
    let same = i::table.filter(i::ticket_id.eq(ticket)).filter(i::content_key.eq(content_key));
    let same = same.filter(i::outcome.eq_any([Outcome::Entry, Outcome::TooLarge])).order(i::id);
    Ok(same.select(i::entry_id).first::<Option<EntryId>>(db).optional()?.flatten())
}

/// Whether a mailbox took a mail of this content.
pub(in crate::mailboxes) fn has_content(db: &mut Db, mailbox: MailboxId, content_key: &str) -> Result<bool> {
    let same = i::table.filter(i::mailbox_id.eq(mailbox)).filter(i::content_key.eq(content_key));
    Ok(same.select(i::id).first::<InboundId>(db).optional()?.is_some())
}

/// Mails of a folder that were begun to be read and not decided, the oldest first.
pub(in crate::mailboxes) fn unsettled(db: &mut Db, mailbox: MailboxId, folder: &str) -> Result<Vec<Inbound>> {
    let open = i::table.filter(i::outcome.eq(Outcome::Reading)).filter(i::mailbox_id.eq(mailbox));
    Ok(open.filter(i::folder.eq(folder)).order(i::id).limit(FOUND_MAX).select(columns!()).load(db)?)
}

/// Folders with mails that were begun to be read and not decided, and when the oldest of these was first seen.
pub(in crate::mailboxes) fn unsettled_folders(db: &mut Db) -> Result<Vec<(MailboxId, String, Timestamp)>> {
    let open = i::table.filter(i::outcome.eq(Outcome::Reading)).group_by((i::mailbox_id, i::folder));
    let rows: Vec<(MailboxId, String, Option<Timestamp>)> =
        open.select((i::mailbox_id, i::folder, diesel::dsl::min(i::seen_at))).limit(FOUND_MAX).load(db)?;
    Ok(rows.into_iter().filter_map(|(mailbox, folder, oldest)| Some((mailbox, folder, oldest?))).collect())
}

/// How many mails of each mailbox were begun to be read long ago, and are not decided: they are on disk, and nobody has them.
fn undecided(db: &mut Db, now: Timestamp) -> Result<Vec<(MailboxId, i64)>> {
    let open = i::table.filter(i::outcome.eq(Outcome::Reading)).filter(i::seen_at.lt(now.plus_ms(-UNDECIDED_MS)));
    Ok(open.group_by(i::mailbox_id).select((i::mailbox_id, diesel::dsl::count_star())).load(db)?)
}

/// Mails of a folder that were decided, and of which the server was not told yet.
pub(in crate::mailboxes) fn unfiled(
    db: &mut Db,
    mailbox: MailboxId,
    folder: &str,
    validity: i64,
    limit: i64,
) -> Result<Vec<(InboundId, i64)>> {
    Ok(i::table
        .filter(i::mailbox_id.eq(mailbox))
        .filter(i::filed_at.is_null())
        .filter(i::folder.eq(folder))
        .filter(i::uid_validity.eq(validity))
        .filter(i::outcome.eq_any([Outcome::Entry, Outcome::Duplicate, Outcome::StrayBounce, Outcome::Refused]))
        .order(i::id)
        .limit(limit)
        .select((i::id, i::uid))
        .load(db)?)
}

/// Notes that the server was told.
pub(in crate::mailboxes) fn mark_filed(db: &mut Db, ids: &[InboundId], now: Timestamp) -> Result<()> {
    for some in ids.chunks(AT_ONCE) {
        diesel::update(i::table.filter(i::id.eq_any(some.to_vec()))).set(i::filed_at.eq(now)).execute(db)?;
    }
    Ok(())
}

/// One row.
pub fn inbound_by_id(db: &mut Db, id: InboundId) -> Result<Inbound> {
    Ok(i::table.find(id).select(columns!()).first(db)?)
}

/// The mail that an entry is.
pub fn inbound_of_entry(db: &mut Db, entry: EntryId) -> Result<Option<Inbound>> {
    Ok(i::table.filter(i::entry_id.eq(entry)).order(i::id).select(columns!()).first(db).optional()?)
}

/// The mailbox by which the last letter of a ticket came.
pub(in crate::mailboxes) fn mailbox_of_ticket(db: &mut Db, ticket: TicketId) -> Result<Option<MailboxId>> {
    let of = i::table.filter(i::ticket_id.eq(ticket)).order(i::id.desc()).select(i::mailbox_id);
    Ok(of.first(db).optional()?)
}

/// Whether somebody sent so many letters since then, copies, those of archives and those left out that others wrote in his
/// name. It looks at no more than so many, however many there are.
pub(in crate::mailboxes) fn has_sent(db: &mut Db, sender: &str, since: Timestamp, count: i64) -> Result<bool> {
    let recent = i::table.filter(i::sender.eq(sender)).filter(i::seen_at.ge(since)).filter(i::reason.ne(REFUTED));
    let recent = recent.filter(i::uid_validity.ne(IMPORT_VALIDITY)).filter(i::lay_since_at.is_null());
    let recent = recent.filter(i::outcome.eq(Outcome::Entry).or(i::outcome.eq(Outcome::TooLarge))).order(i::seen_at);
    let last: Option<InboundId> = recent.offset(count - 1).limit(1).select(i::id).first(db).optional()?;
    Ok(last.is_some())
}

/// What somebody wrote lately.
#[derive(Debug, Clone, Queryable)]
pub(in crate::mailboxes) struct Recent {
    /// Its Message-ID; empty for none.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// The ticket that it became.
    pub ticket: Option<TicketId>,
    /// When it was first seen.
    pub seen_at: Timestamp,
}

/// The mails of somebody since then, those of long ago left out, those that others wrote in his name, and what is being taken.
pub(in crate::mailboxes) fn recent_letters(db: &mut Db, sender: &str, since: Timestamp) -> Result<Vec<Recent>> {
    let recent = i::table.filter(i::sender.eq(sender)).filter(i::seen_at.ge(since));
    let recent = recent.filter(i::reason.ne(REFUTED)).filter(i::outcome.ne(Outcome::Reading));
    let recent = recent.filter(i::lay_since_at.is_null());
    let recent = recent.filter(i::uid_validity.ne(IMPORT_VALIDITY)).order(i::seen_at.desc());
    Ok(recent.limit(FOUND_MAX).select((i::message_id, i::subject, i::ticket_id, i::seen_at)).load(db)?)
}

/// The ledger, the newest first. A search is answered on one page.
pub fn ledger(db: &mut Db, filter: &LedgerFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Inbound>> {
    if !filter.text.trim().is_empty() {
        return Ok(Page { rows: found(db, filter, FOUND_MAX)?, next: None });
    }
    let mut rows = i::table.order(i::id.desc()).select(columns!()).into_boxed::<crate::db::MultiBackend>();
    if let Some(mailbox) = filter.mailbox {
        rows = rows.filter(i::mailbox_id.eq(mailbox));
    }
    if let Some(outcome) = filter.outcome {
        rows = rows.filter(i::outcome.eq(outcome));
    }
    if let Some(cursor) = after {
        rows = rows.filter(i::id.lt(InboundId(cursor.id)));
    }
    let ask = i64::try_from(limit).unwrap_or(50) + 1;
    let found: Vec<Inbound> = rows.limit(ask).load(db)?;
    Ok(Page::cut(found, limit, |row| Cursor { key: row.seen_at.0, id: row.id.0 }))
}

/// What became of a mail: by Message-ID, by the sender's address, or, among the newest [`PARTS_MAX`], by a part of the address
/// or of the subject, in large or small letters.
pub fn find_inbound(db: &mut Db, text: &str, limit: i64) -> Result<Vec<Inbound>> {
    found(db, &LedgerFilter { text: text.to_owned(), ..LedgerFilter::default() }, limit)
}

/// The same within a mailbox and an outcome.
fn found(db: &mut Db, filter: &LedgerFilter, limit: i64) -> Result<Vec<Inbound>> {
    let text = filter.text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let narrow = || {
        let mut rows = i::table.select(columns!()).into_boxed::<crate::db::MultiBackend>();
        if let Some(mailbox) = filter.mailbox {
            rows = rows.filter(i::mailbox_id.eq(mailbox));
        }
        if let Some(outcome) = filter.outcome {
            rows = rows.filter(i::outcome.eq(outcome));
        }
        rows.limit(limit.min(FOUND_MAX))
    };
    let bare = text.trim_matches(['<', '>']).to_owned();
    let mut found: Vec<Inbound> = narrow().filter(i::message_id.eq(bare)).order(i::id.desc()).load(db)?;
    let from = narrow().filter(i::sender.eq(text.to_lowercase())).order(i::seen_at.desc());
    found.extend(from.load::<Inbound>(db)?);
    if found.is_empty() {
        let part = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let has = diesel::dsl::sql::<diesel::sql_types::Bool>("searched LIKE ");
        let has = has.bind::<diesel::sql_types::Text, _>(format!("%{part}%")).sql(" ESCAPE '\\'");
        let newest: Option<InboundId> = i::table.select(i::id).order(i::id.desc()).first(db).optional()?;
        let from = InboundId(newest.map_or(0, |id| id.0 - PARTS_MAX));
        found.extend(narrow().filter(i::id.gt(from)).filter(has).order(i::id.desc()).load::<Inbound>(db)?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.id));
    found.dedup_by_key(|row| row.id);
    Ok(found)
}

/// How many mails nobody could read, and nobody has looked at since.
pub fn count_quarantined(db: &mut Db) -> Result<i64> {
    Ok(i::table.filter(i::outcome.eq(Outcome::Quarantined)).count().get_result(db)?)
}

/// The rows of these numbers of an archive.
pub(in crate::mailboxes) fn imported(
    db: &mut Db,
    mailbox: MailboxId,
    folder: &str,
    uids: &[i64],
) -> Result<Vec<Inbound>> {
    let rows = i::table.filter(i::mailbox_id.eq(mailbox)).filter(i::folder.eq(folder));
    let rows = rows.filter(i::uid_validity.eq(IMPORT_VALIDITY)).filter(i::uid.eq_any(uids.to_vec()));
    Ok(rows.order(i::id).select(columns!()).load(db)?)
}

/// Whether every mail of a ticket is long past.
pub(in crate::mailboxes) fn is_history_alone(db: &mut Db, ticket: TicketId) -> Result<bool> {
    let live = i::table.filter(i::ticket_id.eq(ticket)).filter(i::uid_validity.ne(IMPORT_VALIDITY));
    let live = live.filter(i::lay_since_at.is_null());
    Ok(live.select(i::id).first::<InboundId>(db).optional()?.is_none())
}

/// How many mails had which fate, of all time.
pub fn outcome_counts(db: &mut Db) -> Result<Vec<(Outcome, i64)>> {
    Ok(i::table.group_by(i::outcome).select((i::outcome, diesel::dsl::count_star())).load(db)?)
}

/// Makes a mail that was set aside one that is to be read, with all its attempts.
pub(in crate::mailboxes) fn reopen(db: &mut Db, id: InboundId) -> Result<Inbound> {
    let aside = i::table.find(id).filter(i::outcome.eq(Outcome::Quarantined));
    let opened = (i::outcome.eq(Outcome::Reading), i::attempts.eq(0), i::settled_at.eq(None::<Timestamp>));
    if diesel::update(aside).set(opened).execute(db)? == 0 {
        return Err(crate::base::Error::Missing);
    }
    inbound_by_id(db, id)
}

/// Makes a mail of which the beginning was taken one that is to be read whole.
pub(in crate::mailboxes) fn reopen_whole(db: &mut Db, id: InboundId, blob: &str, size_bytes: i64) -> Result<Inbound> {
    let opened = (
        i::outcome.eq(Outcome::Reading),
        i::attempts.eq(0),
        i::settled_at.eq(None::<Timestamp>),
        i::blob.eq(blob),
        i::size_bytes.eq(size_bytes),
    );
    diesel::update(i::table.find(id)).set(opened).execute(db)?;
    inbound_by_id(db, id)
}
