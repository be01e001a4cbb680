//! The pages of calls and of the lines that they come in on.

mod board;
mod lines;
mod log;
mod one;
mod reports;
mod wall;

pub use board::{board, events, home, list, make_ticket, mark_missed, missed, newest_ticket, ticket};
pub use lines::{LineForm, change_line, create_line, list_lines, new_line, show_line, switch_line};
pub use log::{LogQuery, Shown, log, log_csv};
pub use one::{LinkQuery, ask_link, duty, shift_end, show};
pub use reports::{RANGES, ReportQuery, reports, reports_csv};
pub use wall::wall;
