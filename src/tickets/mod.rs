//! Tickets: pieces of work, with a thread of entries.
//!
//! Nouns: *ticket*, its *number* (said on the phone, with a check digit), *status*, *priority*, *channel*, *entry* (a call,
//! a note), *filter* (what a list shows), *sees* (which tickets somebody may see).
//!
//! Invariants: a closed ticket has `closed_at`, an open one has not; a change is made to the revision that was read, or
//! refused; `touched_at` is the first time that an agent did something, and until then further calls of the same caller
//! on the same line join the ticket; what a worker may not see does not exist for him.
//!
//! Owns the tables `tickets` and `entries`. Records `Ticket*` and `EntryAdded`; a ticket's history is its events.

mod entry;
mod following;
mod meters;
mod number;
mod opening;
pub mod pages;
mod store;
mod ticket;
pub mod views;
mod working;

pub use entry::{CallFacts, CallOutcome, Entry, EntryKind};
pub use following::{follow_call, raise_priority};
pub use meters::Meters;
pub use number::TicketNumber;
pub use opening::{CallTicket, NewTicket, open, open_for_call};
pub use store::{
    Filter, by_id, by_ids, count_open, entries_of, find_open, last_changes, list, open_counts, open_of, seen_by,
};
pub use ticket::{Channel, NOTE_CHARACTERS_MAX, Priority, SUBJECT_CHARACTERS_MAX, Sees, Status, Ticket};
