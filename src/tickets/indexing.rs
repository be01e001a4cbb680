//! A job that makes tickets findable by their words that were there before the words were.

use super::store;
use crate::base::Result;
use crate::base::id::TicketId;
use crate::events::Act;
use crate::jobs::{self, Job, Next};

const KIND: &str = "tickets.index_words";

/// Tickets of one run: a fraction of a second.
const BATCH: i64 = 1_000;

/// Goes through all tickets, a batch at a time; each run asks for the next.
pub struct IndexWords;

impl IndexWords {
    /// Puts the first batch into the queue if there are tickets, but no words yet.
    pub fn begin(act: &mut Act<'_>) -> Result<()> {
        if store::is_unindexed(act.db)? { jobs::enqueue(act.db, KIND, "0", act.now, act.now) } else { Ok(()) }
    }
}

impl Job for IndexWords {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, act: &mut Act<'_>, data: &str) -> Result<Next> {
        let after = TicketId(data.parse().unwrap_or(0));
        if let Some(last) = store::index_after(act.db, after, BATCH)? {
            jobs::enqueue(act.db, KIND, &last.to_string(), act.now, act.now)?;
        }
        Ok(Next::Done)
    }
}
