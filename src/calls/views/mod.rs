//! All HTML of calls and lines.

mod board;
mod card;
mod codes;
mod dossier;
mod duty;
mod hand;
mod incidents;
mod interview;
mod lines;
mod log;
mod naming;
mod one;
mod reports;
mod timeline;
mod waiting;
pub(super) mod wall;

pub(super) use board::{ask_ticket, board, list};
pub(super) use card::card;
pub(super) use codes::{blocked, codes};
pub(super) use dossier::{contacts, contacts_page, dossier, dossier_page};
pub(super) use duty::{duty, shift_end};
pub(super) use hand::{and_said, hand, strip};
pub(super) use incidents::{incident, incident_form, incidents, storm};
pub(super) use interview::{done, interview};
pub(super) use lines::{line, lines, new_line};
pub(super) use log::{log, log_rows, part as log_part};
pub(super) use naming::{caller_options, find_caller, new_caller};
pub(super) use one::{ask_link, call_page, links};
pub(super) use reports::{drawn, reports};
pub(super) use waiting::{callbacks, callbacks_page, next_callbacks};
