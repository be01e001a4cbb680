//! What changes of a ticket, as one act does it.

use super::{Priority, Status};
use crate::base::Timestamp;
use crate::base::id::{AgentId, CategoryId, PersonId, SiteId, TeamId, TicketId};

/// What changes; nothing stays as it is, `Some(None)` empties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub subject: Option<String>,
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    pub team: Option<Option<TeamId>>,
    pub assignee: Option<Option<AgentId>>,
    pub requester: Option<Option<PersonId>>,
    pub site: Option<Option<SiteId>>,
    pub category: Option<Option<CategoryId>>,
    pub parent: Option<Option<TicketId>>,
    pub wanted_at: Option<Option<Timestamp>>,
    pub closed: Option<Option<(Timestamp, Option<AgentId>)>>,
}
