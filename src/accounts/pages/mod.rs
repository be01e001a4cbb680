//! The pages of the accounts, and the gate that all pages stand behind.

mod admin;
mod agents;
mod desk;
mod door;
mod duty;
mod gate;
mod me;
mod passwords;
mod profile;
mod teams;

pub use admin::{admin, show_roles};
pub use agents::{
    AgentForm, change_agent, create_agent, disable_agent, enable_agent, list_agents, new_agent, show_agent,
};
pub use desk::{SettingsForm, change_settings, show_settings};
pub use door::{Hashing, SetUpForm, set_up, set_up_page, sign_in, sign_in_page, sign_out};
pub use duty::{DutyForm, set_agent_duty, set_own_duty, show_duty};
pub use gate::{May, gate};
pub use me::{AUDIENCE_ADMINS, AUDIENCE_CALLS, AUDIENCE_EVERYBODY, AUDIENCE_TICKETS, Me, agent_circle, team_circle};
pub use passwords::{change_own_password, set_agent_password};
pub use profile::{end_own_session, profile, set_own_feel, set_own_language};
pub use teams::{archive_team, create_team, list_teams, rename_team};
