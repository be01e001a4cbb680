//! The event log: every change of the desk, in the order in which it was committed, chained by hashes.
//!
//! A verb changes rows and calls [`Act::record`]; both reach the disk in one transaction, through [`Books::write`].
//! Whatever else must happen because of a change (live screens, counters, notices) is a [`Follower`] that reads the log
//! after the commit. Nouns: *event* (what happened, [`Event`]), *subject* (to what), *actor* (by whom), *record* (an
//! event as it stands in the log).
//!
//! Invariants: ids have no gaps and follow the order of commits, so a cursor never skips a row; `hash` covers the row and
//! the hash before it, so a changed, removed or inserted row is found by [`verify`]; rows are never changed.
//!
//! Owns the tables `events` and `followers`.

mod act;
mod books;
mod event;
mod follower;
mod store;
mod subject;
mod verify;

pub use act::{Act, Actor, By};
pub use books::Books;
pub use event::Event;
pub use follower::{Follower, Followers, Start};
pub use store::{Record, history_of, newest_at, newest_id, note_alive, read_after};
pub use subject::Subject;
pub use verify::{Verdict, verify};
