//! Durable background work: what must happen, though not within a request.
//!
//! A *job* is a row; a *worker* leases due rows, runs them by their kind, and deletes them when done. A job that fails is
//! tried again with growing pauses, at last set aside with its error. A *schedule* is a job with a unique key that asks
//! for its own next run. The queue knows no feature: each registers its kinds at start.
//!
//! Invariants: a job runs at least once after the act that enqueued it was committed, and never before; a lease that ran
//! out (the daemon was killed) lets another worker take the job, so what a job does must bear being done twice; one
//! failing kind never holds up the others.
//!
//! Owns the table `jobs`.

mod store;
mod worker;

pub use store::{Waiting, enqueue, enqueue_once, waiting};
pub use worker::{Job, Next, Running, Worker};
