//! SIP: listens on sockets of its own and lets the desk know who calls, before the second ring and never before the
//! call is on disk.
//!
//! We are one more phone in the ring group of a PBX: an *observer* that rings and never answers. That works with every
//! PBX, needs nothing installed there, and can't lose a call for anybody else. What the other phones did shows in how
//! the PBX ends our branch.
//!
//! The way of a message, top down; each file may use those after it:
//!
//! - `running`: [`Phone`], the tasks, the seam to the [`Desk`].
//! - `transport`: sockets; who may come in, at which rate, through which queue.
//! - `exchange`: what we answer to whom and when, and the life of a call; no sockets, no clock.
//! - `identity`, `reason`: what an INVITE says about the caller, what a CANCEL says about the end.
//! - `transaction`: repetitions and timers of RFC 3261 and RFC 6026.
//! - `answering`: responses as octets.
//! - `reader`: octets to messages, strictly.
//! - `call`, `path`, `number`, `meters`: words of the above.
//!
//! Invariants:
//!
//! - Octets of an unlisted source are never read, answered or logged in full.
//! - Every table, queue and buffer has a bound, and what is dropped is counted.
//! - 180 goes out only after [`Desk::ring`] has said [`Answer::Ring`]; [`Desk::ended`] starts only after that, once.
//! - Nothing that comes in makes us send a request, and we never answer 401, 407, 3xx or 6xx.
//!
//! This module knows SIP and nothing of tickets, people or databases.

mod answering;
mod call;
mod exchange;
mod identity;
mod meters;
pub mod number;
mod path;
pub mod reader;
mod reason;
mod running;
#[cfg(test)]
mod testing;
mod transaction;
mod transport;

pub use call::{Answer, CallKey, Desk, Ending, IncomingCall, Outcome, Trust};
pub use exchange::Bounds;
pub use identity::{CallerIdentity, Diversion, Vouched};
pub use meters::{Dropped, Meters};
pub use number::{NumberPlan, PhoneNumber};
pub use path::Transport;
pub use running::{Options, Phone, Sockets};
