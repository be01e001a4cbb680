//! Who works here: agents, the teams they are in, what their role lets them do, and their sign-ins.
//!
//! Nouns: *agent*, *team*, *role* and *right*, *session* (a sign-in that lasts), *set-up code* (the one-time code that
//! makes the first admin), *throttle* (failed tries of late), *duty* (taking calls, on a break, or off).
//!
//! Invariants: there is no default account; a session's token and a code are kept only as hashes; a try to sign in is
//! counted before it is looked at, so parallel guesses are not better than one after the other; a disabled agent, a new
//! password or a new role ends all sessions of that agent in the same transaction; the last admin can't be disabled or
//! made something less; an agent has one open duty at most, and none without a sign-in.
//!
//! Owns the tables `agents`, `teams`, `team_members`, `sessions`, `throttles`, `one_time_codes`, `duties`. Records
//! `Agent*`, `Team*`, `SignedIn`, `SignInFailed`, `SignedOut`, `DutyChanged`.

mod agent;
mod duty;
mod forgetting;
mod hiring;
pub mod pages;
mod password;
mod renewing;
mod role;
mod session;
mod setting_up;
mod signing_in;
mod signing_out;
mod store;
mod teaming;
mod throttling;
mod token;
pub mod views;

pub use agent::{Agent, AgentCard, Team};
pub use duty::{Duty, DutyRow, DutySpan, DutyTotal, go, keep_past_duty, totals};
pub use forgetting::SweepSessions;
pub use hiring::{
    change_agent, create_agent, disable_agent, enable_agent, set_address, set_feel, set_language, set_password,
};
pub use pages::{
    AUDIENCE_ADMINS, AUDIENCE_CALLS, AUDIENCE_EVERYBODY, AUDIENCE_TICKETS, Hashing, May, Me, agent_circle, gate,
    team_circle,
};
pub use password::PASSWORD_BYTES_MAX;
pub use password::{check as check_password, hash as hash_password, matches as password_matches};
pub use renewing::renew_password;
pub use role::{Right, Role};
pub use session::{Session, SessionLimits, SignedIn};
pub use setting_up::{count_code_try, first_admin, hash_checked, needs_setting_up, new_code};
pub use signing_in::{Try, begin, open_session, signed_in, succeed, touch, touch_is_due};
pub use signing_out::{end_session, end_session_of};
pub use store::{
    active_teams, addresses, agent_by_id, agent_by_login, agents, agents_named, duties_between, left_duty, members_of,
    on_duty, sessions_of, team_by_id, teams, teams_of,
};
pub use teaming::{archive_team, create_team, rename_team};
pub use token::new_password;
