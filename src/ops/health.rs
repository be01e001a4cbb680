//! `/healthz`: is the process alive. `/readyz`: can it do its work.
//!
//! `/healthz` depends on nothing: whoever restarts a process because a database is away makes matters worse. `/readyz` runs
//! the named checks side by side, each with a deadline, and answers 503 when one is down. What is merely degraded (a phone
//! line, a mailbox) is said but still 200, or a load balancer would take a working desk away. An answer is kept for a
//! second, so that asking often costs the database nothing.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use futures_util::future::join_all;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::base::{Clock, Timestamp};

/// How long a check may take.
const DEADLINE: Duration = Duration::from_secs(2);

/// How long an answer is good for, in milliseconds.
const FRESH_MS: i64 = 1_000;

/// How a part of the daemon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It works.
    Ok,
    /// It works in part; people should look, machines should not.
    Degraded,
    /// It does not work, and without it the daemon is of no use.
    Down,
}

/// What a check found: how the part is, and a word on why. The word is shown to strangers on the metrics listener: no
/// secrets, no names of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub status: Status,
    /// Why; may be empty when all is well.
    pub detail: String,
}

impl Finding {
    /// All is well.
    pub fn ok(detail: impl Into<String>) -> Self {
        Self { status: Status::Ok, detail: detail.into() }
    }

    /// It works in part.
    pub fn degraded(detail: impl Into<String>) -> Self {
        Self { status: Status::Degraded, detail: detail.into() }
    }

    /// It does not work.
    pub fn down(detail: impl Into<String>) -> Self {
        Self { status: Status::Down, detail: detail.into() }
    }
}

/// A check's name and what it found when.
#[derive(Debug, Clone, Serialize)]
pub struct Observation {
    /// The name of the check.
    pub name: &'static str,
    /// How the part is.
    pub status: Status,
    /// Why; left out where strangers ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When it was found, in RFC 3339.
    pub observed_at: String,
}

type Probe = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Finding> + Send>> + Send + Sync>;

/// The checks of a daemon.
pub struct Checks {
    clock: Clock,
    deadline: Duration,
    probes: Vec<(&'static str, Probe)>,
    last: Mutex<Option<(Timestamp, Vec<Observation>)>>,
}

impl Checks {
    /// No checks yet: always ready.
    pub fn new(clock: Clock) -> Self {
        Self { clock, deadline: DEADLINE, probes: Vec::new(), last: Mutex::new(None) }
    }

    /// With one more. It may wait, but not block; what takes longer than two seconds or panics is down.
    #[must_use]
    pub fn with<F>(mut self, name: &'static str, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Finding> + Send + 'static,
    {
        self.probes.push((name, Box::new(move || Box::pin(probe()))));
        self
    }

    /// With another deadline than two seconds, for tests.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What the checks find, at most a second old. Askers at the same time share one run.
    pub async fn observe(&self) -> Vec<Observation> {
        let mut last = self.last.lock().await;
        let now = self.clock.now();
        if let Some((at, known)) = last.as_ref()
            && (0..FRESH_MS).contains(&now.since_ms(*at))
        {
            return known.clone();
        }
        let found = join_all(self.probes.iter().map(|(name, probe)| self.run(name, probe))).await;
        last.insert((now, found)).1.clone()
    }

    async fn run(&self, name: &'static str, probe: &Probe) -> Observation {
        // A task of its own, so that a check that panics takes only itself down; the call itself may panic as well.
        let finding = match std::panic::catch_unwind(AssertUnwindSafe(probe)) {
            Err(_) => Finding::down("the check failed"),
            Ok(check) => {
                let mut task = tokio::spawn(check);
                match tokio::time::timeout(self.deadline, &mut task).await {
                    Ok(Ok(finding)) => finding,
                    Ok(Err(_)) => Finding::down("the check failed"),
                    Err(_) => {
                        task.abort();
                        Finding::down(format!("no answer within {:?}", self.deadline))
                    }
                }
            }
        };
        let observed_at = self.clock.now().rfc3339();
        Observation { name, status: finding.status, detail: Some(finding.detail), observed_at }
    }
}

/// Who asks, and so how much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Details {
    /// On the metrics listener: with the reasons.
    Shown,
    /// On the web listener, where strangers are: names and states only.
    Hidden,
}

/// Mounts `/healthz` and `/readyz`.
pub fn configure(checks: web::Data<Checks>, details: Details) -> impl FnOnce(&mut web::ServiceConfig) {
    let ready = move || readyz(checks.clone(), details);
    move |config| {
        let alive = web::resource("/healthz").route(web::get().to(healthz)).route(web::head().to(healthz));
        let able = web::resource("/readyz").route(web::get().to(ready.clone())).route(web::head().to(ready));
        config.service(alive).service(able);
    }
}

async fn healthz() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body("ok\n")
}

async fn readyz(checks: web::Data<Checks>, details: Details) -> HttpResponse {
    let mut found = checks.observe().await;
    if details == Details::Hidden {
        found.iter_mut().for_each(|observation| observation.detail = None);
    }
    let down = found.iter().any(|observation| observation.status == Status::Down);
    let mut response = if down { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    response.insert_header((CACHE_CONTROL, "no-store")).json(serde_json::json!({ "checks": found }))
}
