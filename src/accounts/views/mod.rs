//! All HTML of the accounts, and of the desk's settings, which are changed by the same people.

mod admin;
mod agents;
mod desk;
mod door;
mod duty;
mod profile;
mod roles;
mod teams;

pub(super) use admin::admin;
pub(super) use agents::{agent, agents, new_agent};
pub(super) use desk::settings;
pub(super) use door::{set_up, sign_in};
pub(super) use duty::{duty_page, duty_switch};
pub use duty::{duty_state, end_duty};
pub(super) use profile::profile;
pub(super) use roles::roles;
pub(super) use teams::{TeamCard, teams};

use maud::{Markup, html};

use crate::web::Locale;

/// Tells password keepers whose password the form sets. It has no name, so it is not sent.
fn whose(l: &Locale, login: &str) -> Markup {
    html! { input type="text" value=(login) autocomplete="username" aria-label=(l.t("account-login")) hidden; }
}
