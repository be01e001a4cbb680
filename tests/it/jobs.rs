//! The job queue: what must happen does, once, when it is due, whatever else fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use deskbell::base::{Error, Result, Timestamp};
use deskbell::events::Act;
use deskbell::jobs::{self, Job, Next, Worker};
use diesel::connection::SimpleConnection as _;

use crate::desk::{NOON, TestDesk};

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;

static RUNS: AtomicU64 = AtomicU64::new(0);

/// Writes a line for each run; what it writes goes when it fails.
struct Scribe {
    kind: &'static str,
    fails: Arc<AtomicBool>,
    next: Option<i64>,
}

impl Job for Scribe {
    fn kind(&self) -> &'static str {
        self.kind
    }

    fn run(&self, act: &mut Act<'_>, data: &str) -> Result<Next> {
        // A number that no other worker has: runs at the same time must not fail over their keys.
        let count = RUNS.fetch_add(1, Ordering::SeqCst);
        let row = format!(
            "INSERT INTO settings (key, value, updated_at) VALUES ('{} {count}', '{data}', {})",
            self.kind, act.now.0
        );
        act.db.batch_execute(&row)?;
        if self.fails.load(Ordering::SeqCst) {
            return Err(Error::Internal("the mail server is away".into()));
        }
        Ok(self.next.map_or(Next::Done, |ms| Next::At(act.now.plus_ms(ms))))
    }
}

fn scribe(kind: &'static str) -> Scribe {
    Scribe { kind, fails: Arc::default(), next: None }
}

fn failing(kind: &'static str) -> Scribe {
    Scribe { fails: Arc::new(AtomicBool::new(true)), ..scribe(kind) }
}

fn worker(desk: &TestDesk, kinds: impl IntoIterator<Item = Scribe>) -> Worker {
    let mut worker = Worker::new(desk.app().books.clone(), &prometheus::Registry::new()).unwrap();
    kinds.into_iter().for_each(|job| worker.add(job));
    worker
}

async fn enqueue(desk: &TestDesk, kind: &'static str, at: Timestamp) {
    desk.act(move |act| jobs::enqueue(act.db, kind, "{}", at, act.now)).await;
}

impl TestDesk {
    /// How often jobs of a kind ran well.
    async fn runs(&self, kind: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM settings WHERE key LIKE '{kind} %'")).await
    }

    async fn jobs_of(&self, kind: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM jobs WHERE kind = '{kind}'")).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_runs_once_when_it_is_due_and_not_before() {
    let desk = TestDesk::start().await;
    let worker = worker(&desk, [scribe("test.one")]);
    enqueue(&desk, "test.one", NOON.plus_ms(10 * SECOND)).await;
    assert_eq!(worker.run_due().await.unwrap(), 0);
    desk.pass(10 * SECOND - 1);
    assert_eq!(worker.run_due().await.unwrap(), 0);
    desk.pass(1);
    assert_eq!(worker.run_due().await.unwrap(), 1);
    desk.pass(HOUR);
    assert_eq!(worker.run_due().await.unwrap(), 0);
    assert_eq!((desk.runs("test.one").await, desk.jobs_of("test.one").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_an_act_that_failed_never_runs() {
    let desk = TestDesk::start().await;
    let worker = worker(&desk, [scribe("test.one")]);
    let failed = desk.try_act(|act| {
        jobs::enqueue(act.db, "test.one", "{}", act.now, act.now)?;
        Err::<(), _>(Error::Missing)
    });
    assert!(failed.await.is_err());
    assert_eq!(worker.run_due().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_job_is_tried_again_with_growing_pauses_and_set_aside_at_last() {
    let desk = TestDesk::start().await;
    let worker = worker(&desk, [failing("test.bad")]);
    enqueue(&desk, "test.bad", NOON).await;
    assert_eq!(worker.run_due().await.unwrap(), 1);
    for pause_s in [5, 15, 45, 135, 405, 1_215, 3_645] {
        desk.pass(pause_s * SECOND - 1);
        assert_eq!(worker.run_due().await.unwrap(), 0, "not before {pause_s} s");
        desk.pass(1);
        assert_eq!(worker.run_due().await.unwrap(), 1, "after {pause_s} s");
    }
    desk.pass(1_000 * HOUR);
    assert_eq!(worker.run_due().await.unwrap(), 0, "it is set aside");
    assert_eq!(desk.runs("test.bad").await, 0, "what a failed try wrote is gone");
    let waiting = desk.read(|db| jobs::waiting(db, NOON)).await;
    assert_eq!(waiting.failed, 1, "monitoring sees it");
    let told = "SELECT count(*) AS number FROM jobs WHERE last_error LIKE '%mail server%' AND attempts = 8";
    assert_eq!(desk.number(told).await, 1, "with its error");
    let ready = reqwest::get(format!("http://{}/readyz", desk.app().metrics.unwrap())).await.unwrap();
    assert!(ready.text().await.unwrap().contains("1 jobs failed for good"));
    desk.sql("DELETE FROM jobs WHERE kind = 'test.bad'").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_failed_once_runs_well_later() {
    let desk = TestDesk::start().await;
    let fails = Arc::new(AtomicBool::new(true));
    let worker = worker(&desk, [Scribe { fails: Arc::clone(&fails), ..scribe("test.one") }]);
    enqueue(&desk, "test.one", NOON).await;
    worker.run_due().await.unwrap();
    fails.store(false, Ordering::SeqCst);
    desk.pass(5 * SECOND);
    worker.run_due().await.unwrap();
    assert_eq!((desk.runs("test.one").await, desk.jobs_of("test.one").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_worker_that_was_killed_is_taken_when_its_lease_is_over() {
    let desk = TestDesk::start().await;
    let worker = worker(&desk, [scribe("test.one")]);
    enqueue(&desk, "test.one", NOON).await;
    let lease = 5 * 60 * SECOND;
    desk.sql(&format!("UPDATE jobs SET leased_until_at = {}, attempts = 1 WHERE kind = 'test.one'", NOON.0 + lease))
        .await;
    desk.pass(lease);
    assert_eq!(worker.run_due().await.unwrap(), 0, "somebody may still be at it");
    desk.pass(1);
    assert_eq!(worker.run_due().await.unwrap(), 1);
    assert_eq!(desk.runs("test.one").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_never_run_the_same_job() {
    let desk = TestDesk::start().await;
    let (one, other) = (worker(&desk, [scribe("test.one")]), worker(&desk, [scribe("test.one")]));
    for _ in 0..20 {
        enqueue(&desk, "test.one", NOON).await;
    }
    let (mine, theirs) = tokio::join!(one.run_due(), other.run_due());
    assert_eq!(mine.unwrap() + theirs.unwrap(), 20);
    assert_eq!((desk.runs("test.one").await, desk.jobs_of("test.one").await), (20, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_job_is_queued_once() {
    let desk = TestDesk::start().await;
    for _ in 0..3 {
        desk.act(|act| jobs::enqueue_once(act.db, "test.one", "key", act.now, act.now)).await;
    }
    desk.act(|act| jobs::enqueue_once(act.db, "test.one", "other key", act.now, act.now)).await;
    assert_eq!(desk.jobs_of("test.one").await, 2);
    let worker = worker(&desk, [scribe("test.one")]);
    assert_eq!(worker.run_due().await.unwrap(), 2);
    desk.act(|act| jobs::enqueue_once(act.db, "test.one", "key", act.now, act.now)).await;
    assert_eq!(worker.run_due().await.unwrap(), 1, "once it is done it may be queued again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_fails_or_that_nobody_knows_holds_up_no_other() {
    let desk = TestDesk::start().await;
    let worker = worker(&desk, [failing("test.bad"), scribe("test.good")]);
    for _ in 0..3 {
        enqueue(&desk, "test.bad", NOON).await;
        enqueue(&desk, "test.unknown", NOON).await;
    }
    enqueue(&desk, "test.good", NOON).await;
    worker.run_due().await.unwrap();
    assert_eq!(desk.runs("test.good").await, 1);
    assert_eq!(desk.jobs_of("test.unknown").await, 3, "a version that knows them may come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_asks_for_its_own_next_run() {
    let desk = TestDesk::start().await;
    let fails = Arc::new(AtomicBool::new(false));
    let job = Scribe { fails: Arc::clone(&fails), next: Some(HOUR), ..scribe("test.hourly") };
    let worker = worker(&desk, [job]);
    desk.act(|act| jobs::enqueue_once(act.db, "test.hourly", "schedule", act.now, act.now)).await;
    for run in 1..=3 {
        assert_eq!(worker.run_due().await.unwrap(), 1);
        assert_eq!((desk.runs("test.hourly").await, desk.jobs_of("test.hourly").await), (run, 1));
        desk.pass(HOUR);
    }
    fails.store(true, Ordering::SeqCst);
    worker.run_due().await.unwrap();
    fails.store(false, Ordering::SeqCst);
    desk.pass(5 * SECOND);
    assert_eq!(worker.run_due().await.unwrap(), 1, "a failure does not end a schedule");
    assert_eq!((desk.runs("test.hourly").await, desk.jobs_of("test.hourly").await), (4, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_does_not_double_the_desk_s_own_schedules() {
    let mut desk = TestDesk::start().await;
    desk.settle().await;
    desk.restart().await;
    desk.settle().await;
    assert_eq!(desk.jobs_of("accounts.sweep_sessions").await, 1);
}
