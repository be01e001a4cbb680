//! All HTML of calls and lines.

mod board;
mod card;
mod interview;
mod lines;
mod log;

pub(super) use board::{ask_ticket, board, list, missed};
pub(super) use card::card;
pub(super) use interview::{done, interview};
pub(super) use lines::{line, lines, new_line};
pub(super) use log::log;
