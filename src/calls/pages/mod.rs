//! The pages of calls and lines.

mod board;

pub use board::{LogQuery, board, events, home, log, make_ticket, mark_missed, missed, newest_ticket, ticket};
