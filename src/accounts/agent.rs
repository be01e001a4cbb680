//! The nouns of this feature: agents and teams.

use super::Role;
use crate::base::id::{AgentId, TeamId};
use crate::base::text::clean_line;
use crate::base::{Error, Problem, Result, Timestamp};

/// Someone who works here. The password's hash is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Agent {
    /// Id.
    pub id: AgentId,
    /// What he types to sign in: lower case, 2 to 64 characters.
    pub login: String,
    /// His name as others see it.
    pub name: String,
    /// What he is here.
    pub role: Role,
    /// The language that he chose.
    pub language: Option<String>,
    /// Since when he can't sign in.
    pub disabled_at: Option<Timestamp>,
    /// How much room rows take, if he chose.
    pub density: Option<String>,
    /// Since when letters alone are no keys for him.
    pub hotkeys_off_at: Option<Timestamp>,
}

/// A group of agents.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Team {
    /// Id.
    pub id: TeamId,
    /// Name, unique.
    pub name: String,
    /// Since when it takes no more work.
    pub archived_at: Option<Timestamp>,
}

/// What is needed to make an agent or to change one.
#[derive(Debug, Clone)]
pub struct AgentCard {
    /// See [`Agent::login`].
    pub login: String,
    /// See [`Agent::name`].
    pub name: String,
    /// See [`Agent::role`].
    pub role: Role,
    /// The teams he is in.
    pub teams: Vec<TeamId>,
}

impl AgentCard {
    /// The card with its texts cleaned, or all that is wrong with it.
    pub(super) fn check(self) -> Result<Self> {
        let login = self.login.trim().to_lowercase();
        let name = clean_line(&self.name, 80);
        let mut problems = Vec::new();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-_@+".contains(c);
        if !(2..=64).contains(&login.len()) || !login.chars().all(plain) {
            problems.push(Problem::new("login", "error-login"));
        }
        if name.is_empty() {
            problems.push(Problem::new("name", "error-required"));
        }
        if problems.is_empty() { Ok(Self { login, name, ..self }) } else { Err(Error::Invalid(problems)) }
    }
}

impl Agent {
    /// One or two letters for a small round picture.
    pub fn initials(&self) -> String {
        let mut words = self.name.split_whitespace().filter_map(|w| w.chars().next());
        let first = words.next();
        first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
    }
}
