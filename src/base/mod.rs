//! Words that every feature speaks: errors, time, ids, text, paging.
//!
//! This module imports nothing from the rest of the crate and does no I/O. A word lives here when two features must
//! mean the same by it; what only one feature says lives there.

pub mod column;
pub mod error;
pub mod hash;
pub mod id;
pub mod network;
pub mod page;
pub mod text;
pub mod time;

pub use column::words;
pub use error::{Error, Message, Problem, Result};
pub use hash::{hex, sha256_hex};
pub use id::id;
pub use network::Network;
pub use page::{Cursor, Page};
pub use text::EmailAddress;
pub use time::{Clock, Timestamp};
