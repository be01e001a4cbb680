//! Calls: what the phone hears, kept with its ticket before the phone rings.
//!
//! Nouns: *line* (where calls come in: who may send them, whose work they are, which become tickets), *source* (an
//! address or network that may send calls), *call*, its *outcome*, *board* (what rings and what was missed),
//! *dossier* (all that is known of who may be calling).
//!
//! Invariants: a call and its ticket are committed before the caller hears that it rings; a call is kept once, however
//! often its INVITE comes; a call has an end on disk, at the latest at the next start ("unknown after restart"); a source
//! that no line names gets no answer; nobody is taken for a caller before a dispatcher said so.
//!
//! A call is *claimed* by whoever has it in hand, *wrapped up* when it is done; a *callback* is somebody whom nobody
//! answered, one for each caller; a *blocked* number reaches no board.
//!
//! Owns the tables `lines`, `line_sources`, `line_numbers`, `calls`, `wrap_up_codes`, `blocked_numbers`, `callbacks`.
//! Records `Line*`, `Call*`, `Callback*`, `WrapUp*`, `Number*`.

mod blocking;
mod board;
mod call;
mod callback;
mod calling_back;
mod claiming;
mod declaring;
mod dossier;
mod following;
mod hearing;
mod incident;
mod intake;
mod interviewing;
mod line;
mod linking;
mod log;
mod meters;
mod naming;
mod one;
pub mod pages;
mod past;
mod privacy;
mod report;
mod showing;
mod store;
mod storm;
mod table;
mod views;
mod wall;
mod wiring;
mod wrap_up;

pub use blocking::{BLOCK_DAYS, BlockedNumber, block_number, mark_spam, unblock_number};
pub use call::{Call, Heard};
pub use callback::{Callback, CallbackKind, CallbackResult};
pub use calling_back::{hold as hold_callback, reopen as reopen_callback, tried as callback_tried};
pub use claiming::{add_wrap_up, archive_wrap_up, claim, release, rename_wrap_up, take_over, undo_wrap_up, wrap_up};
pub use declaring::{add_to_incident, change_incident, declare, solve, wave_away};
pub use dossier::{Contacts, Dossier, Known, contacts, dossier};
pub use following::CallbackEnds;
pub use hearing::{end, mark_missed, recover, start, ticket_of};
pub use incident::{Incident, IncidentCard};
pub use intake::Intake;
pub use interviewing::{Interview, interview};
pub use line::{Line, LineCard, Lines, Makes};
pub use linking::{another_ticket, link, unlink};
pub use log::{LogFilter, Logged, Search, logged};
pub use meters::Meters;
pub use naming::{add_caller, name_caller};
pub use past::{PastCall, keep_past};
pub use privacy::{Reader, may_see_identity};
pub use report::{Figures, Period, Report, figures, report};
pub use showing::Screens;
pub use store::{
    CallFilter, all_lines, blocked_numbers, busy_agents, by_id, by_ids, callback_by_id, calls_of, count_callbacks,
    count_ringing, current_of, ended, in_hand_of, incident_by_id, last_calls_of_lines, line_by_id, open_callbacks,
    ringing, search_log, wrap_up_codes,
};
pub use storm::{Alike, Storm, storms};
pub use table::LineTable;
pub use wiring::{add_line, change_line, switch_line};
pub use wrap_up::WrapUpCode;
