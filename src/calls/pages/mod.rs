//! The pages of calls and of the lines that they come in on.

mod board;
mod interview;
mod lines;

pub use board::{LogQuery, board, events, home, list, log, make_ticket, mark_missed, missed, newest_ticket, ticket};
pub use interview::{Asked, LinkForm, SimilarQuery, another_ticket, interview, link, save_interview, similar, unlink};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
