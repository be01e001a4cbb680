//! How many mails had which fate, for a page that is looked at often. Counting a large ledger takes a while, so what was
//! counted is shown again for as long as counting stays a small part of the time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ledger::Outcome;
use super::store;
use crate::base::Result;
use crate::db::Db;

/// What counts faster is counted each time.
const QUICK: Duration = Duration::from_millis(50);

/// For so many times as long as counting took, what was counted is shown.
const KEPT: u32 = 20;

/// The sums of the ledger. Cheap to clone; all clones are the same.
#[derive(Clone, Default)]
pub struct Sums {
    kept: Arc<Mutex<Option<Kept>>>,
}

struct Kept {
    counts: Vec<(Outcome, i64)>,
    until: Instant,
}

impl Sums {
    /// How many mails had which fate, of all time. Those that somebody has to look after are counted each time; the others
    /// may be some seconds old with a ledger of millions.
    pub fn read(&self, db: &mut Db) -> Result<Vec<(Outcome, i64)>> {
        let began = Instant::now();
        let mut counts = match self.known(began) {
            Some(counts) => counts,
            None => {
                let counts = store::outcome_counts(db)?;
                self.keep(&counts, began, began.elapsed());
                return Ok(counts);
            }
        };
        counts.retain(|(outcome, _)| *outcome != Outcome::Quarantined);
        counts.push((Outcome::Quarantined, store::count_quarantined(db)?));
        Ok(counts)
    }

    /// What was counted a moment ago. The first who finds it too old counts, and the others go on with it meanwhile.
    fn known(&self, now: Instant) -> Option<Vec<(Outcome, i64)>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.as_mut()?;
        if now >= own.until {
            own.until = now + Duration::from_secs(10);
            return None;
        }
        Some(own.counts.clone())
    }

    fn keep(&self, counts: &[(Outcome, i64)], began: Instant, took: Duration) {
        let until = began + took * KEPT;
        let kept = (took > QUICK).then(|| Kept { counts: counts.to_vec(), until });
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_long_to_count_is_shown_again_and_what_did_not_is_counted() {
        let (sums, began, counts) = (Sums::default(), Instant::now(), [(Outcome::Entry, 5)]);
        let after = |ms| began + Duration::from_millis(ms);
        assert_eq!(sums.known(began), None);
        sums.keep(&counts, began, Duration::from_millis(5));
        assert_eq!(sums.known(after(6)), None, "a small ledger is counted each time");
        sums.keep(&counts, began, Duration::from_millis(200));
        assert_eq!(sums.known(after(3_999)).as_deref(), Some(&counts[..]));
        assert_eq!(sums.known(after(4_000)), None, "one counts again");
        assert_eq!(sums.known(after(4_001)).as_deref(), Some(&counts[..]), "and the others need not wait for him");
    }
}
