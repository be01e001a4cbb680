//! The pages of the accounts, and the gate that all pages stand behind.

mod door;
mod gate;
mod me;

pub use door::{Hashing, SetUpForm, set_up, set_up_page, sign_in, sign_in_page, sign_out};
pub use gate::{May, gate};
pub use me::{AUDIENCE_CALLS, AUDIENCE_TICKETS, Me};
