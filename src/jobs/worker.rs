//! The worker: takes due jobs and runs them, one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use prometheus::{IntCounterVec, Opts, Registry};
use tokio::sync::watch;

use super::store::{self, Leased};
use crate::base::{Error, Result, Timestamp};
use crate::events::{Act, Actor, Books};

/// How long a job may run before another worker may take it.
const LEASE_MS: i64 = 5 * 60 * 1_000;

/// Tries before a job is set aside. A schedule goes on trying: it would never come back by itself.
const ATTEMPTS_MAX: i64 = 8;

/// How often the queue is looked at.
const POLL: Duration = Duration::from_secs(1);

/// What becomes of a job that ran well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing more.
    Done,
    /// It runs again then: a schedule.
    At(Timestamp),
}

/// A kind of work. `run` calls one verb.
pub trait Job: Send + Sync + 'static {
    /// The name in the row, as `feature.verb`.
    fn kind(&self) -> &'static str;

    /// Does the work inside one act; the job's row is settled in the same transaction.
    ///
    /// # Errors
    /// Anything; the job is tried again later.
    fn run(&self, act: &mut Act<'_>, data: &str) -> Result<Next>;
}

/// Runs the jobs of this node.
pub struct Worker {
    books: Books,
    kinds: BTreeMap<&'static str, Arc<dyn Job>>,
    failed: IntCounterVec,
    /// Held while the queue is worked off: who asks for what is due also waits for the job that another look has begun.
    at_work: tokio::sync::Mutex<()>,
}

/// A worker at work.
pub struct Running {
    worker: Arc<Worker>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Runs everything that is due now, without waiting for the next look; what was begun already has ended as well.
    pub async fn run_due(&self) -> Result<usize> {
        self.worker.run_due().await
    }

    /// Ends the worker after the job that it is at.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

impl Worker {
    /// A worker that knows no kinds yet.
    pub fn new(books: Books, registry: &Registry) -> Result<Self> {
        let made = |e| Error::internal("making the jobs' counters", e);
        let failed =
            IntCounterVec::new(Opts::new("deskbell_jobs_failed_total", "Tries of jobs that failed"), &["queue"])
                .map_err(made)?;
        registry.register(Box::new(failed.clone())).map_err(made)?;
        Ok(Self { books, kinds: BTreeMap::new(), failed, at_work: tokio::sync::Mutex::default() })
    }

    /// Teaches the worker a kind.
    pub fn add(&mut self, job: impl Job) {
        self.kinds.insert(job.kind(), Arc::new(job));
    }

    /// Runs everything that is due and says how many jobs that were.
    pub async fn run_due(&self) -> Result<usize> {
        let _at_work = self.at_work.lock().await;
        let mut count = 0;
        while let Some(job) = self.lease().await? {
            count += 1;
            self.run_one(job).await?;
        }
        Ok(count)
    }

    /// Starts to work.
    pub fn start(self) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let worker = Arc::new(self);
        let busy = Arc::clone(&worker);
        let task = tokio::spawn(async move {
            while !*stopped.borrow() && stopped.has_changed().is_ok() {
                if let Err(error) = busy.run_due().await {
                    tracing::warn!(%error, "the job queue can't be read; it will be tried again");
                }
                tokio::select! {
                    _ = stopped.changed() => {}
                    () = tokio::time::sleep(POLL) => {}
                }
            }
        });
        Running { worker, stop, task }
    }

    async fn lease(&self) -> Result<Option<Leased>> {
        let kinds: Vec<&'static str> = self.kinds.keys().copied().collect();
        let now = self.books.clock().now();
        // A look costs nothing; the write only happens when there is something to take.
        if self.books.read(move |db| store::waiting(db, now)).await?.oldest_due_at.is_none() {
            return Ok(None);
        }
        self.books.write(Actor::Daemon, move |act| store::lease(act.db, &kinds, act.now, LEASE_MS)).await
    }

    async fn run_one(&self, leased: Leased) -> Result<()> {
        let Some(job) = self.kinds.get(leased.kind.as_str()).cloned() else { return Ok(()) };
        let (id, data) = (leased.id, leased.data.clone());
        let outcome = self
            .books
            .write(Actor::Daemon, move |act| match job.run(act, &data)? {
                Next::Done => store::remove(act.db, id),
                Next::At(at) => store::run_again(act.db, id, at, 0, None),
            })
            .await;
        let Err(error) = outcome else { return Ok(()) };
        self.failed.with_label_values(&[&leased.kind]).inc();
        tracing::warn!(job = leased.kind, attempts = leased.attempts + 1, %error, "a job failed");
        self.books
            .write(Actor::Daemon, move |act| {
                let (tries, text) = (leased.attempts + 1, error.to_string());
                if tries >= ATTEMPTS_MAX && leased.unique_key.is_none() {
                    return store::set_aside(act.db, id, act.now, &text);
                }
                store::run_again(act.db, id, act.now.plus_ms(pause_ms(tries)), tries, Some(&text))
            })
            .await
    }
}

/// 5 s after the first failure, then three times as long each time, at most 6 h.
fn pause_ms(tries: i64) -> i64 {
    let exponent = u32::try_from(tries.clamp(1, 12) - 1).unwrap_or(0);
    (5_000 * 3_i64.pow(exponent)).min(6 * 60 * 60 * 1_000)
}

#[cfg(test)]
mod tests {
    use super::pause_ms;

    #[test]
    fn pauses_grow_and_end() {
        assert_eq!(pause_ms(1), 5_000);
        assert_eq!(pause_ms(2), 15_000);
        assert_eq!(pause_ms(1_000), 6 * 60 * 60 * 1_000);
    }
}
