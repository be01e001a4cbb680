//! Sessions: a sign-in that lasts until it is ended, idle too long, or too old.

use super::{Agent, Duty};
use crate::base::Timestamp;
use crate::base::id::{SessionId, TeamId};

/// How long a session lasts.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Without a click; live streams and polling don't count as clicks.
    pub idle_ms: i64,
    /// In all.
    pub age_ms: i64,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, diesel::Queryable)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// Where it came from.
    pub address: String,
    /// What the browser said of itself.
    pub user_agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last did something; kept to the minute.
    pub seen_at: Timestamp,
}

/// An agent with the session that he came by.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// By which session.
    pub session: SessionId,
    /// The teams that he is in.
    pub teams: Vec<TeamId>,
    /// When the session last did something.
    pub seen_at: Timestamp,
    /// Whether the agent takes calls or is on a break, and since when; nothing when off duty.
    pub duty: Option<(Duty, Timestamp)>,
}
