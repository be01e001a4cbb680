//! Calls: what the phone hears, kept with its ticket before the phone rings.
//!
//! Nouns: *line* (where calls come in: who may send them, whose work they are, which become tickets), *source* (an
//! address or network that may send calls), *call*, its *outcome*, *board* (what rings and what was missed).
//!
//! Invariants: a call and its ticket are committed before the caller hears that it rings; a call is kept once, however
//! often its INVITE comes; a call has an end on disk, at the latest at the next start ("unknown after restart"); a source
//! that no line names gets no answer.
//!
//! Owns the tables `lines`, `line_sources`, `line_numbers`, `calls`. Records `Line*` and `Call*`.

mod board;
mod call;
mod hearing;
mod intake;
mod interviewing;
mod line;
mod linking;
mod meters;
pub mod pages;
mod showing;
mod store;
mod table;
mod views;
mod wiring;

pub use call::{Call, Heard};
pub use hearing::{end, mark_missed, recover, start, ticket_of};
pub use intake::Intake;
pub use interviewing::{Interview, interview};
pub use line::{Line, LineCard, Lines, Makes};
pub use linking::{another_ticket, link, unlink};
pub use meters::Meters;
pub use showing::Screens;
pub use store::{
    CallFilter, all_lines, by_id, by_ids, calls_of, count_ringing, current_of, ended, line_by_id, ringing,
};
pub use table::LineTable;
pub use wiring::{add_line, change_line, switch_line};
