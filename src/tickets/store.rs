//! All SQL of the tickets.

mod categories;
mod contacts;
mod entries;
mod letters;
mod places;
mod words;

use diesel::prelude::*;

use super::change::Change;
use super::wording::pieces_of;
use super::{CallOutcome, Channel, Priority, Sees, Status, Ticket};
use crate::base::id::{AgentId, CategoryId, LineId, PersonId, SiteId, TeamId, TicketId};
use crate::base::{Cursor, Error, Message, Page, Result, Timestamp};
use crate::db::schema::{agents, persons, sites, teams, ticket_words as w, tickets as t};
use crate::db::{Db, MultiBackend, inserted_id};

pub(super) use categories::{
    are_categories_full, category_named, insert_category, is_open_category, set_category_archived, update_category,
};
pub use categories::{categories, category_by_id};
pub use contacts::{last_changes, open_counts};
pub use entries::{
    calls_of_ticket, entries_of, entry_of, first_entry, last_author, newest_entry, siblings_of, tickets_of_call,
};
pub(super) use entries::{insert_call, insert_note, is_newest_call, link, remove_call, set_call_outcome, update_call};
pub use letters::{
    attachment_by_id, attachments_of, attachments_of_entry, entry_place, laid_files, letter_facts, letter_page, tags_of,
};
pub(super) use letters::{
    hang, hang_laid, insert_letter, insert_page, keep_thumbnail, lay, remove_laid, set_letter_facts, set_parent,
    set_tag, tell,
};
pub use places::{places, places_of};
pub(super) use words::{index_after, insert_words, is_unindexed, set_words, tickets_with, words_of_tickets};

/// Tickets that a word finds, before the other words and what may be seen narrow them down.
const FOUND_MAX: i64 = 200;

macro_rules! columns {
    () => {
        (
            t::id,
            t::subject,
            t::status,
            t::priority,
            t::channel,
            t::team_id,
            t::assignee_id,
            t::requester_id,
            t::line_id,
            t::caller,
            t::caller_key,
            t::call_outcome,
            t::created_at,
            t::updated_at,
            t::touched_at,
            t::closed_at,
            t::rev,
            t::site_id,
            t::category_id,
            t::parent_id,
            t::wanted_at,
        )
    };
}
use columns;

/// A ticket's row when it is made.
#[derive(Insertable)]
#[diesel(table_name = t)]
pub(super) struct NewRow<'a> {
    pub subject: &'a str,
    pub status: Status,
    pub priority: Priority,
    pub channel: Channel,
    pub team_id: Option<TeamId>,
    pub assignee_id: Option<AgentId>,
    pub requester_id: Option<PersonId>,
    pub line_id: Option<LineId>,
    pub caller: &'a str,
    pub caller_key: Option<&'a str>,
    pub call_outcome: Option<CallOutcome>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub touched_at: Option<Timestamp>,
    pub rev: i64,
    pub site_id: Option<SiteId>,
    pub category_id: Option<CategoryId>,
    pub wanted_at: Option<Timestamp>,
}

/// What the list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this status; nothing for all that are not closed, or for all when `closed_too`.
    pub status: Option<Status>,
    /// Closed ones as well.
    pub closed_too: bool,
    /// Only of this team.
    pub team: Option<TeamId>,
    /// Only of this agent.
    pub assignee: Option<AgentId>,
    /// Only those that nobody has.
    pub unassigned: bool,
    /// Only of this priority.
    pub priority: Option<Priority>,
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only those whose last call was missed.
    pub missed: bool,
    /// Only of this person.
    pub requester: Option<PersonId>,
}

/// Tickets by the time of their last change, the newest first.
pub fn list(db: &mut Db, sees: &Sees, filter: &Filter, after: Option<Cursor>, limit: usize) -> Result<Page<Ticket>> {
    let rows = match sees {
        Sees::All => rows_of(db, None, filter, after, limit)?,
        Sees::Own { teams, agent } => {
            // One question for each share, each answered in order from an index: one with an OR would read and sort all
            // that this worker ever saw.
            let mut rows = rows_of(db, Some(Share::Agent(*agent)), filter, after, limit)?;
            for team in teams {
                rows.extend(rows_of(db, Some(Share::Team(*team)), filter, after, limit)?);
            }
            rows.sort_unstable_by_key(newest_first);
            rows.dedup_by_key(|ticket| ticket.id);
            rows
        }
    };
    Ok(Page::cut(rows, limit, |ticket: &Ticket| Cursor { key: ticket.updated_at.0, id: ticket.id.0 }))
}

fn newest_first(ticket: &Ticket) -> std::cmp::Reverse<(Timestamp, TicketId)> {
    std::cmp::Reverse((ticket.updated_at, ticket.id))
}

/// A part of what a worker sees.
#[derive(Debug, Clone, Copy)]
enum Share {
    Team(TeamId),
    Agent(AgentId),
}

/// The rows of a list, one more than `limit` when more follow.
fn rows_of(
    db: &mut Db,
    share: Option<Share>,
    filter: &Filter,
    after: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Ticket>> {
    let mut query = t::table.into_boxed::<MultiBackend>();
    match (filter.status, filter.closed_too) {
        (Some(status), _) => query = query.filter(t::status.eq(status)),
        (None, false) => query = query.filter(t::closed_at.is_null()),
        (None, true) => {}
    }
    match share {
        Some(Share::Team(team)) => query = query.filter(t::team_id.eq(team)),
        Some(Share::Agent(agent)) => query = query.filter(t::assignee_id.eq(agent)),
        None => {}
    }
    if let Some(team) = filter.team {
        query = query.filter(t::team_id.eq(team));
    }
    if let Some(agent) = filter.assignee {
        query = query.filter(t::assignee_id.eq(agent));
    }
    if filter.unassigned {
        query = query.filter(t::assignee_id.is_null());
    }
    if let Some(priority) = filter.priority {
        query = query.filter(t::priority.eq(priority));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(t::channel.eq(channel));
    }
    if let Some(person) = filter.requester {
        query = query.filter(t::requester_id.eq(person));
    }
    if filter.missed {
        let missed: Vec<_> = CallOutcome::ALL.iter().copied().filter(|o| o.is_missed()).collect();
        query = query.filter(t::call_outcome.eq_any(missed));
    }
    if let Some(cursor) = after {
        // The first condition alone lets the index begin at the place; the second decides among equal times.
        let (at, id) = (Timestamp(cursor.key), TicketId(cursor.id));
        query = query.filter(t::updated_at.le(at)).filter(t::updated_at.lt(at).or(t::id.lt(id)));
    }
    Ok(query
        .order((t::updated_at.desc(), t::id.desc()))
        .limit(i64::try_from(limit).unwrap_or(50) + 1)
        .select(columns!())
        .load(db)?)
}

/// One ticket.
pub fn by_id(db: &mut Db, id: TicketId) -> Result<Ticket> {
    Ok(t::table.find(id).select(columns!()).first(db)?)
}

/// These tickets.
pub fn by_ids(db: &mut Db, ids: &[TicketId]) -> Result<Vec<Ticket>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(t::table.filter(t::id.eq_any(ids.to_vec())).select(columns!()).load(db)?)
}

/// One ticket, if it may be seen; [`Error::Missing`] also when it exists but may not.
pub fn seen_by(db: &mut Db, sees: &Sees, id: TicketId) -> Result<Ticket> {
    by_id(db, id).and_then(|ticket| if sees.includes(&ticket) { Ok(ticket) } else { Err(Error::Missing) })
}

/// The open tickets of these people and of callers with these numbers, the newest first.
pub fn open_of(db: &mut Db, people: &[PersonId], caller_keys: &[String], limit: i64) -> Result<Vec<Ticket>> {
    // Two questions, each through an index of its own: one with an OR would look at every open ticket.
    let open = || t::table.filter(t::closed_at.is_null()).order((t::updated_at.desc(), t::id.desc())).limit(limit);
    let mut rows: Vec<Ticket> = Vec::new();
    if !people.is_empty() {
        rows.extend(open().filter(t::requester_id.eq_any(people.to_vec())).select(columns!()).load::<Ticket>(db)?);
    }
    // One number alone is read from its index in order; asked as one of a list, PostgreSQL may look through all that is open.
    match caller_keys {
        [] => {}
        [key] => rows.extend(open().filter(t::caller_key.eq(key)).select(columns!()).load::<Ticket>(db)?),
        keys => rows.extend(open().filter(t::caller_key.eq_any(keys.to_vec())).select(columns!()).load::<Ticket>(db)?),
    }
    rows.sort_unstable_by_key(newest_first);
    rows.dedup_by_key(|ticket| ticket.id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// Open tickets whose subjects have words that begin with all of these, the newest first.
pub fn find_open(db: &mut Db, sees: &Sees, text: &str, limit: usize) -> Result<Vec<Ticket>> {
    let words: Vec<String> = pieces_of(text).take(6).collect();
    // The longest word finds few; the others only narrow those down.
    let Some(longest) = words.iter().max_by_key(|word| word.len()) else { return Ok(Vec::new()) };
    let starts = w::table.filter(w::word.ge(longest)).filter(w::word.lt(format!("{longest}\u{10FFFF}")));
    let ids: Vec<TicketId> = starts.select(w::ticket_id).order(w::ticket_id.desc()).limit(FOUND_MAX).load(db)?;
    let mut found = by_ids(db, &ids)?;
    found.retain(|ticket| {
        let own: Vec<String> = pieces_of(&ticket.subject).collect();
        sees.includes(ticket) && words.iter().all(|word| own.iter().any(|own| own.starts_with(word)))
    });
    found.sort_unstable_by_key(newest_first);
    found.truncate(limit);
    Ok(found)
}

/// The newest ticket of a caller's calls on a line that no agent has touched.
pub(super) fn untouched_of(db: &mut Db, caller_key: &str, line: LineId) -> Result<Option<TicketId>> {
    Ok(t::table
        .filter(t::touched_at.is_null())
        .filter(t::caller_key.eq(caller_key))
        .filter(t::line_id.eq(line))
        .filter(t::closed_at.is_null())
        .order(t::id.desc())
        .select(t::id)
        .first(db)
        .optional()?)
}

pub(super) fn insert(db: &mut Db, row: &NewRow<'_>) -> Result<TicketId> {
    let id = inserted_id!(db, t::table, t::id, row)?;
    insert_words(db, id, row.subject)?;
    Ok(id)
}

/// Changes a ticket that still is as `before` was read, and marks it as touched.
///
/// # Errors
/// [`Error::Conflict`] when somebody changed it in between.
pub(super) fn change(db: &mut Db, before: &Ticket, change: &Change, now: Timestamp) -> Result<()> {
    let closed_at = change.closed.map(|closed| closed.map(|c| c.0));
    let closed_by = change.closed.map(|closed| closed.and_then(|c| c.1));
    let changed = diesel::update(t::table.find(before.id).filter(t::rev.eq(before.rev)))
        .set((
            t::updated_at.eq(now),
            t::touched_at.eq(before.touched_at.or(Some(now))),
            t::rev.eq(before.rev + 1),
            change.subject.as_ref().map(|subject| t::subject.eq(subject)),
            change.status.map(|status| t::status.eq(status)),
            change.priority.map(|priority| t::priority.eq(priority)),
            change.team.map(|team| t::team_id.eq(team)),
            change.assignee.map(|agent| t::assignee_id.eq(agent)),
            change.requester.map(|person| t::requester_id.eq(person)),
            change.site.map(|site| t::site_id.eq(site)),
            change.category.map(|category| t::category_id.eq(category)),
            change.parent.map(|parent| t::parent_id.eq(parent)),
            change.wanted_at.map(|at| t::wanted_at.eq(at)),
            closed_at.map(|at| t::closed_at.eq(at)),
            closed_by.map(|by| t::closed_by.eq(by)),
        ))
        .execute(db)?;
    if changed != 1 {
        return Err(Error::Conflict(Message::new("error-changed-meanwhile")));
    }
    if change.subject.is_some() || change.closed.is_some() {
        // Only open tickets are found by their words.
        let is_open = closed_at.unwrap_or(before.closed_at).is_none();
        let subject = change.subject.as_deref().unwrap_or(&before.subject);
        set_words(db, before.id, if is_open { subject } else { "" })?;
    }
    Ok(())
}

/// Sets the priority alone, without marking the ticket as touched.
pub(super) fn set_priority(db: &mut Db, id: TicketId, priority: Priority) -> Result<()> {
    diesel::update(t::table.find(id)).set((t::priority.eq(priority), t::rev.eq(t::rev + 1))).execute(db)?;
    Ok(())
}

/// Sets the status alone, without marking the ticket as touched.
pub(super) fn set_status(db: &mut Db, id: TicketId, status: Status) -> Result<()> {
    diesel::update(t::table.find(id)).set((t::status.eq(status), t::rev.eq(t::rev + 1))).execute(db)?;
    Ok(())
}

/// Notes that a new call rings for a ticket that nobody has touched; says whether that is still so.
pub(super) fn join(db: &mut Db, id: TicketId, outcome: Option<CallOutcome>, now: Timestamp) -> Result<bool> {
    let untouched = t::table.find(id).filter(t::touched_at.is_null()).filter(t::closed_at.is_null());
    let rings = (t::call_outcome.eq(outcome), t::updated_at.eq(now));
    Ok(diesel::update(untouched).set(rings).execute(db)? > 0)
}

/// How many tickets are open, by team and priority.
pub fn count_open(db: &mut Db) -> Result<Vec<(Option<TeamId>, Priority, i64)>> {
    Ok(t::table
        .filter(t::closed_at.is_null())
        .group_by((t::team_id, t::priority))
        .select((t::team_id, t::priority, diesel::dsl::count_star()))
        .load(db)?)
}

/// Whether a ticket may belong to this team; to none it always may.
pub(super) fn is_open_team(db: &mut Db, id: Option<TeamId>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let found = teams::table.find(id).filter(teams::archived_at.is_null()).select(teams::id);
    Ok(found.first::<TeamId>(db).optional()?.is_some())
}

/// Whether a ticket may be given to this agent; to nobody it always may.
pub(super) fn is_active_agent(db: &mut Db, id: Option<AgentId>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let found = agents::table.find(id).filter(agents::disabled_at.is_null()).select(agents::id);
    Ok(found.first::<AgentId>(db).optional()?.is_some())
}

/// Whether there is this person; nobody always is.
pub(super) fn is_person(db: &mut Db, id: Option<PersonId>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    Ok(persons::table.find(id).select(persons::id).first::<PersonId>(db).optional()?.is_some())
}

/// Whether there is this site; none always is.
pub(super) fn is_site(db: &mut Db, id: Option<SiteId>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    Ok(sites::table.find(id).select(sites::id).first::<SiteId>(db).optional()?.is_some())
}

/// What a ticket is a part of; nothing also when there is no such ticket.
pub(super) fn parent_of(db: &mut Db, id: TicketId) -> Result<Option<TicketId>> {
    Ok(t::table.find(id).select(t::parent_id).first::<Option<TicketId>>(db).optional()?.flatten())
}

/// The parts of a ticket, the newest first.
pub fn parts_of(db: &mut Db, id: TicketId, limit: i64) -> Result<Vec<Ticket>> {
    Ok(t::table.filter(t::parent_id.eq(id)).order(t::id.desc()).limit(limit).select(columns!()).load(db)?)
}

/// The open tickets of a site, the last changed first.
pub(super) fn open_at(db: &mut Db, site: SiteId, limit: i64) -> Result<Vec<Ticket>> {
    Ok(t::table
        .filter(t::site_id.eq(site))
        .filter(t::closed_at.is_null())
        .order((t::updated_at.desc(), t::id.desc()))
        .limit(limit)
        .select(columns!())
        .load(db)?)
}
