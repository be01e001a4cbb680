//! Tickets: pieces of work, with a thread of entries.
//!
//! Nouns: *ticket*, its *number* (said on the phone, with a check digit), *status*, *priority*, *channel*, *entry* (a call,
//! a note), *filter* (what a list shows), *sees* (which tickets somebody may see), *category* (what a ticket can be about),
//! with its *script* (what is asked and ticked off), *similar* (open tickets that are like what somebody types).
//!
//! Invariants: a closed ticket has `closed_at`, an open one has not; a change is made to the revision that was read, or
//! refused; `touched_at` is the first time that an agent did something, and until then further calls of the same caller
//! on the same line join the ticket; what a worker may not see does not exist for him; a call is in a ticket once, and
//! in as many tickets as its caller had matters; the words of open tickets, and of no others, stand in `ticket_words`.
//!
//! Owns the tables `tickets`, `entries`, `letter_pages`, `attachments`, `ticket_tags`, `categories`, `ticket_words`. Records
//! `Ticket*`, `EntryAdded`, `EntryChanged`, `CategoryChanged`; a
//! ticket's history is its events.

mod categorising;
mod category;
mod change;
mod entry;
mod following;
mod indexing;
mod interviewing;
mod letter;
mod lettering;
mod linking;
mod meters;
mod number;
mod opening;
pub mod pages;
mod revising;
mod similar;
mod store;
mod ticket;
pub mod views;
mod wanted;
mod wording;
mod working;

pub use categorising::{add_category, archive_category, change_category};
pub use category::{Category, CategoryCard, ScriptLine, checklist, script_lines};
pub use entry::{CallFacts, CallOutcome, Entry, EntryKind};
pub use following::{follow_call, raise_priority};
pub use indexing::IndexWords;
pub use letter::{Attachment, Correspondent, Delivery, Invitation, LetterFacts, NewFile, NewLetter};
pub use lettering::{MailTicket, file, hang_laid, lay, letter_changed, open_for_letter, take_back};
pub use meters::Meters;
pub use number::TicketNumber;
pub use opening::{CallTicket, NewTicket, open, open_another, open_for_call};
pub use similar::{Like, Similar, similar};
pub use store::{
    Filter, attachment_by_id, attachments_of, attachments_of_entry, by_id, by_ids, calls_of_ticket, categories,
    category_by_id, count_open, entries_of, entry_of, entry_place, find_open, first_entry, laid_files, last_author,
    last_changes, letter_facts, letter_page, list, newest_entry, open_counts, open_of, parts_of, places, places_of,
    seen_by, siblings_of, tags_of, tickets_of_call,
};
pub use ticket::{Channel, NOTE_CHARACTERS_MAX, Place, Priority, SUBJECT_CHARACTERS_MAX, Sees, Status, Ticket};
pub use wanted::{When, field_of, read_field};
