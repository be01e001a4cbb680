//! Ending sessions.

use super::store;
use crate::base::id::{AgentId, SessionId};
use crate::base::{Error, Result};
use crate::events::{Act, Event};

/// Ends one session of an agent.
///
/// # Errors
/// [`Error::Missing`] when the agent has no such open session.
pub fn end_session(act: &mut Act<'_>, agent: AgentId, session: SessionId) -> Result<()> {
    if !store::end_one(act.db, agent, session, act.now)? {
        return Err(Error::Missing);
    }
    act.record(Event::SignedOut { agent, session });
    Ok(())
}

/// Ends every session of an agent, but for one if given.
pub fn end_session_of(act: &mut Act<'_>, agent: AgentId, but: Option<SessionId>) -> Result<()> {
    for session in store::end_all(act.db, agent, but, act.now)? {
        act.record(Event::SignedOut { agent, session });
    }
    Ok(())
}
