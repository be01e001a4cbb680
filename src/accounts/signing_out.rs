//! Ending sessions.

use super::{Duty, go, store};
use crate::base::id::{AgentId, SessionId};
use crate::base::{Error, Result};
use crate::events::{Act, Event};

/// A session that was left open this long ago is no sign that somebody is there: a shift and some hours.
const ABSENT_MS: i64 = 16 * 60 * 60 * 1_000;

/// Ends one session of an agent.
///
/// # Errors
/// [`Error::Missing`] when the agent has no such open session.
pub fn end_session(act: &mut Act<'_>, agent: AgentId, session: SessionId) -> Result<()> {
    if !store::end_one(act.db, agent, session, act.now)? {
        return Err(Error::Missing);
    }
    act.record(Event::SignedOut { agent, session });
    off_without_session(act, agent)
}

/// Ends every session of an agent, but for one if given.
pub fn end_session_of(act: &mut Act<'_>, agent: AgentId, but: Option<SessionId>) -> Result<()> {
    for session in store::end_all(act.db, agent, but, act.now)? {
        act.record(Event::SignedOut { agent, session });
    }
    off_without_session(act, agent)
}

/// Nobody takes calls who is signed in nowhere.
fn off_without_session(act: &mut Act<'_>, agent: AgentId) -> Result<()> {
    let lately = act.now.plus_ms(-ABSENT_MS);
    if store::uses_a_session(act.db, agent, lately)? { Ok(()) } else { go(act, agent, Duty::Off) }
}
