//! What monitoring sees of the calls.

use prometheus::{Histogram, HistogramOpts, IntCounterVec, IntGaugeVec, Opts, Registry};

use crate::base::{Error, Result};
use crate::tickets::CallOutcome;

/// Counters of the calls of this node.
#[derive(Clone)]
pub struct Meters {
    ended: IntCounterVec,
    active: IntGaugeVec,
    pop_seconds: Histogram,
}

impl Meters {
    /// New counters, shown by `registry`.
    pub fn register(registry: &Registry) -> Result<Self> {
        let failed = |e| Error::internal("making the calls' counters", e);
        let ended = IntCounterVec::new(
            Opts::new("deskbell_calls_total", "Calls that ended"),
            &["line", "direction", "outcome"],
        )
        .map_err(failed)?;
        let active =
            IntGaugeVec::new(Opts::new("deskbell_calls_active", "Calls that ring now"), &["line"]).map_err(failed)?;
        let pop_seconds = Histogram::with_opts(
            HistogramOpts::new(
                "deskbell_call_pop_latency_seconds",
                "Time from an INVITE to its card on the live stream",
            )
            .buckets(vec![0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 10.0]),
        )
        .map_err(failed)?;
        registry.register(Box::new(ended.clone())).map_err(failed)?;
        registry.register(Box::new(active.clone())).map_err(failed)?;
        registry.register(Box::new(pop_seconds.clone())).map_err(failed)?;
        Ok(Self { ended, active, pop_seconds })
    }

    /// Says how many calls ring by line, as the database has it: right after a restart and a renaming too.
    pub fn set_active(&self, ringing: &[(&str, i64)]) {
        self.active.reset();
        for (line, count) in ringing {
            self.active.with_label_values(&[line]).set(*count);
        }
    }

    /// Counts the end of a call.
    pub(super) fn ended(&self, line: &str, outcome: CallOutcome) {
        self.ended.with_label_values(&[line, "in", outcome.word()]).inc();
    }

    pub(super) fn popped(&self, ms: i64) {
        #[expect(clippy::cast_precision_loss, reason = "a latency of less than 2^52 ms")]
        self.pop_seconds.observe(ms.max(0) as f64 / 1_000.0);
    }
}
