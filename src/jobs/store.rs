//! The queue's rows.

use diesel::prelude::*;

use crate::base::id::JobId;
use crate::base::{Result, Timestamp};
use crate::db::schema::jobs;
use crate::db::{Db, each_backend};

/// A job that was leased.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Leased {
    pub id: JobId,
    pub kind: String,
    pub data: String,
    pub attempts: i64,
    /// Whether it is a schedule, which is never set aside.
    pub unique_key: Option<String>,
}

/// How much waits, for monitoring.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    /// Jobs that are due or will be.
    pub jobs: i64,
    /// Jobs that were set aside after their last try.
    pub failed: i64,
    /// When the oldest due job was due.
    pub oldest_due_at: Option<Timestamp>,
}

/// Puts a job into the queue, to run at `run_at` or soon after.
pub fn enqueue(db: &mut Db, kind: &str, data: &str, run_at: Timestamp, now: Timestamp) -> Result<()> {
    insert(db, kind, data, None, run_at, now)
}

/// Puts a job into the queue unless one of the same kind and key is there.
pub fn enqueue_once(db: &mut Db, kind: &str, key: &str, run_at: Timestamp, now: Timestamp) -> Result<()> {
    insert(db, kind, "{}", Some(key), run_at, now)
}

fn insert(db: &mut Db, kind: &str, data: &str, key: Option<&str>, run_at: Timestamp, now: Timestamp) -> Result<()> {
    let row = (
        jobs::kind.eq(kind),
        jobs::data.eq(data),
        jobs::unique_key.eq(key),
        jobs::run_at.eq(run_at),
        jobs::attempts.eq(0),
        jobs::created_at.eq(now),
    );
    each_backend!(db, c => diesel::insert_into(jobs::table)
        .values(row)
        .on_conflict((jobs::kind, jobs::unique_key))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// Takes the next due job of one of `kinds` for `lease_ms`, so that no other worker takes it meanwhile.
pub(super) fn lease(db: &mut Db, kinds: &[&str], now: Timestamp, lease_ms: i64) -> Result<Option<Leased>> {
    crate::db::serialise(db, "jobs")?;
    let job: Option<Leased> = jobs::table
        .filter(jobs::failed_at.is_null())
        .filter(jobs::run_at.le(now))
        .filter(jobs::leased_until_at.is_null().or(jobs::leased_until_at.lt(now)))
        .filter(jobs::kind.eq_any(kinds.iter().copied()))
        .order((jobs::run_at.asc(), jobs::id.asc()))
        .select((jobs::id, jobs::kind, jobs::data, jobs::attempts, jobs::unique_key))
        .first(db)
        .optional()?;
    if let Some(job) = &job {
        diesel::update(jobs::table.find(job.id))
            .set((jobs::leased_until_at.eq(now.plus_ms(lease_ms)), jobs::attempts.eq(job.attempts + 1)))
            .execute(db)?;
    }
    Ok(job)
}

/// The job is done.
pub(super) fn remove(db: &mut Db, id: JobId) -> Result<()> {
    diesel::delete(jobs::table.find(id)).execute(db)?;
    Ok(())
}

/// The job shall run again, as a new try or as the next of a schedule (`error` empty).
pub(super) fn run_again(db: &mut Db, id: JobId, at: Timestamp, attempts: i64, error: Option<&str>) -> Result<()> {
    diesel::update(jobs::table.find(id))
        .set((
            jobs::run_at.eq(at),
            jobs::attempts.eq(attempts),
            jobs::leased_until_at.eq(None::<Timestamp>),
            jobs::last_error.eq(error),
        ))
        .execute(db)?;
    Ok(())
}

/// The job is set aside after its last try.
pub(super) fn set_aside(db: &mut Db, id: JobId, now: Timestamp, error: &str) -> Result<()> {
    diesel::update(jobs::table.find(id))
        .set((jobs::failed_at.eq(now), jobs::last_error.eq(error), jobs::leased_until_at.eq(None::<Timestamp>)))
        .execute(db)?;
    Ok(())
}

/// How much waits.
pub fn waiting(db: &mut Db, now: Timestamp) -> Result<Waiting> {
    let failed = jobs::table.filter(jobs::failed_at.is_not_null()).count().get_result(db)?;
    let queued = jobs::table.filter(jobs::failed_at.is_null());
    let oldest: Option<Timestamp> =
        queued.filter(jobs::run_at.le(now)).select(jobs::run_at).order(jobs::run_at.asc()).first(db).optional()?;
    Ok(Waiting { jobs: queued.count().get_result(db)?, failed, oldest_due_at: oldest })
}
