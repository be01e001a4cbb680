//! Who has a call in hand: claimed, taken over, given back, wrapped up.

use super::hearing::held;
use super::{Call, WrapUpCode, calling_back, store};
use crate::accounts;
use crate::base::id::{AgentId, CallId, WrapUpId};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

/// Wrap-up codes that a desk has at most.
const CODES_MAX: usize = 50;

/// The agent who acts takes a call that nobody has. The first one gets it.
///
/// # Errors
/// [`Error::Conflict`] names who has it, or says that it is done with.
pub fn claim(act: &mut Act<'_>, id: CallId) -> Result<()> {
    let (agent, call) = mine_to_change(act, id)?;
    match call.claimed_by {
        Some(holder) if holder == agent => Ok(()),
        Some(holder) => Err(taken(act, holder)),
        None => give(act, &call, Some(agent)),
    }
}

/// The same for a call that somebody else has: who answered may not be who claimed.
pub fn take_over(act: &mut Act<'_>, id: CallId) -> Result<()> {
    let (agent, call) = mine_to_change(act, id)?;
    if call.claimed_by == Some(agent) { Ok(()) } else { give(act, &call, Some(agent)) }
}

/// The agent who acts gives a call back to all.
///
/// # Errors
/// [`Error::Conflict`] when somebody else has it.
pub fn release(act: &mut Act<'_>, id: CallId) -> Result<()> {
    let (agent, call) = mine_to_change(act, id)?;
    match call.claimed_by {
        None => Ok(()),
        Some(holder) if holder == agent => give(act, &call, None),
        Some(holder) => Err(taken(act, holder)),
    }
}

/// The agent who acts is done with a call, and says what it was. A call that nobody has becomes theirs.
///
/// # Errors
/// [`Error::Conflict`] when somebody else has it; [`Error::Invalid`] for a code that is not in use.
pub fn wrap_up(act: &mut Act<'_>, id: CallId, code: Option<WrapUpId>) -> Result<()> {
    claim(act, id)?;
    if let Some(code) = code
        && store::wrap_up_by_id(act.db, code).ok().is_none_or(|code| code.archived_at.is_some())
    {
        return Err(Error::invalid("code", "error-choice"));
    }
    store::set_wrapped_up(act.db, id, code, Some(act.now))?;
    act.record(Event::CallWrappedUp { call: id, code });
    let call = store::by_id(act.db, id)?;
    calling_back::contact(act, &call)
}

/// The agent who acts has the call in hand again.
///
/// # Errors
/// [`Error::Forbidden`] when it was somebody else's.
pub fn undo_wrap_up(act: &mut Act<'_>, id: CallId) -> Result<()> {
    let call = held(act, id)?;
    if call.claimed_by != act.agent() {
        return Err(Error::Forbidden(Message::new("error-forbidden")));
    }
    if call.wrapped_up_at.is_some() {
        store::set_wrapped_up(act.db, id, None, None)?;
        act.record(Event::CallWrapUpUndone { call: id });
    }
    Ok(())
}

fn mine_to_change(act: &mut Act<'_>, id: CallId) -> Result<(AgentId, Call)> {
    let Some(agent) = act.agent() else { return Err(Error::Forbidden(Message::new("error-forbidden"))) };
    let call = held(act, id)?;
    if call.wrapped_up_at.is_some() {
        return Err(Error::Conflict(Message::new("error-call-wrapped-up")));
    }
    Ok((agent, call))
}

fn give(act: &mut Act<'_>, call: &Call, agent: Option<AgentId>) -> Result<()> {
    if !store::give_to(act.db, call, agent, agent.map(|_| act.now))? {
        // Held and read in one act: only another node without the lock could have come between.
        return Err(Error::Conflict(Message::new("error-call-changed")));
    }
    act.record(match agent {
        Some(agent) => Event::CallClaimed { call: call.id, agent, from: call.claimed_by },
        None => Event::CallReleased { call: call.id, agent: call.claimed_by.unwrap_or(AgentId(0)) },
    });
    Ok(())
}

fn taken(act: &mut Act<'_>, holder: AgentId) -> Error {
    let name = accounts::agent_by_id(act.db, holder).map(|agent| agent.name).unwrap_or_default();
    Error::Conflict(Message::new("error-call-claimed").with("name", name))
}

/// Makes a code, or gives the archived one of that name back.
pub fn add_wrap_up(act: &mut Act<'_>, name: &str) -> Result<WrapUpId> {
    let name = code_name(name)?;
    let codes = store::wrap_up_codes(act.db)?;
    let code = match named(&codes, &name) {
        Some(code) if code.archived_at.is_none() => return Err(Error::invalid("name", "error-name-taken")),
        Some(code) => {
            store::update_wrap_up(act.db, code.id, &name, None)?;
            code.id
        }
        None if codes.len() >= CODES_MAX => {
            return Err(Error::invalid("name", Message::new("error-too-many").with("max", CODES_MAX)));
        }
        None => {
            let position = i64::try_from(codes.len()).unwrap_or(0);
            store::insert_wrap_up(act.db, &name, position, act.now)?
        }
    };
    act.record(Event::WrapUpChanged { code, name, archived: false });
    Ok(code)
}

/// Names a code anew; calls that have it show the new name.
pub fn rename_wrap_up(act: &mut Act<'_>, id: WrapUpId, name: &str) -> Result<()> {
    let name = code_name(name)?;
    let codes = store::wrap_up_codes(act.db)?;
    if named(&codes, &name).is_some_and(|other| other.id != id) {
        return Err(Error::invalid("name", "error-name-taken"));
    }
    let archived_at = store::wrap_up_by_id(act.db, id)?.archived_at;
    store::update_wrap_up(act.db, id, &name, archived_at)?;
    act.record(Event::WrapUpChanged { code: id, name, archived: archived_at.is_some() });
    Ok(())
}

/// Takes a code out of use, or back into it; calls that have it keep it.
pub fn archive_wrap_up(act: &mut Act<'_>, id: WrapUpId, archived: bool) -> Result<()> {
    let code = store::wrap_up_by_id(act.db, id)?;
    store::update_wrap_up(act.db, id, &code.name, archived.then_some(act.now))?;
    act.record(Event::WrapUpChanged { code: id, name: code.name, archived });
    Ok(())
}

fn code_name(name: &str) -> Result<String> {
    let name = clean_line(name, 40);
    if name.is_empty() { Err(Error::invalid("name", "error-required")) } else { Ok(name) }
}

fn named<'a>(codes: &'a [WrapUpCode], name: &str) -> Option<&'a WrapUpCode> {
    codes.iter().find(|code| code.name.to_lowercase() == name.to_lowercase())
}
