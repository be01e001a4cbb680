//! What monitoring sees of the database.

use prometheus::{Histogram, HistogramOpts, HistogramVec, Registry};

use crate::base::{Error, Result};

/// Counters of one [`super::Store`].
#[derive(Clone)]
pub struct Meters {
    /// Time from taking a connection to having the answer, by `op` (`read`, `write`).
    pub query_seconds: HistogramVec,
    /// Time of one SQLite group: its closures and its commit.
    pub commit_seconds: Histogram,
    /// Closures that shared one commit.
    pub group_size: Histogram,
}

impl Meters {
    /// New counters, all zero.
    pub fn new() -> Result<Self> {
        let seconds = vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
        let failed = |e| Error::internal("making the database's counters", e);
        Ok(Self {
            query_seconds: HistogramVec::new(
                HistogramOpts::new("deskbell_db_query_duration_seconds", "Time of one read or write, waiting included")
                    .buckets(seconds.clone()),
                &["op"],
            )
            .map_err(failed)?,
            commit_seconds: Histogram::with_opts(
                HistogramOpts::new("deskbell_db_commit_duration_seconds", "Time of one group of writes on SQLite")
                    .buckets(seconds),
            )
            .map_err(failed)?,
            group_size: Histogram::with_opts(
                HistogramOpts::new("deskbell_db_commit_writes", "Writes that shared one commit on SQLite")
                    .buckets(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]),
            )
            .map_err(failed)?,
        })
    }

    /// Adds the counters to what `/metrics` shows.
    pub fn register(&self, registry: &Registry) -> Result<()> {
        let failed = |e| Error::internal("registering the database's counters", e);
        registry.register(Box::new(self.query_seconds.clone())).map_err(failed)?;
        registry.register(Box::new(self.commit_seconds.clone())).map_err(failed)?;
        registry.register(Box::new(self.group_size.clone())).map_err(failed)
    }
}
