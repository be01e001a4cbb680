//! Slows guessing down: tries are counted by account and address together, by address, and by account.

use super::store;
use crate::base::{Error, Message, Result};
use crate::events::Act;

/// How long failed tries are held against somebody.
const WINDOW_MS: i64 = 5 * 60 * 1_000;

/// Tries in a window of one address at one account.
const PAIR_MAX: i64 = 5;

/// Tries in a window of one address at any accounts; a whole office may be behind one address.
const ADDRESS_MAX: i64 = 30;

/// Tries in a window at one account from anywhere: far above what its owner needs, far below what guessing needs.
const ACCOUNT_MAX: i64 = 60;

fn keys(secret: &str, address: &str) -> [(String, i64); 3] {
    [
        (format!("pair:{secret}|{address}"), PAIR_MAX),
        (format!("address:{address}"), ADDRESS_MAX),
        (format!("account:{secret}"), ACCOUNT_MAX),
    ]
}

/// Counts a try before it is looked at, so that a hundred at once are still a hundred.
///
/// # Errors
/// [`Error::Busy`] when there were too many; the try must not be looked at.
pub(super) fn take(act: &mut Act<'_>, secret: &str, address: &str) -> Result<()> {
    // Tries that come at once must be counted one after the other.
    crate::db::serialise(act.db, "throttles")?;
    for (key, max) in keys(secret, address) {
        crate::db::serialise(act.db, &key)?;
        let failures = store::throttle(act.db, &key, act.now)?.unwrap_or(0);
        if failures >= max {
            return Err(Error::Busy(Message::new("error-too-many-tries").with("minutes", WINDOW_MS / 60_000)));
        }
        store::set_throttle(act.db, &key, failures + 1, WINDOW_MS, act.now)?;
    }
    Ok(())
}

/// The try was right: nothing is held against the account at this address, and one less against the others.
pub(super) fn give_back(act: &mut Act<'_>, secret: &str, address: &str) -> Result<()> {
    crate::db::serialise(act.db, "throttles")?;
    for (key, _) in keys(secret, address) {
        crate::db::serialise(act.db, &key)?;
        let failures = if key.starts_with("pair:") { 1 } else { store::throttle(act.db, &key, act.now)?.unwrap_or(1) };
        store::set_throttle(act.db, &key, failures - 1, WINDOW_MS, act.now)?;
    }
    Ok(())
}
