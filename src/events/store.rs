//! The log's rows.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::{Actor, By, Event, Subject};
use crate::base::id::EventId;
use crate::base::{Result, Timestamp};
use crate::db::schema::{events, followers};
use crate::db::{Db, each_backend, serialise};

/// An event as it stands in the log.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its place; 1, 2, 3 and so on without gaps.
    pub id: EventId,
    /// When it was committed, or a moment before.
    pub at: Timestamp,
    /// Who did it; nothing for an actor that this version does not know.
    pub actor: Option<Actor>,
    /// What happened.
    pub event: Event,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Row {
    pub id: EventId,
    pub at: Timestamp,
    pub actor: String,
    pub subject: String,
    pub kind: String,
    pub data: String,
    pub request: Option<String>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Row {
    /// SHA-256 over the hash before and every column, each led by its length so that no two rows read the same.
    pub fn seal(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        let mut add = |octets: &[u8]| {
            hash.update((octets.len() as u64).to_be_bytes());
            hash.update(octets);
        };
        add(&self.prev_hash);
        add(&self.id.0.to_be_bytes());
        add(&self.at.0.to_be_bytes());
        for text in [&self.actor, &self.subject, &self.kind, &self.data] {
            add(text.as_bytes());
        }
        add(&[u8::from(self.request.is_some())]);
        add(self.request.as_deref().unwrap_or_default().as_bytes());
        hash.finalize().to_vec()
    }

    fn record(self) -> Record {
        let event = Event::from_columns(&self.kind, &self.data);
        Record { id: self.id, at: self.at, actor: Actor::parse(&self.actor), event }
    }
}

/// Adds events at the end of the chain. On PostgreSQL the chain is held by one transaction at a time, or ids would be
/// seen out of order and cursors would skip rows.
pub(super) fn append(db: &mut Db, at: Timestamp, by: &By, what: &[Event]) -> Result<()> {
    if what.is_empty() {
        return Ok(());
    }
    serialise(db, "events")?;
    let last: Option<(EventId, Vec<u8>)> =
        events::table.select((events::id, events::hash)).order(events::id.desc()).first(db).optional()?;
    let (mut id, mut prev_hash) = last.unwrap_or((EventId(0), Vec::new()));
    let mut rows = Vec::with_capacity(what.len());
    for event in what {
        id = EventId(id.0 + 1);
        let (kind, data) = event.to_columns();
        let mut row = Row {
            id,
            at,
            actor: by.actor.to_string(),
            subject: event.subject().to_string(),
            kind,
            data,
            request: by.request.clone(),
            prev_hash,
            hash: Vec::new(),
        };
        row.hash = row.seal();
        prev_hash = row.hash.clone();
        rows.push(row);
    }
    each_backend!(db, c => diesel::insert_into(events::table).values(&rows).execute(c))?;
    Ok(())
}

/// The rows after `cursor`, at most `limit`, oldest first.
pub(super) fn rows_after(db: &mut Db, cursor: EventId, limit: i64) -> Result<Vec<Row>> {
    Ok(events::table
        .filter(events::id.gt(cursor))
        .order(events::id.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(db)?)
}

/// The events after `cursor`, at most `limit`, oldest first.
pub fn read_after(db: &mut Db, cursor: EventId, limit: i64) -> Result<Vec<Record>> {
    Ok(rows_after(db, cursor, limit)?.into_iter().map(Row::record).collect())
}

/// The newest `limit` events of a thing, oldest first.
pub fn history_of(db: &mut Db, subject: Subject, limit: i64) -> Result<Vec<Record>> {
    let mut rows: Vec<Row> = events::table
        .filter(events::subject.eq(subject.to_string()))
        .order(events::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(db)?;
    rows.reverse();
    Ok(rows.into_iter().map(Row::record).collect())
}

/// When the newest event was written down; nothing for an empty log.
pub fn newest_at(db: &mut Db) -> Result<Option<Timestamp>> {
    Ok(events::table.select(events::at).order(events::id.desc()).first(db).optional()?)
}

/// The id of the newest event; 0 when there is none.
pub fn newest_id(db: &mut Db) -> Result<EventId> {
    let newest: Option<EventId> = events::table.select(events::id).order(events::id.desc()).first(db).optional()?;
    Ok(newest.unwrap_or(EventId(0)))
}

/// How far a follower has come; nothing when it never ran.
pub(super) fn cursor_of(db: &mut Db, name: &str) -> Result<Option<EventId>> {
    Ok(followers::table.find(name).select(followers::cursor).first::<i64>(db).optional()?.map(EventId))
}

/// Writes a row that says that the database took a write at `now`; for health checks.
pub fn note_alive(db: &mut Db, now: Timestamp) -> Result<()> {
    set_cursor(db, "alive", EventId(0), now)
}

/// Notes how far a follower has come.
pub(super) fn set_cursor(db: &mut Db, name: &str, cursor: EventId, now: Timestamp) -> Result<()> {
    let row = (followers::name.eq(name), followers::cursor.eq(cursor.0), followers::updated_at.eq(now));
    let change = (followers::cursor.eq(cursor.0), followers::updated_at.eq(now));
    each_backend!(db, c => diesel::insert_into(followers::table)
        .values(row)
        .on_conflict(followers::name)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}
