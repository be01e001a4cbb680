//! All HTML of the tickets.

mod categories;
mod form;
mod letter;
mod list;
mod new;
mod page;
mod similar;
mod thread;
mod together;
mod words;

pub(super) use categories::{Shown as ShownCategory, categories, category};
pub use form::{Form, fields, problems, script};
pub(super) use letter::{page as letter_page, whole as whole_letter};
pub use list::{list, rows};
pub use new::new;
pub use page::page;
pub use similar::similar;
pub use thread::{change_line, thread};
pub use words::{outcome_badge, outcome_word, priority_badge, status_badge, title};

use super::pages::ChangeForm;
use super::{Attachment, Category, Entry, Place, Ticket};
use crate::accounts::{Agent, Team};
use crate::base::Problem;
use crate::base::id::{AgentId, CategoryId, PersonId, SiteId, TeamId};
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
    /// Every category.
    pub categories: Vec<Category>,
    /// The sites that the tickets name.
    pub places: Vec<Place>,
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

impl Names {
    /// The name of a category.
    pub fn category(&self, id: Option<CategoryId>) -> &str {
        id.and_then(|id| self.categories.iter().find(|c| c.id == id)).map_or("", |c| &c.name)
    }

    /// A site.
    pub fn place(&self, id: Option<SiteId>) -> Option<&Place> {
        id.and_then(|id| self.places.iter().find(|place| place.id == id))
    }
}

/// All that the page of a ticket shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The ticket.
    pub ticket: Ticket,
    /// Its thread.
    pub entries: Vec<Entry>,
    /// The files of its letters.
    pub files: Vec<Attachment>,
    /// Words on it.
    pub tags: Vec<String>,
    /// Its changes.
    pub history: Vec<Record>,
    /// Who the caller may be.
    pub candidates: Vec<Candidate>,
    /// Who asked.
    pub requester: Option<Person>,
    /// Names.
    pub names: Names,
    /// Who is in which team.
    pub members: Vec<(TeamId, AgentId)>,
    /// Sites that it may be for.
    pub places: Vec<Place>,
    /// What it is a part of.
    pub parent: Option<Ticket>,
    /// Its parts.
    pub parts: Vec<Ticket>,
    /// The other tickets of its calls.
    pub siblings: Vec<Ticket>,
}

/// What somebody typed and could not save, or how the page was opened.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The note.
    pub note: String,
    /// The fields beside the thread.
    pub fields: ChangeForm,
    /// What was wrong.
    pub problems: Vec<Problem>,
    /// Opened from a call.
    pub from_call: bool,
    /// Opened to be given to somebody.
    pub dispatch: bool,
}
