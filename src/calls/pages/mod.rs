//! The pages of calls and of the lines that they come in on.

mod board;
mod dossier;
mod lines;

pub use board::{LogQuery, board, events, home, list, log, make_ticket, mark_missed, missed, newest_ticket, ticket};
pub use dossier::{CallerForm, NewCallerForm, create_caller, dossier, find_caller, new_caller, of_person, set_caller};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
