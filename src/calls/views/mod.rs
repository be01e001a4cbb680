//! All HTML of calls and lines.

mod board;
mod card;
mod log;

pub use board::{ask_ticket, board, missed};
pub use card::card;
pub use log::log;
