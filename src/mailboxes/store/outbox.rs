//! SQL of the outbox.

use diesel::prelude::*;

use crate::base::id::{AgentId, EntryId, MailboxId, OutboundId, TicketId};
use crate::base::{Cursor, Error, Page, Result, Timestamp};
use crate::db::schema::{mailboxes as m, outbound_mails as o, participants as p};
use crate::db::{Db, MultiBackend, inserted_id};
use crate::mailboxes::outbound::{Outbound, OutboundKind, OutboundState, Recipients, TRY_MS};
use crate::mailboxes::reading::bare;

/// Tickets of one address, and letters of those, among which one to it is looked for.
const TICKETS_MAX: i64 = 50;
const LETTERS_MAX: i64 = 200;

/// A letter that is to go out.
#[derive(Debug, Clone)]
pub struct NewOutbound {
    /// By which mailbox.
    pub mailbox: MailboxId,
    /// See [`OutboundKind`].
    pub kind: OutboundKind,
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// The entry that it is, or that it tells of.
    pub entry: Option<EntryId>,
    /// The agent who wrote it, or who is told.
    pub agent: Option<AgentId>,
    /// Its Message-ID, with angle brackets.
    pub message_id: String,
    /// To whom.
    pub recipients: Recipients,
    /// Of what a notice tells, by a word, and whose letter.
    pub notice: Option<(&'static str, Option<String>)>,
    /// Its subject.
    pub subject: String,
    /// The text, in Markdown, of what is no entry.
    pub content: String,
    /// When it goes; until then it can be taken back.
    pub due_at: Timestamp,
}

/// That somebody was told that a letter arrived.
#[derive(Debug, Clone, Queryable)]
pub(in crate::mailboxes) struct Acknowledged {
    /// The ticket that his letter became.
    pub ticket: Option<TicketId>,
    /// The subject under which he was told.
    pub subject: String,
    /// When that was written.
    pub created_at: Timestamp,
    /// When a server took it.
    pub settled_at: Option<Timestamp>,
}

/// What the list of the outbox shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    /// Only of this mailbox.
    pub mailbox: Option<MailboxId>,
    /// Only in this state.
    pub state: Option<OutboundState>,
    /// Only to this address.
    pub recipient: Option<String>,
}

type Whom = (Option<TicketId>, Option<EntryId>, Option<AgentId>);
type Row = (
    (OutboundId, MailboxId, OutboundKind, Whom),
    (String, String, String, String, Option<String>),
    (OutboundState, i64, Timestamp, Option<Timestamp>, Option<Timestamp>, String, Timestamp, Option<Timestamp>),
);

macro_rules! columns {
    () => {
        (
            (o::id, o::mailbox_id, o::kind, (o::ticket_id, o::entry_id, o::agent_id)),
            (o::message_id, o::recipients, o::subject, o::content, o::blob),
            (o::state, o::attempts, o::due_at, o::ready_at, o::uncertain_at, o::answer, o::created_at, o::settled_at),
        )
    };
}

fn outbound((own, letter, fate): Row) -> Outbound {
    let (id, mailbox, kind, (ticket, entry, agent)) = own;
    let (message_id, recipients, subject, content, blob) = letter;
    let (state, attempts, due_at, ready_at, uncertain_at, answer, created_at, settled_at) = fate;
    Outbound {
        id,
        mailbox,
        kind,
        ticket,
        entry,
        agent,
        message_id,
        recipients: serde_json::from_str(&recipients).unwrap_or_default(),
        subject,
        content,
        blob,
        state,
        attempts,
        due_at,
        ready_at: ready_at.unwrap_or(created_at),
        uncertain_at,
        answer,
        created_at,
        settled_at,
    }
}

pub(in crate::mailboxes) fn insert_outbound(db: &mut Db, new: &NewOutbound, now: Timestamp) -> Result<OutboundId> {
    let recipients =
        serde_json::to_string(&new.recipients).map_err(|e| Error::internal("the recipients of a letter", e))?;
    let state = if new.due_at > now { OutboundState::Held } else { OutboundState::Queued };
    let row = (
        (
            o::mailbox_id.eq(new.mailbox),
            o::kind.eq(new.kind),
            o::ticket_id.eq(new.ticket),
            o::entry_id.eq(new.entry),
            o::agent_id.eq(new.agent),
            o::message_id.eq(&new.message_id),
            o::sender.eq(""),
            o::recipient.eq(new.recipients.all().next().unwrap_or_default()),
            o::recipients.eq(&recipients),
        ),
        (
            o::notice.eq(new.notice.as_ref().map(|(word, _)| *word)),
            o::about.eq(new.notice.as_ref().and_then(|(_, about)| about.clone())),
            o::subject.eq(&new.subject),
            o::content.eq(&new.content),
            o::size_bytes.eq(0),
            o::state.eq(state),
            o::attempts.eq(0),
            o::due_at.eq(new.due_at),
            o::ready_at.eq(new.due_at),
            o::answer.eq(""),
            o::created_at.eq(now),
        ),
    );
    Ok(inserted_id!(db, o::table, o::id, row)?)
}

/// The mailboxes that send.
pub(in crate::mailboxes) fn sending_mailboxes(db: &mut Db) -> Result<Vec<MailboxId>> {
    let resting = super::resting(db)?;
    Ok(m::table.filter(m::id.ne_all(resting)).order(m::id).select(m::id).load(db)?)
}

/// Letters of a mailbox and a kind that are due and in nobody's hands, but these, those that were due first before the others.
pub(in crate::mailboxes) fn due_letters(
    db: &mut Db,
    mailbox: MailboxId,
    kind: OutboundKind,
    but: &[OutboundId],
    limit: usize,
    now: Timestamp,
) -> Result<Vec<OutboundId>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let due = o::table.filter(o::mailbox_id.eq(mailbox)).filter(o::kind.eq(kind)).filter(o::due_at.le(now));
    let due = due.filter(o::settled_at.is_null()).filter(o::leased_until_at.is_null().or(o::leased_until_at.lt(now)));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let due = due.filter(o::id.ne_all(but.to_vec())).order((o::due_at, o::id)).limit(limit);
    Ok(due.select(o::id).load(db)?)
}

/// Takes those of these letters for a node, for as long as the lease lasts, that are still due and in nobody's hands.
pub(in crate::mailboxes) fn lease_due(
    db: &mut Db,
    node: &str,
    due: &[OutboundId],
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Outbound>> {
    crate::db::serialise(db, "outbox")?;
    let resting = super::resting(db)?;
    let free = o::table
        .filter(o::id.eq_any(due.to_vec()))
        .filter(o::settled_at.is_null())
        .filter(o::due_at.le(now))
        .filter(o::mailbox_id.ne_all(resting))
        .filter(o::leased_until_at.is_null().or(o::leased_until_at.lt(now)));
    let rows: Vec<Row> = free.order((o::due_at, o::id)).select(columns!()).load(db)?;
    let found: Vec<Outbound> = rows.into_iter().map(outbound).collect();
    let ids: Vec<OutboundId> = found.iter().map(|row| row.id).collect();
    if !ids.is_empty() {
        let leased = (o::leased_by.eq(node), o::leased_until_at.eq(until), o::state.eq(OutboundState::Queued));
        diesel::update(o::table.filter(o::id.eq_any(ids))).set(leased).execute(db)?;
    }
    Ok(found)
}

/// Holds letters longer that a node has; says which it has, as they are now.
pub(in crate::mailboxes) fn renew_letters(
    db: &mut Db,
    node: &str,
    ids: &[OutboundId],
    until: Timestamp,
) -> Result<Vec<Outbound>> {
    crate::db::serialise(db, "outbox")?;
    let own =
        || o::table.filter(o::id.eq_any(ids.to_vec())).filter(o::settled_at.is_null()).filter(o::leased_by.eq(node));
    diesel::update(own()).set(o::leased_until_at.eq(until)).execute(db)?;
    let rows: Vec<Row> = own().select(columns!()).load(db)?;
    Ok(rows.into_iter().map(outbound).collect())
}

/// Gives back what a node had taken and hands over no more.
pub(in crate::mailboxes) fn release_letters(db: &mut Db, node: &str) -> Result<()> {
    let held = o::table.filter(o::settled_at.is_null()).filter(o::leased_by.eq(node));
    let free = (o::leased_by.eq(None::<String>), o::leased_until_at.eq(None::<Timestamp>));
    diesel::update(held).set(free).execute(db)?;
    Ok(())
}

/// Keeps the octets of a letter, from then on the same in every try.
pub(in crate::mailboxes) fn keep_octets(
    db: &mut Db,
    id: OutboundId,
    blob: &str,
    size_bytes: i64,
    sender: &str,
) -> Result<()> {
    let made = (o::blob.eq(blob), o::size_bytes.eq(size_bytes), o::sender.eq(sender));
    diesel::update(o::table.find(id)).set(made).execute(db)?;
    Ok(())
}

/// What became of a letter, as columns.
macro_rules! fate {
    ($row:expr) => {{
        let recipients =
            serde_json::to_string(&$row.recipients).map_err(|e| Error::internal("the recipients of a letter", e))?;
        (
            o::state.eq($row.state),
            o::attempts.eq($row.attempts),
            o::due_at.eq($row.due_at),
            o::uncertain_at.eq($row.uncertain_at),
            o::answer.eq(&$row.answer),
            o::settled_at.eq($row.settled_at),
            o::recipients.eq(recipients),
            o::blob.eq(&$row.blob),
            o::leased_by.eq(None::<String>),
            o::leased_until_at.eq(None::<Timestamp>),
        )
    }};
}

/// Changes what became of a letter that a node has, and gives it back; says whether it could: not when another has it, or has
/// dealt with it.
pub(in crate::mailboxes) fn settle_letter(db: &mut Db, node: &str, row: &Outbound) -> Result<bool> {
    let own = o::table.find(row.id).filter(o::settled_at.is_null());
    let own = own.filter(o::leased_by.is_null().or(o::leased_by.eq(node)));
    Ok(diesel::update(own).set(fate!(row)).execute(db)? > 0)
}

/// Puts a letter that has failed among those that wait; says whether it could.
pub(in crate::mailboxes) fn queue_again(db: &mut Db, row: &Outbound) -> Result<bool> {
    let failed = o::table.find(row.id).filter(o::state.eq(OutboundState::Failed));
    Ok(diesel::update(failed).set(fate!(row)).execute(db)? > 0)
}

/// Marks a letter by what its second sending is known.
pub(in crate::mailboxes) fn mark_once(db: &mut Db, id: OutboundId, once: &str) -> Result<()> {
    diesel::update(o::table.find(id)).set(o::once.eq(once)).execute(db)?;
    Ok(())
}

/// The letter of an agent with this mark, unless it was taken back.
pub(in crate::mailboxes) fn written_once(
    db: &mut Db,
    agent: AgentId,
    once: &str,
) -> Result<Option<(OutboundId, Option<EntryId>)>> {
    let of = o::table.filter(o::agent_id.eq(agent)).filter(o::once.eq(once));
    let of = of.filter(o::state.ne(OutboundState::Cancelled)).order(o::id.desc());
    Ok(of.select((o::id, o::entry_id)).first(db).optional()?)
}

/// Lets the two days in which a letter is tried begin anew.
pub(in crate::mailboxes) fn restart_clock(db: &mut Db, id: OutboundId, now: Timestamp) -> Result<()> {
    diesel::update(o::table.find(id)).set(o::ready_at.eq(now)).execute(db)?;
    Ok(())
}

/// Has a letter go now that waits for its next try and is in nobody's hands; says whether it does.
pub(in crate::mailboxes) fn send_next(db: &mut Db, id: OutboundId, now: Timestamp) -> Result<bool> {
    let waiting = o::table.find(id).filter(o::state.eq(OutboundState::Queued)).filter(o::leased_until_at.is_null());
    Ok(diesel::update(waiting).set(o::due_at.eq(now)).execute(db)? > 0)
}

/// Has all letters of a mailbox go now that wait; the two days in which they are tried begin anew, as nothing of the time before
/// may have been their server's fault.
pub(in crate::mailboxes) fn hasten(db: &mut Db, mailbox: MailboxId, now: Timestamp) -> Result<()> {
    let waiting = o::table.filter(o::settled_at.is_null()).filter(o::mailbox_id.eq(mailbox));
    // Of those that can be taken back only the ones that can be no more.
    let waiting = waiting.filter(o::state.eq(OutboundState::Queued).or(o::due_at.le(now)));
    let waiting = waiting.filter(o::leased_until_at.is_null());
    diesel::update(waiting).set((o::due_at.eq(now), o::ready_at.eq(now))).execute(db)?;
    Ok(())
}

/// Letters of a mailbox that wait for a server.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Queue {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// How many.
    pub letters: i64,
    /// Since when the oldest of them waits.
    pub oldest_at: Option<Timestamp>,
}

/// The letters that wait for a server, by mailbox; none that can still be taken back.
pub fn queues(db: &mut Db) -> Result<Vec<Queue>> {
    use diesel::dsl::{count_star, min};
    let waiting = o::table.filter(o::settled_at.is_null()).filter(o::state.eq(OutboundState::Queued));
    Ok(waiting.group_by(o::mailbox_id).select((o::mailbox_id, count_star(), min(o::ready_at))).load(db)?)
}

/// Takes a letter back that is in one of these states and in nobody's hands; says whether it could.
pub(in crate::mailboxes) fn withdraw(
    db: &mut Db,
    id: OutboundId,
    states: &[OutboundState],
    now: Timestamp,
) -> Result<bool> {
    let held = o::table.find(id).filter(o::state.eq_any(states.to_vec())).filter(o::leased_until_at.is_null());
    let changed = (o::state.eq(OutboundState::Cancelled), o::settled_at.eq(now));
    Ok(diesel::update(held).set(changed).execute(db)? > 0)
}

/// One letter.
pub fn outbound_by_id(db: &mut Db, id: OutboundId) -> Result<Outbound> {
    Ok(outbound(o::table.find(id).select(columns!()).first(db)?))
}

/// The letter that an entry is.
pub fn outbound_of_entry(db: &mut Db, entry: EntryId) -> Result<Option<Outbound>> {
    let of = o::table.filter(o::entry_id.eq(entry)).filter(o::kind.eq(OutboundKind::Reply)).order(o::id.desc());
    Ok(of.select(columns!()).first(db).optional()?.map(outbound))
}

/// The letter with this Message-ID, with or without its brackets.
pub(in crate::mailboxes) fn outbound_of_message(db: &mut Db, message_id: &str) -> Result<Option<Outbound>> {
    let whole = format!("<{}>", bare(message_id).to_lowercase());
    let with = o::table.filter(o::message_id.eq(whole)).order(o::id.desc());
    Ok(with.select(columns!()).first(db).optional()?.map(outbound))
}

/// The outbox, the newest first.
pub fn outbox(db: &mut Db, filter: &OutboxFilter, after: Option<Cursor>, limit: usize) -> Result<Page<Outbound>> {
    let mut rows = o::table.order(o::id.desc()).select(columns!()).into_boxed::<MultiBackend>();
    if let Some(mailbox) = filter.mailbox {
        rows = rows.filter(o::mailbox_id.eq(mailbox));
    }
    if let Some(state) = filter.state {
        rows = rows.filter(o::state.eq(state));
    }
    if let Some(recipient) = &filter.recipient {
        rows = rows.filter(o::recipient.eq(recipient.to_lowercase()));
    }
    if let Some(cursor) = after {
        rows = rows.filter(o::id.lt(OutboundId(cursor.id)));
    }
    let ask = i64::try_from(limit).unwrap_or(50) + 1;
    let found: Vec<Row> = rows.limit(ask).load(db)?;
    Ok(Page::cut(found.into_iter().map(outbound).collect(), limit, |row: &Outbound| Cursor {
        key: row.created_at.0,
        id: row.id.0,
    }))
}

/// How many letters are in which state, of those that wait or failed.
pub fn count_outbox(db: &mut Db) -> Result<Vec<(OutboundState, i64)>> {
    let open = o::table.filter(o::state.eq_any([OutboundState::Held, OutboundState::Queued, OutboundState::Failed]));
    Ok(open.group_by(o::state).select((o::state, diesel::dsl::count_star())).load(db)?)
}

/// How many acknowledgements went to an address since then.
pub(in crate::mailboxes) fn acknowledged_since(db: &mut Db, recipient: &str, since: Timestamp) -> Result<i64> {
    let acknowledged = o::table.filter(o::kind.eq(OutboundKind::Acknowledgement)).filter(o::recipient.eq(recipient));
    Ok(acknowledged.filter(o::created_at.ge(since)).count().get_result(db)?)
}

/// How many acknowledgements went to anybody since then.
pub(in crate::mailboxes) fn all_acknowledged_since(db: &mut Db, since: Timestamp) -> Result<i64> {
    let acknowledged = o::table.filter(o::kind.eq(OutboundKind::Acknowledgement));
    Ok(acknowledged.filter(o::created_at.ge(since)).count().get_result(db)?)
}

/// How many acknowledgements of a mailbox went to a domain since then.
pub(in crate::mailboxes) fn acknowledged_domain_since(
    db: &mut Db,
    mailbox: MailboxId,
    domain: &str,
    since: Timestamp,
) -> Result<i64> {
    let recent = o::table.filter(o::mailbox_id.eq(mailbox)).filter(o::created_at.ge(since));
    let to: Vec<String> =
        recent.filter(o::kind.eq(OutboundKind::Acknowledgement)).limit(1_000).select(o::recipient).load(db)?;
    let there = to.iter().filter(|to| to.rsplit_once('@').is_some_and(|(_, own)| own == domain)).count();
    Ok(i64::try_from(there).unwrap_or(i64::MAX))
}

/// What an address was told since then of a letter that arrived; told is who may have got it.
pub(in crate::mailboxes) fn just_acknowledged(
    db: &mut Db,
    recipient: &str,
    since: Timestamp,
) -> Result<Option<Acknowledged>> {
    let told = o::table.filter(o::kind.eq(OutboundKind::Acknowledgement)).filter(o::recipient.eq(recipient));
    let told = told.filter(o::created_at.ge(since.plus_ms(-TRY_MS))).filter(o::blob.is_not_null());
    let just = told.filter(o::created_at.ge(since).or(o::settled_at.ge(since))).order(o::id.desc());
    Ok(just.select((o::ticket_id, o::subject, o::created_at, o::settled_at)).first(db).optional()?)
}

/// Whether a letter of an agent went to an address: whoever reads there is known.
pub(in crate::mailboxes) fn was_written_to(db: &mut Db, address: &str) -> Result<bool> {
    let sent = || o::table.filter(o::kind.eq(OutboundKind::Reply)).filter(o::state.eq(OutboundState::Sent));
    if sent().filter(o::recipient.eq(address)).select(o::id).first::<OutboundId>(db).optional()?.is_some() {
        return Ok(true);
    }
    // Those behind the first recipient are found by the tickets in which they take part.
    let of = p::table.filter(p::address.eq(address)).order(p::ticket_id.desc()).limit(TICKETS_MAX);
    let of: Vec<TicketId> = of.select(p::ticket_id).load(db)?;
    let newest = sent().filter(o::ticket_id.eq_any(of)).order(o::id.desc()).limit(LETTERS_MAX);
    let all: Vec<String> = newest.select(o::recipients).load(db)?;
    let read = |text: &String| serde_json::from_str::<Recipients>(text).unwrap_or_default();
    Ok(all.iter().any(|text| read(text).all().any(|to| to == address)))
}

/// How many letters of a kind a mailbox wrote since then.
pub(in crate::mailboxes) fn sent_since(
    db: &mut Db,
    mailbox: MailboxId,
    kind: OutboundKind,
    since: Timestamp,
) -> Result<i64> {
    let of = o::table.filter(o::mailbox_id.eq(mailbox)).filter(o::created_at.ge(since)).filter(o::kind.eq(kind));
    Ok(of.count().get_result(db)?)
}
