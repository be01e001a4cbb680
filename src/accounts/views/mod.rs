//! All HTML of the accounts.

mod door;

pub(super) use door::{set_up, sign_in};
