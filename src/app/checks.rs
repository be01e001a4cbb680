//! Whether the desk can work, and the figures that are counted when somebody asks.

use prometheus::{IntGauge, IntGaugeVec, Opts, Registry};

use crate::base::{Clock, Error, Result};
use crate::calls::{self, LineTable};
use crate::db;
use crate::events::Books;
use crate::jobs;
use crate::mailboxes;
use crate::ops::health::{Checks, Finding};
use crate::ops::metrics::Figures;
use crate::tickets;
use crate::{accounts, events};

/// What `/readyz` asks.
pub(super) fn checks(books: &Books, clock: &Clock) -> Checks {
    let (database, work, mail) = (books.clone(), books.clone(), books.clone());
    Checks::new(clock.clone())
        .with("database", move || {
            let books = database.clone();
            async move {
                match ping(&books).await {
                    Ok(()) => Finding::ok("takes writes"),
                    Err(error) => Finding::down(format!("takes no writes: {error}")),
                }
            }
        })
        .with("jobs", move || {
            let books = work.clone();
            async move {
                let now = books.clock().now();
                match books.read(move |db| jobs::waiting(db, now)).await {
                    Ok(waiting) if waiting.failed > 0 => {
                        Finding::degraded(format!("{} jobs failed for good", waiting.failed))
                    }
                    Ok(_) => Finding::ok(""),
                    Err(error) => Finding::down(error.to_string()),
                }
            }
        })
        .with("mail", move || {
            let books = mail.clone();
            async move {
                let now = books.clock().now();
                match books.read(move |db| mailboxes::Ailments::read(db, now)).await {
                    Ok(found) if found.is_none() => Finding::ok(""),
                    // Calls are taken all the same, so the desk is not to be taken away.
                    Ok(found) => Finding::degraded(found.to_string()),
                    Err(error) => Finding::degraded(error.to_string()),
                }
            }
        })
}

/// Writes something to the disk and waits until it is there.
pub(crate) async fn ping(books: &Books) -> Result<()> {
    let now = books.clock().now();
    books.store().write(move |db| events::note_alive(db, now)).await
}

/// Gauges that are read from the database when `/metrics` is asked for.
#[derive(Clone)]
struct Gauges {
    tickets: IntGaugeVec,
    jobs: IntGaugeVec,
    job_age: IntGaugeVec,
    size: IntGauge,
    connections: IntGauge,
}

impl Gauges {
    fn register(registry: &Registry) -> prometheus::Result<Self> {
        let gauges = Self {
            tickets: IntGaugeVec::new(
                Opts::new("deskbell_tickets_open", "Tickets that are not closed"),
                &["team", "priority"],
            )?,
            jobs: IntGaugeVec::new(
                Opts::new("deskbell_job_queue_length", "Jobs that wait, or were set aside"),
                &["queue"],
            )?,
            job_age: IntGaugeVec::new(
                Opts::new("deskbell_job_queue_oldest_age_seconds", "How long the oldest due job waits"),
                &["queue"],
            )?,
            size: IntGauge::new("deskbell_db_size_bytes", "Octets of the database")?,
            connections: IntGauge::new("deskbell_db_connections", "Open connections to the database")?,
        };
        registry.register(Box::new(gauges.tickets.clone()))?;
        registry.register(Box::new(gauges.jobs.clone()))?;
        registry.register(Box::new(gauges.job_age.clone()))?;
        registry.register(Box::new(gauges.size.clone()))?;
        registry.register(Box::new(gauges.connections.clone()))?;
        Ok(gauges)
    }

    async fn refresh(&self, books: &Books, lines: &LineTable, calls: &calls::Meters) -> Result<()> {
        let now = books.clock().now();
        let (open, teams, waiting, size, ringing) = books
            .read(move |db| {
                let open = tickets::count_open(db)?;
                let ringing = calls::count_ringing(db)?;
                Ok((open, accounts::teams(db)?, jobs::waiting(db, now)?, db::size_bytes(db)?, ringing))
            })
            .await?;
        let lines = lines.now();
        let of = |line: &calls::Line| ringing.iter().find(|(id, _)| *id == line.id).map_or(0, |(_, count)| *count);
        let active: Vec<(&str, i64)> = lines.0.iter().map(|line| (line.name.as_str(), of(line))).collect();
        calls.set_active(&active);
        self.tickets.reset();
        for (team, priority, count) in open {
            let name = team.and_then(|id| teams.iter().find(|t| t.id == id)).map_or("none", |t| &t.name);
            self.tickets.with_label_values(&[name, priority.word()]).set(count);
        }
        self.jobs.with_label_values(&["waiting"]).set(waiting.jobs);
        self.jobs.with_label_values(&["failed"]).set(waiting.failed);
        let age = waiting.oldest_due_at.map_or(0, |due| now.since_ms(due).max(0) / 1_000);
        self.job_age.with_label_values(&["waiting"]).set(age);
        self.size.set(size);
        self.connections.set(i64::from(books.store().connections()));
        Ok(())
    }
}

/// Figures that read the database before they are shown.
pub(super) fn refreshing(
    figures: Figures,
    registry: &Registry,
    books: &Books,
    lines: &LineTable,
    calls: &calls::Meters,
    mail: &mailboxes::Meters,
) -> Result<Figures> {
    let gauges = Gauges::register(registry).map_err(|e| Error::internal("the gauges", e))?;
    let (books, lines, calls, mail) = (books.clone(), lines.clone(), calls.clone(), mail.clone());
    Ok(figures.refreshed_by(move || {
        let (gauges, books, lines, calls) = (gauges.clone(), books.clone(), lines.clone(), calls.clone());
        let mail = mail.clone();
        async move {
            let now = books.clock().now();
            match books.read(move |db| mailboxes::Counts::read(db, now)).await {
                Ok(counts) => mail.show(&counts, now),
                Err(error) => tracing::warn!(%error, "the figures of mail can't be read; the last ones are shown"),
            }
            if let Err(error) = gauges.refresh(&books, &lines, &calls).await {
                tracing::warn!(%error, "some figures can't be read; the last ones are shown");
            }
        }
    }))
}
