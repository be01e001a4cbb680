//! All HTML of calls and lines.

mod board;
mod card;
mod dossier;
mod lines;
mod log;
mod naming;

pub(super) use board::{ask_ticket, board, list, missed};
pub(super) use card::card;
pub(super) use dossier::{contacts, contacts_page, dossier, dossier_page};
pub(super) use lines::{line, lines, new_line};
pub(super) use log::log;
pub(super) use naming::{caller_options, find_caller, new_caller};
