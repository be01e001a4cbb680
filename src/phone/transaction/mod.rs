//! Server transactions without sockets or clocks: what was answered, what has to be repeated, when to forget
//! (RFC 3261 section 17.2, RFC 6026).
//!
//! A transaction absorbs repetitions of its request with the last answer, repeats a final answer to an INVITE over UDP
//! until the ACK comes (timers G and H), and lingers for a while so that late repetitions still meet it (I, J, L).
//! Time comes in with every call, in milliseconds of any clock that only goes forward. Each transaction has at most one
//! place in the heap of timers that counts, so a tick costs what is due and not what is open.
//!
//! The table is bounded. A transaction that lingers is a kindness to a peer whose network loses packets: when the table
//! is full the one that has lingered longest is let go early, so the bound holds at any rate without refusing calls.

mod key;
mod table;

pub use key::Key;
pub use table::{Due, Kind, Table, TxId};

/// RFC 3261 timer T1: the estimated round trip.
pub const T1_MS: u64 = 500;
/// RFC 3261 timer T2: the longest gap between repetitions.
pub const T2_MS: u64 = 4_000;
/// RFC 3261 timer T4: how long a message may stay in the network.
pub const T4_MS: u64 = 5_000;
/// Timers H, J and L, and for how long a CANCEL that came before its INVITE is remembered: 64 times T1.
pub const PATIENCE_MS: u64 = 64 * T1_MS;
