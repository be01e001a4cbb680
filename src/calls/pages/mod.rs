//! The pages of calls and of the lines that they come in on.

mod board;
mod lines;

pub use board::{LogQuery, board, events, home, list, log, make_ticket, mark_missed, missed, newest_ticket, ticket};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
