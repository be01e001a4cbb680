//! Checks the chain from its first row to its last.

use super::store::rows_after;
use crate::base::Result;
use crate::base::id::EventId;
use crate::db::Db;

/// Rows read at a time.
const STEP: i64 = 2_000;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every row fits the one before. The last id and hash tell a later check whether rows were cut off at the end.
    Whole {
        /// The newest event, 0 when the log is empty.
        last: EventId,
        /// Its hash in hexadecimal digits.
        hash: String,
    },
    /// The first row that does not fit: it, or the row before it, was changed, removed or put in later.
    Broken {
        /// Where.
        at: EventId,
        /// In what way.
        why: &'static str,
    },
}

/// Reads the whole log.
pub fn verify(db: &mut Db) -> Result<Verdict> {
    let (mut last, mut hash) = (EventId(0), Vec::new());
    loop {
        let rows = rows_after(db, last, STEP)?;
        if rows.is_empty() {
            let hash = hash.iter().map(|octet: &u8| format!("{octet:02x}")).collect();
            return Ok(Verdict::Whole { last, hash });
        }
        for row in rows {
            let why = if row.id.0 != last.0 + 1 {
                "a row is missing before it"
            } else if row.prev_hash != hash {
                "it does not follow the row before it"
            } else if row.seal() != row.hash {
                "it was changed"
            } else {
                (last, hash) = (row.id, row.hash);
                continue;
            };
            return Ok(Verdict::Broken { at: row.id, why });
        }
    }
}
