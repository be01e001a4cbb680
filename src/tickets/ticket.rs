//! The nouns of this feature: the ticket, its words, and who may see it.

use super::TicketNumber;
use crate::accounts::{Agent, Right, SignedIn};
use crate::base::id::{AgentId, CategoryId, LineId, PersonId, SiteId, TeamId, TicketId};
use crate::base::{Timestamp, words};

/// Characters of a subject.
pub const SUBJECT_CHARACTERS_MAX: usize = 200;

/// Characters of a note.
pub const NOTE_CHARACTERS_MAX: usize = 20_000;

words! {
    /// How far the work is.
    pub enum Status {
        /// Nobody has touched it.
        New = "new",
        /// Somebody works on it.
        Open = "open",
        /// It waits for somebody else.
        Waiting = "waiting",
        /// Done.
        Closed = "closed",
    }
}

words! {
    /// How much it matters.
    pub enum Priority {
        /// When there is time.
        Low = "low",
        /// As usual.
        Normal = "normal",
        /// Before others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the words has no room for a default")]
impl Default for Priority {
    fn default() -> Self {
        Self::Normal
    }
}

words! {
    /// How it came in.
    pub enum Channel {
        /// By a call that Deskbell heard.
        Call = "call",
        /// By a letter.
        Mail = "mail",
        /// Typed by an agent.
        Desk = "desk",
    }
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Ticket {
    /// Id.
    pub id: TicketId,
    /// What it is about; empty for a ticket of a call that nobody has named yet.
    pub subject: String,
    /// See [`Status`].
    pub status: Status,
    /// See [`Priority`].
    pub priority: Priority,
    /// See [`Channel`].
    pub channel: Channel,
    /// Whose work it is.
    pub team_id: Option<TeamId>,
    /// Who works on it.
    pub assignee_id: Option<AgentId>,
    /// Who asked.
    pub requester_id: Option<PersonId>,
    /// The line that its first call came in on.
    pub line_id: Option<LineId>,
    /// Who called, as shown: a name or a number. Empty when it was withheld or there was no call.
    pub caller: String,
    /// The caller's number as it compares.
    pub caller_key: Option<String>,
    /// How its last call ended; see [`super::CallOutcome`].
    pub call_outcome: Option<super::CallOutcome>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When anything of it changed.
    pub updated_at: Timestamp,
    /// When an agent did something with it for the first time.
    pub touched_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Counts the changes; a form that was filled in over an older one is refused.
    pub rev: i64,
    /// Where somebody is to go.
    pub site_id: Option<SiteId>,
    /// What kind of matter it is.
    pub category_id: Option<CategoryId>,
    /// What it is a part of, or where it goes on.
    pub parent_id: Option<TicketId>,
    /// When the work is wanted.
    pub wanted_at: Option<Timestamp>,
}

impl Ticket {
    /// Its number for people.
    pub fn number(&self) -> TicketNumber {
        TicketNumber::of(self.id)
    }

    /// What a form has to bring back so that it overwrites nobody's work: the revision, or nought as long as no agent has
    /// touched the ticket. What its call does to it meanwhile is in nobody's way.
    pub fn work_rev(&self) -> i64 {
        if self.touched_at.is_some() { self.rev } else { 0 }
    }

    /// Whether it goes on in another ticket: it was made of a call that belonged there.
    pub fn is_merged(&self) -> bool {
        self.closed_at.is_some() && self.parent_id.is_some() && self.subject.is_empty()
    }
}

/// A site, as tickets name it.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Place {
    /// Id.
    pub id: SiteId,
    /// What it is called.
    pub name: String,
    /// The postal address; may be empty.
    pub address: String,
}

impl Place {
    /// Its name and its address on one line.
    pub fn line(&self) -> String {
        let address = self.address.lines().map(str::trim).filter(|line| !line.is_empty());
        let address = address.collect::<Vec<_>>().join(", ");
        if address.is_empty() || address == self.name { self.name.clone() } else { format!("{}, {address}", self.name) }
    }
}

/// Which tickets somebody may see: workers those of their teams and their own, all others every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sees {
    /// Every ticket.
    All,
    /// Those of these teams, and those assigned to this agent.
    Own {
        /// The teams.
        teams: Vec<TeamId>,
        /// The agent.
        agent: AgentId,
    },
}

impl Sees {
    /// What somebody may see who is signed in.
    pub fn of(who: &SignedIn) -> Self {
        Self::of_agent(&who.agent, who.teams.clone())
    }

    /// What an agent of these teams may see.
    pub fn of_agent(agent: &Agent, teams: Vec<TeamId>) -> Self {
        // Whoever may see the calls of all lines sees their tickets too.
        if agent.role.may(Right::SeeCalls) { Self::All } else { Self::Own { teams, agent: agent.id } }
    }

    /// Whether that includes a ticket.
    pub fn includes(&self, ticket: &Ticket) -> bool {
        match self {
            Self::All => true,
            Self::Own { teams, agent } => {
                ticket.assignee_id == Some(*agent) || ticket.team_id.is_some_and(|team| teams.contains(&team))
            }
        }
    }
}
