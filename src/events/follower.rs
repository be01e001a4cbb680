//! Followers: what happens because something happened, after it was committed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use prometheus::{GaugeVec, IntGaugeVec, Opts, Registry};
use tokio::sync::{Mutex as Turn, watch};

use super::store::{cursor_of, newest_id, read_after, set_cursor};
use super::{Act, Actor, Books, Record};
use crate::base::id::EventId;
use crate::base::{Error, Result, Timestamp};

/// Events that one step hands over at most.
const BATCH_MAX: i64 = 500;

/// How often the log is looked at without a sign: events of other nodes on the same database come without one.
const POLL: Duration = Duration::from_millis(500);

/// How long a follower that failed rests.
const REST: Duration = Duration::from_secs(2);

/// Where a follower begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Where its cursor row says, the beginning of the log at first: for what must see every event exactly once. Its
    /// writes and its cursor are one transaction.
    Cursor,
    /// At the end of the log: for what serves only those who are here now, such as live screens.
    End,
}

/// Reads the log in order.
pub trait Follower: Send + 'static {
    /// Its name in the cursor row and on `/metrics`.
    fn name(&self) -> &'static str;

    /// Where it begins.
    fn start(&self) -> Start;

    /// Takes the next events. On an error the same events come again, so what it does beside the database must bear that.
    ///
    /// # Errors
    /// Anything; it is logged, and the follower tries again after a rest.
    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<()>;
}

/// All followers of this node and how far each has come.
pub struct Followers {
    books: Books,
    lag: IntGaugeVec,
    seconds: GaugeVec,
    stop: watch::Sender<bool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
    places: watch::Sender<Vec<EventId>>,
    page: Arc<Turn<Page>>,
}

/// The events after a place that were read last. What stands in the log stays as it is, so who comes to the same place need
/// not read them again; most followers do, at the same moment.
struct Page {
    after: EventId,
    events: Arc<Vec<Record>>,
}

impl Followers {
    /// None yet.
    pub fn new(books: Books, registry: &Registry) -> Result<Self> {
        let failed = |e| Error::internal("making the followers' counters", e);
        let lag = IntGaugeVec::new(Opts::new("deskbell_follower_lag_events", "Events not yet followed"), &["follower"])
            .map_err(failed)?;
        let seconds = GaugeVec::new(
            Opts::new("deskbell_follower_lag_seconds", "Age of the oldest event not yet followed"),
            &["follower"],
        )
        .map_err(failed)?;
        registry.register(Box::new(lag.clone())).map_err(failed)?;
        registry.register(Box::new(seconds.clone())).map_err(failed)?;
        Ok(Self {
            books,
            lag,
            seconds,
            stop: watch::channel(false).0,
            tasks: Vec::new(),
            places: watch::channel(Vec::new()).0,
            page: Arc::new(Turn::new(Page { after: EventId(0), events: Arc::default() })),
        })
    }

    /// Starts a follower. Its place is known when this returns, so no later event escapes it.
    pub async fn add<F: Follower>(&mut self, follower: F) -> Result<()> {
        let (name, start) = (follower.name(), follower.start());
        let cursor = self
            .books
            .read(move |db| match start {
                Start::Cursor => Ok(cursor_of(db, name)?.unwrap_or(EventId(0))),
                Start::End => newest_id(db),
            })
            .await?;
        let slot = self.places.borrow().len();
        self.places.send_modify(|places| places.push(cursor));
        let run = Run {
            books: self.books.clone(),
            lag: self.lag.with_label_values(&[name]),
            seconds: self.seconds.with_label_values(&[name]),
            places: self.places.clone(),
            page: Arc::clone(&self.page),
            slot,
            cursor,
        };
        self.tasks.push(tokio::spawn(run.run(follower, self.stop.subscribe())));
        Ok(())
    }

    /// Waits until every follower has taken all events up to `newest`.
    pub async fn have_seen(&self, newest: EventId) {
        let mut places = self.places.subscribe();
        // The sender is ours, so the channel can't be closed.
        let _ = places.wait_for(|places| places.iter().all(|place| *place >= newest)).await;
    }

    /// Ends them; events that are left are taken at the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            let _ = task.await;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

struct Run {
    books: Books,
    lag: prometheus::IntGauge,
    seconds: prometheus::Gauge,
    places: watch::Sender<Vec<EventId>>,
    page: Arc<Turn<Page>>,
    slot: usize,
    cursor: EventId,
}

impl Run {
    async fn run<F: Follower>(mut self, follower: F, mut stop: watch::Receiver<bool>) {
        let follower = Arc::new(Mutex::new(follower));
        let mut written = self.books.watch();
        while !*stop.borrow() && stop.has_changed().is_ok() {
            let wait = match self.step(&follower).await {
                Ok(true) => continue,
                Ok(false) => POLL,
                Err(error) => {
                    tracing::warn!(follower = lock(&follower).name(), %error, "a follower failed; it will try again");
                    REST
                }
            };
            tokio::select! {
                _ = written.changed(), if wait == POLL => {}
                _ = stop.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Takes the next batch; says whether there was one.
    async fn step<F: Follower>(&mut self, follower: &Arc<Mutex<F>>) -> Result<bool> {
        let events = self.next().await?;
        self.note(events.first().map(|e| e.at), events.len());
        let Some(last) = events.last().map(|e| e.id) else { return Ok(false) };
        let follower = Arc::clone(follower);
        let (name, start) = {
            let f = lock(&follower);
            (f.name(), f.start())
        };
        match start {
            Start::Cursor => {
                self.books
                    .write(Actor::Daemon, move |act| {
                        lock(&follower).follow(act, &events)?;
                        set_cursor(act.db, name, last, act.now)
                    })
                    .await?;
            }
            Start::End => {
                let (clock, by) = (self.books.clock().clone(), Actor::Daemon.into());
                let follow = move |db: &mut _| lock(&follower).follow(&mut Act::new(db, &clock, &by), &events);
                self.books.read(follow).await?;
            }
        }
        self.cursor = last;
        let slot = self.slot;
        self.places.send_modify(|places| {
            if let Some(place) = places.get_mut(slot) {
                *place = last;
            }
        });
        Ok(true)
    }

    /// The next events; none at the end of the log.
    async fn next(&self) -> Result<Arc<Vec<Record>>> {
        let cursor = self.cursor;
        let mut page = self.page.lock().await;
        if page.after != cursor || page.events.is_empty() {
            let events = self.books.read(move |db| read_after(db, cursor, BATCH_MAX)).await?;
            *page = Page { after: cursor, events: Arc::new(events) };
        }
        Ok(Arc::clone(&page.events))
    }

    fn note(&self, oldest: Option<Timestamp>, waiting: usize) {
        let now = self.books.clock().now();
        self.lag.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        #[expect(clippy::cast_precision_loss, reason = "a lag of less than 2^52 ms")]
        self.seconds.set(oldest.map_or(0.0, |at| now.since_ms(at).max(0) as f64 / 1000.0));
    }
}
