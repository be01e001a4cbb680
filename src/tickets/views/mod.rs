//! All HTML of the tickets.

mod list;
mod new;
mod page;
mod thread;
mod words;

pub use list::{list, rows};
pub use new::new;
pub use page::page;
pub use thread::thread;
pub use words::{outcome_badge, outcome_word, priority_badge, status_badge, title};

use super::{Entry, Ticket};
use crate::accounts::{Agent, Team};
use crate::base::Problem;
use crate::base::id::{AgentId, PersonId, TeamId};
use crate::events::Record;
use crate::people::{Candidate, Person};

/// The names that tickets are shown with.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Every team.
    pub teams: Vec<Team>,
    /// Every agent.
    pub agents: Vec<Agent>,
    /// The people that the tickets name.
    pub persons: Vec<(PersonId, String)>,
}

impl Names {
    /// The name of a team.
    pub fn team(&self, id: Option<TeamId>) -> &str {
        id.and_then(|id| self.teams.iter().find(|t| t.id == id)).map_or("", |t| &t.name)
    }

    /// The name of an agent.
    pub fn agent(&self, id: Option<AgentId>) -> &str {
        id.and_then(|id| self.agents.iter().find(|a| a.id == id)).map_or("", |a| &a.name)
    }

    /// The name of a person.
    pub fn person(&self, id: Option<PersonId>) -> &str {
        id.and_then(|id| self.persons.iter().find(|p| p.0 == id)).map_or("", |p| &p.1)
    }
}

/// All that the page of a ticket shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The ticket.
    pub ticket: Ticket,
    /// Its thread.
    pub entries: Vec<Entry>,
    /// Its changes.
    pub history: Vec<Record>,
    /// Who the caller may be.
    pub candidates: Vec<Candidate>,
    /// Who asked.
    pub requester: Option<Person>,
    /// Names.
    pub names: Names,
}

/// What somebody typed and could not save, or how the page was opened.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The note.
    pub note: String,
    /// The subject.
    pub subject: Option<String>,
    /// What was wrong.
    pub problems: Vec<Problem>,
    /// Opened from a call.
    pub from_call: bool,
}
