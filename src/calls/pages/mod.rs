//! The pages of calls and of the lines that they come in on.

mod board;
mod callbacks;
mod claims;
mod codes;
mod interview;
mod lines;
mod log;
mod one;
mod reports;
mod wall;

pub use board::{
    Done, Hand, HandQuery, Seen, Waiting, board, events, hand, home, list, make_ticket, mark_missed, newest_ticket,
    strip, ticket,
};
pub use callbacks::{HoldForm, ResultForm, callback_result, callbacks, hold_callback, next_callbacks, reopen_callback};
pub use claims::{SpamForm, WrapUpForm, claim, release, spam, take_over, undo_wrap_up, wrap_up};
pub use codes::{
    BlockForm, CodeForm, block_number, change_code, create_code, list_blocked, list_codes, unblock_number,
};
pub use incidents::{
    IncidentForm, StormForm, Told, Weather, add_known, change_incident, declare, list_incidents, new_incident,
    quiet_storm, show_incident, solve_incident, storm,
};
mod dossier;
mod incidents;

pub use dossier::{
    CallerForm, NewCallerForm, create_caller, dossier, find_caller, new_caller, of_person, place_of_work, set_caller,
};
pub use interview::{Asked, LinkForm, SimilarQuery, another_ticket, interview, link, save_interview, similar, unlink};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
pub use log::{LogQuery, Shown, log, log_csv};
pub use one::{LinkQuery, ask_link, duty, shift_end, show};
pub use reports::{RANGES, ReportQuery, reports, reports_csv};
pub use wall::wall;
