//! A schedule that forgets old sessions and throttles.

use super::store;
use crate::base::Result;
use crate::events::Act;
use crate::jobs::{Job, Next};

/// Every hour: sessions that began and were last used more than 30 days ago, throttles that are over.
pub struct SweepSessions;

const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;

impl Job for SweepSessions {
    fn kind(&self) -> &'static str {
        "accounts.sweep_sessions"
    }

    fn run(&self, act: &mut Act<'_>, _data: &str) -> Result<Next> {
        store::sweep(act.db, act.now.plus_ms(-KEPT_MS), act.now)?;
        Ok(Next::At(act.now.plus_ms(HOUR_MS)))
    }
}
