//! All HTML of calls and lines.

mod board;
mod card;
mod codes;
mod hand;
mod lines;
mod log;
mod waiting;

pub(super) use board::{ask_ticket, board, list};
pub(super) use card::card;
pub(super) use codes::{blocked, codes};
pub(super) use hand::{hand, strip};
pub(super) use lines::{line, lines, new_line};
pub(super) use log::log;
pub(super) use waiting::{callbacks, callbacks_page, next_callbacks};
