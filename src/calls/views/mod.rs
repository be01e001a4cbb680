//! All HTML of calls and lines.

mod board;
mod card;
mod codes;
mod dossier;
mod hand;
mod lines;
mod log;
mod naming;
mod waiting;

pub(super) use board::{ask_ticket, board, list};
pub(super) use card::card;
pub(super) use codes::{blocked, codes};
pub(super) use dossier::{contacts, contacts_page, dossier, dossier_page};
pub(super) use hand::{hand, strip};
pub(super) use lines::{line, lines, new_line};
pub(super) use log::log;
pub(super) use naming::{caller_options, find_caller, new_caller};
pub(super) use waiting::{callbacks, callbacks_page, next_callbacks};
