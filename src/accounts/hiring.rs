//! Agents come, change and go.

use super::{Agent, AgentCard, Role, end_session_of, password, store};
use crate::base::id::{AgentId, SessionId};
use crate::base::{EmailAddress, Error, Message, Result};
use crate::events::{Act, Event};

/// Makes an agent. `hash` is what [`super::hash_password`] made of a password that [`super::check_password`] let pass.
///
/// # Errors
/// [`Error::Invalid`] with every problem; a login that is taken is one.
pub fn create_agent(act: &mut Act<'_>, card: AgentCard, hash: &str) -> Result<AgentId> {
    let card = card.check()?;
    login_is_free(act, &card.login, None)?;
    teams_exist(act, &card)?;
    let agent = store::insert_agent(act.db, &card, hash, act.now)?;
    store::set_teams_of(act.db, agent, &card.teams)?;
    act.record(Event::AgentCreated { agent, login: card.login, role: card.role.word().into() });
    Ok(agent)
}

/// Changes an agent's login, name, role and teams. A new role ends his sessions, so that it holds at once.
pub fn change_agent(act: &mut Act<'_>, id: AgentId, card: AgentCard) -> Result<()> {
    let card = card.check()?;
    let before = store_agent(act, id)?;
    login_is_free(act, &card.login, Some(id))?;
    teams_exist(act, &card)?;
    if before.role == Role::Admin && card.role != Role::Admin {
        not_the_last_admin(act, id)?;
    }
    store::update_agent(act.db, id, &card)?;
    store::set_teams_of(act.db, id, &card.teams)?;
    if before.role != card.role {
        end_session_of(act, id, None)?;
    }
    act.record(Event::AgentChanged { agent: id, role: card.role.word().into() });
    Ok(())
}

/// Disables an agent: he is out at once and stays in all history.
pub fn disable_agent(act: &mut Act<'_>, id: AgentId) -> Result<()> {
    let agent = store_agent(act, id)?;
    if agent.disabled_at.is_some() {
        return Ok(());
    }
    if agent.role == Role::Admin {
        not_the_last_admin(act, id)?;
    }
    store::update_disabled(act.db, id, Some(act.now))?;
    end_session_of(act, id, None)?;
    act.record(Event::AgentDisabled { agent: id });
    Ok(())
}

/// Lets a disabled agent sign in again.
pub fn enable_agent(act: &mut Act<'_>, id: AgentId) -> Result<()> {
    if store_agent(act, id)?.disabled_at.is_some() {
        store::update_disabled(act.db, id, None)?;
        act.record(Event::AgentEnabled { agent: id });
    }
    Ok(())
}

/// Sets an agent's password and ends his sessions, but for the one that asks.
pub fn set_password(act: &mut Act<'_>, id: AgentId, hash: &str, but: Option<SessionId>) -> Result<()> {
    store_agent(act, id)?;
    store::update_password(act.db, id, hash)?;
    end_session_of(act, id, but)?;
    act.record(Event::AgentPasswordSet { agent: id });
    Ok(())
}

/// Sets the language that an agent reads.
pub fn set_language(act: &mut Act<'_>, id: AgentId, language: Option<&str>) -> Result<()> {
    store::update_language(act.db, id, language)
}

/// Sets where an agent is told of things by mail; nothing for nowhere.
pub fn set_address(act: &mut Act<'_>, id: AgentId, address: Option<&EmailAddress>) -> Result<()> {
    store::update_address(act.db, id, address.map(EmailAddress::as_str))
}

/// Sets how much room rows take for an agent, and whether letters alone are keys.
pub fn set_feel(act: &mut Act<'_>, id: AgentId, density: &str, has_letter_keys: bool) -> Result<()> {
    let off_at = store_agent(act, id)?.hotkeys_off_at.or(Some(act.now));
    store::update_feel(act.db, id, density, off_at.filter(|_| !has_letter_keys))
}

/// Checks a password for use with [`password::hash`].
pub(super) fn hashed(secret: &str, login: &str) -> Result<String> {
    password::check(secret, login)?;
    password::hash(secret)
}

fn store_agent(act: &mut Act<'_>, id: AgentId) -> Result<Agent> {
    store::agent_by_id(act.db, id)
}

fn login_is_free(act: &mut Act<'_>, login: &str, but: Option<AgentId>) -> Result<()> {
    match store::agent_by_login(act.db, login) {
        Ok(other) if Some(other.id) != but => Err(Error::invalid("login", "error-login-taken")),
        Ok(_) | Err(Error::Missing) => Ok(()),
        Err(error) => Err(error),
    }
}

fn teams_exist(act: &mut Act<'_>, card: &AgentCard) -> Result<()> {
    let teams = store::teams(act.db)?;
    let all = card.teams.iter().all(|wanted| teams.iter().any(|team| team.id == *wanted));
    if all { Ok(()) } else { Err(Error::invalid("teams", "error-choice")) }
}

fn not_the_last_admin(act: &mut Act<'_>, id: AgentId) -> Result<()> {
    // Two admins who take each other's rights at once must not both succeed.
    crate::db::serialise(act.db, "admins")?;
    if store::other_admin(act.db, id)? { Ok(()) } else { Err(Error::Conflict(Message::new("error-last-admin"))) }
}
