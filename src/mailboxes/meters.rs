//! What monitoring sees of mail.

use prometheus::{IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

use super::ledger::FolderState;
use super::mailbox::Mailbox;
use super::outbound::OutboundState;
use super::store::{self, Queue};
use crate::base::{Error, Result, Timestamp};
use crate::db::Db;

/// Figures of mail. Mailboxes (`account`) are told apart by their names; there are few.
#[derive(Clone)]
pub struct Meters {
    failures: IntCounterVec,
    unaccounted: IntGauge,
    fetched: IntGaugeVec,
    lag: IntGaugeVec,
    queue: IntGaugeVec,
    oldest: IntGaugeVec,
    quarantined: IntGauge,
}

/// What the gauges show, as the database has it.
pub struct Counts {
    mailboxes: Vec<Mailbox>,
    unaccounted: i64,
    folders: Vec<FolderState>,
    queue: Vec<(OutboundState, i64)>,
    queues: Vec<Queue>,
    quarantined: i64,
}

impl Counts {
    /// Reads them.
    pub fn read(db: &mut Db, now: Timestamp) -> Result<Self> {
        Ok(Self {
            mailboxes: store::mailboxes(db)?,
            unaccounted: store::unaccounted(db, now)?,
            folders: store::folder_states(db)?,
            queue: store::count_outbox(db)?,
            queues: store::queues(db)?,
            quarantined: store::count_quarantined(db)?,
        })
    }
}

impl Meters {
    /// New figures, shown nowhere yet.
    ///
    /// # Errors
    /// [`Error::Internal`] when a name is wrong.
    pub fn new() -> Result<Self> {
        let failed = |e| Error::internal("making the mail's figures", e);
        let gauges = |name, help, labels: &[&str]| IntGaugeVec::new(Opts::new(name, help), labels).map_err(failed);
        let errors = Opts::new("deskbell_mail_fetch_errors_total", "Failures of a mailbox to be read");
        Ok(Self {
            failures: IntCounterVec::new(errors, &["account", "kind"]).map_err(failed)?,
            unaccounted: IntGauge::new(
                "deskbell_mail_unaccounted",
                "Mails on servers that the ledger does not know, and those that it has not decided within ten minutes",
            )
            .map_err(failed)?,
            fetched: gauges(
                "deskbell_mail_fetch_last_success_timestamp_seconds",
                "When all folders of a mailbox were last read to the end",
                &["account"],
            )?,
            lag: gauges(
                "deskbell_mail_fetch_lag_seconds",
                "How long the oldest mail has waited that is known to be on the server and is not taken",
                &["account"],
            )?,
            queue: gauges("deskbell_mail_queue_messages", "Letters that wait or failed", &["state"])?,
            oldest: gauges(
                "deskbell_mail_queue_oldest_seconds",
                "How long the oldest letter has waited for a server",
                &["account"],
            )?,
            quarantined: IntGauge::new("deskbell_mail_quarantined", "Mails that nobody could read").map_err(failed)?,
        })
    }

    /// Shows them in `registry`.
    ///
    /// # Errors
    /// [`Error::Internal`] when they are there already.
    pub fn register(&self, registry: &Registry) -> Result<()> {
        let failed = |e| Error::internal("showing the mail's figures", e);
        registry.register(Box::new(self.failures.clone())).map_err(failed)?;
        registry.register(Box::new(self.unaccounted.clone())).map_err(failed)?;
        registry.register(Box::new(self.fetched.clone())).map_err(failed)?;
        registry.register(Box::new(self.lag.clone())).map_err(failed)?;
        registry.register(Box::new(self.queue.clone())).map_err(failed)?;
        registry.register(Box::new(self.oldest.clone())).map_err(failed)?;
        registry.register(Box::new(self.quarantined.clone())).map_err(failed)
    }

    /// Counts a failure of a kind.
    pub(super) fn failed(&self, mailbox: &str, kind: &str) {
        self.failures.with_label_values(&[mailbox, kind]).inc();
    }

    /// Shows what was counted.
    pub fn show(&self, counts: &Counts, now: Timestamp) {
        self.unaccounted.set(counts.unaccounted);
        self.quarantined.set(counts.quarantined);
        self.fetched.reset();
        self.lag.reset();
        self.oldest.reset();
        for mailbox in counts.mailboxes.iter().filter(|own| own.disabled_at.is_none() && !own.is_sample()) {
            let name = mailbox.card.name.as_str();
            // Zero stands for never, as Prometheus has it.
            let at = mailbox.fetched_at.map_or(0, |at| at.0 / 1_000);
            self.fetched.with_label_values(&[name]).set(at);
            let own = counts.folders.iter().filter(|folder| folder.mailbox == mailbox.id);
            let behind = own.filter_map(|folder| folder.behind_since_at).min();
            let oldest = counts.queues.iter().find(|queue| queue.mailbox == mailbox.id).and_then(|q| q.oldest_at);
            let waited_s = |since: Option<Timestamp>| since.map_or(0, |since| now.since_ms(since).max(0) / 1_000);
            self.lag.with_label_values(&[name]).set(waited_s(behind));
            self.oldest.with_label_values(&[name]).set(waited_s(oldest));
        }
        for state in [OutboundState::Held, OutboundState::Queued, OutboundState::Failed] {
            let count = counts.queue.iter().find(|(own, _)| *own == state).map_or(0, |(_, count)| *count);
            self.queue.with_label_values(&[state.word()]).set(count);
        }
    }
}
