//! The pages of calls and of the lines that they come in on.

mod board;
mod callbacks;
mod claims;
mod codes;
mod lines;

pub use board::{
    Hand, HandQuery, LogQuery, Waiting, board, events, hand, home, list, log, make_ticket, mark_missed, newest_ticket,
    strip, ticket,
};
pub use callbacks::{HoldForm, ResultForm, callback_result, callbacks, hold_callback, next_callbacks, reopen_callback};
pub use claims::{SpamForm, WrapUpForm, claim, release, spam, take_over, undo_wrap_up, wrap_up};
pub use codes::{
    BlockForm, CodeForm, block_number, change_code, create_code, list_blocked, list_codes, unblock_number,
};
mod dossier;

pub use dossier::{CallerForm, NewCallerForm, create_caller, dossier, find_caller, new_caller, of_person, set_caller};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
