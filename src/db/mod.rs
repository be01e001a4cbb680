//! The only place that knows that there are two databases.
//!
//! [`Db`] is one connection to either; queries are written once against [`schema`], and what the two do differently
//! stands in [`dialect`]. [`Store`] hands out connections: many readers at once, and on SQLite one writer that commits
//! in groups, so that a burst of calls costs one fsync.
//!
//! Invariants: every write is one transaction; whoever got `Ok` from [`Store::write`] has his data on disk; a failed
//! write leaves nothing behind; no connection is held across an await.

mod connection;
mod dialect;
pub mod meters;
mod migrate;
mod reading;
pub mod schema;
mod store;
mod target;
mod writing;

pub use connection::{Db, MultiBackend};
pub use dialect::{Dialect, serialise, size_bytes};
pub(crate) use dialect::{each_backend, inserted_id, last_insert_rowid};
pub use meters::Meters;
pub use store::Store;
pub use target::{SQLITE_VERSION, Target};
