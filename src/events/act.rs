//! [`Act`]: what a verb gets to do its work with.

use crate::base::id::AgentId;
use crate::base::{Clock, Result, Timestamp};
use crate::db::Db;

use super::Event;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Someone who is signed in.
    Agent(AgentId),
    /// The phone: a call came or went.
    Phone,
    /// The mail: a letter came, or one that went out had a fate.
    Mail,
    /// An archive of old mails that is taken in: nobody is told of what it brings.
    Import,
    /// Whoever holds the machine, by the command line.
    Console,
    /// The daemon by itself: a schedule, a start.
    Daemon,
    /// Someone who is not signed in.
    Visitor,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "agent:{id}"),
            Self::Phone => f.write_str("phone"),
            Self::Mail => f.write_str("mail"),
            Self::Import => f.write_str("import"),
            Self::Console => f.write_str("console"),
            Self::Daemon => f.write_str("daemon"),
            Self::Visitor => f.write_str("visitor"),
        }
    }
}

impl Actor {
    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "phone" => Self::Phone,
            "mail" => Self::Mail,
            "import" => Self::Import,
            "console" => Self::Console,
            "daemon" => Self::Daemon,
            "visitor" => Self::Visitor,
            other => Self::Agent(AgentId(other.strip_prefix("agent:")?.parse().ok()?)),
        })
    }
}

/// On whose behalf something is written, and for which request.
#[derive(Debug, Clone)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The request id, as it stands in the log and in the answer's header.
    pub request: Option<String>,
}

impl From<Actor> for By {
    fn from(actor: Actor) -> Self {
        Self { actor, request: None }
    }
}

/// One transaction of one actor at one moment. Verbs change rows through [`Act::db`] and say what they did with
/// [`Act::record`].
pub struct Act<'a> {
    /// The connection, inside the transaction.
    pub db: &'a mut Db,
    /// The moment of the act. Nothing below reads a clock.
    pub now: Timestamp,
    /// Who acts.
    pub by: &'a By,
    events: Vec<Event>,
}

impl<'a> Act<'a> {
    pub(super) fn new(db: &'a mut Db, clock: &Clock, by: &'a By) -> Self {
        Self { db, now: clock.now(), by, events: Vec::new() }
    }

    /// Says what was done; it reaches the log with the rows or not at all.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The agent who acts; nothing when it is not an agent.
    pub fn agent(&self) -> Option<AgentId> {
        match self.by.actor {
            Actor::Agent(id) => Some(id),
            _ => None,
        }
    }

    /// Writes the events at the end of the transaction, so that the log is held for as short as can be.
    pub(super) fn finish(self) -> Result<Vec<Event>> {
        super::store::append(self.db, self.now, self.by, &self.events)?;
        Ok(self.events)
    }
}
