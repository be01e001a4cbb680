//! All SQL of the accounts.

use diesel::prelude::*;

use super::{Agent, AgentCard, Duty, DutyRow, DutySpan, Role, Session, SessionLimits, Team};
use crate::base::id::{AgentId, SessionId, TeamId};
use crate::base::{Result, Timestamp};
use crate::db::schema::{
    agents as a, duties as d, one_time_codes, sessions as s, team_members as m, teams as t, throttles,
};
use crate::db::{Db, each_backend, inserted_id};

type AgentColumns = (a::id, a::login, a::name, a::role, a::language, a::disabled_at, a::density, a::hotkeys_off_at);
const AGENT: AgentColumns =
    (a::id, a::login, a::name, a::role, a::language, a::disabled_at, a::density, a::hotkeys_off_at);
const TEAM: (t::id, t::name, t::archived_at) = (t::id, t::name, t::archived_at);

/// Agents that a list shows at most.
const AGENTS_MAX: i64 = 1_000;

/// Duties that are read at once.
const DUTIES_MAX: i64 = 20_000;

/// All agents by name, the disabled ones last.
pub fn agents(db: &mut Db) -> Result<Vec<Agent>> {
    Ok(a::table.select(AGENT).order((a::disabled_at.is_not_null(), a::name, a::id)).limit(AGENTS_MAX).load(db)?)
}

/// One agent.
pub fn agent_by_id(db: &mut Db, id: AgentId) -> Result<Agent> {
    Ok(a::table.find(id).select(AGENT).first(db)?)
}

/// One agent by what he types to sign in.
pub fn agent_by_login(db: &mut Db, login: &str) -> Result<Agent> {
    Ok(a::table.filter(a::login.eq(login.trim().to_lowercase())).select(AGENT).first(db)?)
}

/// The e-mail addresses of the agents who can sign in.
pub fn addresses(db: &mut Db) -> Result<Vec<(AgentId, String)>> {
    let active = a::table.filter(a::disabled_at.is_null()).filter(a::address.is_not_null()).order(a::id);
    Ok(active.limit(AGENTS_MAX).select((a::id, a::address.assume_not_null())).load(db)?)
}

/// The names of these agents.
pub fn agents_named(db: &mut Db, ids: &[AgentId]) -> Result<Vec<(AgentId, String)>> {
    Ok(a::table.filter(a::id.eq_any(ids.iter().copied())).select((a::id, a::name)).load(db)?)
}

/// The hash of an agent's password, if he can sign in.
pub(super) fn password_of(db: &mut Db, login: &str) -> Result<Option<(AgentId, String)>> {
    let active = a::table.filter(a::login.eq(login)).filter(a::disabled_at.is_null());
    Ok(active.select((a::id, a::password_hash)).first(db).optional()?)
}

/// Whether there is any agent.
pub(super) fn any_agent(db: &mut Db) -> Result<bool> {
    Ok(a::table.select(a::id).first::<AgentId>(db).optional()?.is_some())
}

/// Whether an admin other than `but` can sign in.
pub(super) fn other_admin(db: &mut Db, but: AgentId) -> Result<bool> {
    let others = a::table.filter(a::role.eq(Role::Admin)).filter(a::disabled_at.is_null()).filter(a::id.ne(but));
    Ok(others.select(a::id).first::<AgentId>(db).optional()?.is_some())
}

/// Makes an agent.
pub(super) fn insert_agent(db: &mut Db, card: &AgentCard, hash: &str, now: Timestamp) -> Result<AgentId> {
    let row = (
        a::login.eq(&card.login),
        a::name.eq(&card.name),
        a::role.eq(card.role),
        a::password_hash.eq(hash),
        a::created_at.eq(now),
    );
    Ok(inserted_id!(db, a::table, a::id, row)?)
}

/// Changes login, name and role.
pub(super) fn update_agent(db: &mut Db, id: AgentId, card: &AgentCard) -> Result<()> {
    diesel::update(a::table.find(id))
        .set((a::login.eq(&card.login), a::name.eq(&card.name), a::role.eq(card.role)))
        .execute(db)?;
    Ok(())
}

/// Sets the hash of the password.
pub(super) fn update_password(db: &mut Db, id: AgentId, hash: &str) -> Result<()> {
    diesel::update(a::table.find(id)).set(a::password_hash.eq(hash)).execute(db)?;
    Ok(())
}

pub(super) fn update_address(db: &mut Db, id: AgentId, address: Option<&str>) -> Result<()> {
    diesel::update(a::table.find(id)).set(a::address.eq(address)).execute(db)?;
    Ok(())
}

/// Sets the language.
pub(super) fn update_language(db: &mut Db, id: AgentId, language: Option<&str>) -> Result<()> {
    diesel::update(a::table.find(id)).set(a::language.eq(language)).execute(db)?;
    Ok(())
}

/// Sets how pages feel.
pub(super) fn update_feel(db: &mut Db, id: AgentId, density: &str, hotkeys_off_at: Option<Timestamp>) -> Result<()> {
    let feel = (a::density.eq(density), a::hotkeys_off_at.eq(hotkeys_off_at));
    diesel::update(a::table.find(id)).set(feel).execute(db)?;
    Ok(())
}

/// Disables or enables.
pub(super) fn update_disabled(db: &mut Db, id: AgentId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(a::table.find(id)).set(a::disabled_at.eq(at)).execute(db)?;
    Ok(())
}

/// Puts an agent into these teams and out of all others.
pub(super) fn set_teams_of(db: &mut Db, id: AgentId, teams: &[TeamId]) -> Result<()> {
    diesel::delete(m::table.filter(m::agent_id.eq(id))).execute(db)?;
    for team in teams {
        diesel::insert_into(m::table).values((m::team_id.eq(*team), m::agent_id.eq(id))).execute(db)?;
    }
    Ok(())
}

/// The teams that an agent is in.
pub fn teams_of(db: &mut Db, id: AgentId) -> Result<Vec<TeamId>> {
    Ok(m::table.filter(m::agent_id.eq(id)).select(m::team_id).load(db)?)
}

/// Who is in which team.
pub fn members_of(db: &mut Db) -> Result<Vec<(TeamId, AgentId)>> {
    Ok(m::table.select((m::team_id, m::agent_id)).load(db)?)
}

/// All teams by name, the archived ones last.
pub fn teams(db: &mut Db) -> Result<Vec<Team>> {
    Ok(t::table.select(TEAM).order((t::archived_at.is_not_null(), t::name, t::id)).limit(AGENTS_MAX).load(db)?)
}

/// The teams that take work.
pub fn active_teams(db: &mut Db) -> Result<Vec<Team>> {
    Ok(t::table.filter(t::archived_at.is_null()).select(TEAM).order((t::name, t::id)).limit(AGENTS_MAX).load(db)?)
}

/// One team.
pub fn team_by_id(db: &mut Db, id: TeamId) -> Result<Team> {
    Ok(t::table.find(id).select(TEAM).first(db)?)
}

/// Makes a team.
pub(super) fn insert_team(db: &mut Db, name: &str, now: Timestamp) -> Result<TeamId> {
    let row = (t::name.eq(name), t::created_at.eq(now));
    Ok(inserted_id!(db, t::table, t::id, row)?)
}

/// Changes a team.
pub(super) fn update_team(db: &mut Db, id: TeamId, name: &str, archived_at: Option<Timestamp>) -> Result<()> {
    diesel::update(t::table.find(id)).set((t::name.eq(name), t::archived_at.eq(archived_at))).execute(db)?;
    Ok(())
}

/// What stands in a session's row.
pub(super) struct NewSession<'a> {
    pub token_hash: &'a [u8],
    pub agent: AgentId,
    pub address: &'a str,
    pub user_agent: &'a str,
    pub now: Timestamp,
}

/// Opens a session.
pub(super) fn insert_session(db: &mut Db, new: &NewSession<'_>) -> Result<SessionId> {
    let row = (
        s::token_hash.eq(new.token_hash),
        s::agent_id.eq(new.agent),
        s::address.eq(new.address),
        s::user_agent.eq(new.user_agent),
        s::created_at.eq(new.now),
        s::seen_at.eq(new.now),
    );
    Ok(inserted_id!(db, s::table, s::id, row)?)
}

/// A session, when it last did something, whose it is, and whether they are on duty.
type Alive = (SessionId, Timestamp, Agent, Option<(Duty, Timestamp)>);

/// The session of a token, and its agent, if both are alive.
pub(super) fn session_by_token(
    db: &mut Db,
    token_hash: &[u8],
    limits: SessionLimits,
    now: Timestamp,
) -> Result<Option<Alive>> {
    let alive = s::table
        .inner_join(a::table)
        .left_join(d::table.on(d::agent_id.eq(a::id).and(d::ended_at.is_null())))
        .filter(s::token_hash.eq(token_hash))
        .filter(s::ended_at.is_null())
        .filter(s::seen_at.gt(now.plus_ms(-limits.idle_ms)))
        .filter(s::created_at.gt(now.plus_ms(-limits.age_ms)))
        .filter(a::disabled_at.is_null());
    Ok(alive.select((s::id, s::seen_at, AGENT, (d::state, d::began_at).nullable())).first(db).optional()?)
}

/// The open sessions of an agent, the newest first.
pub fn sessions_of(db: &mut Db, agent: AgentId) -> Result<Vec<Session>> {
    let open = s::table.filter(s::agent_id.eq(agent)).filter(s::ended_at.is_null());
    Ok(open
        .select((s::id, s::address, s::user_agent, s::created_at, s::seen_at))
        .order(s::id.desc())
        .limit(50)
        .load(db)?)
}

/// Notes that a session did something.
pub(super) fn touch_session(db: &mut Db, id: SessionId, now: Timestamp) -> Result<()> {
    diesel::update(s::table.find(id)).set(s::seen_at.eq(now)).execute(db)?;
    Ok(())
}

/// Ends one session of an agent; says whether it was open.
pub(super) fn end_one(db: &mut Db, agent: AgentId, id: SessionId, now: Timestamp) -> Result<bool> {
    let open = s::table.find(id).filter(s::agent_id.eq(agent)).filter(s::ended_at.is_null());
    Ok(diesel::update(open).set(s::ended_at.eq(now)).execute(db)? > 0)
}

/// Ends all sessions of an agent, but for one if given.
pub(super) fn end_all(db: &mut Db, agent: AgentId, but: Option<SessionId>, now: Timestamp) -> Result<Vec<SessionId>> {
    let keep = but.unwrap_or(SessionId(0));
    let open = s::table.filter(s::agent_id.eq(agent)).filter(s::ended_at.is_null()).filter(s::id.ne(keep));
    let ids: Vec<SessionId> = open.select(s::id).load(db)?;
    diesel::update(s::table.filter(s::id.eq_any(ids.clone()))).set(s::ended_at.eq(now)).execute(db)?;
    Ok(ids)
}

/// Whether an agent has an open session that was used after `since`.
pub(super) fn uses_a_session(db: &mut Db, agent: AgentId, since: Timestamp) -> Result<bool> {
    let open = s::table.filter(s::agent_id.eq(agent)).filter(s::ended_at.is_null()).filter(s::seen_at.gt(since));
    Ok(open.select(s::id).first::<SessionId>(db).optional()?.is_some())
}

/// Forgets sessions that ended, or could no longer be used, before `before`, and throttles that are over.
pub(super) fn sweep(db: &mut Db, before: Timestamp, now: Timestamp) -> Result<()> {
    diesel::delete(s::table.filter(s::created_at.lt(before)).filter(s::seen_at.lt(before))).execute(db)?;
    diesel::delete(throttles::table.filter(throttles::until_at.lt(now))).execute(db)?;
    Ok(())
}

/// Failed tries under a key since its window began; nothing when the window is over.
pub(super) fn throttle(db: &mut Db, key: &str, now: Timestamp) -> Result<Option<i64>> {
    let row = throttles::table.find(key).filter(throttles::until_at.gt(now));
    Ok(row.select(throttles::failures).first(db).optional()?)
}

/// Sets the count under a key; a new window begins at `now` when the one there is over.
pub(super) fn set_throttle(db: &mut Db, key: &str, failures: i64, window_ms: i64, now: Timestamp) -> Result<()> {
    let until = now.plus_ms(window_ms);
    if throttle(db, key, now)?.is_some() {
        diesel::update(throttles::table.find(key)).set(throttles::failures.eq(failures)).execute(db)?;
        return Ok(());
    }
    let row = (
        throttles::key.eq(key),
        throttles::failures.eq(failures),
        throttles::since_at.eq(now),
        throttles::until_at.eq(until),
    );
    let change = (throttles::failures.eq(failures), throttles::since_at.eq(now), throttles::until_at.eq(until));
    each_backend!(db, c => diesel::insert_into(throttles::table)
        .values(row)
        .on_conflict(throttles::key)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}

/// Keeps a one-time code in place of the one before.
pub(super) fn set_code(db: &mut Db, purpose: &str, hash: &[u8], now: Timestamp, expires_at: Timestamp) -> Result<()> {
    diesel::delete(one_time_codes::table.find(purpose)).execute(db)?;
    diesel::insert_into(one_time_codes::table)
        .values((
            one_time_codes::purpose.eq(purpose),
            one_time_codes::code_hash.eq(hash),
            one_time_codes::created_at.eq(now),
            one_time_codes::expires_at.eq(expires_at),
        ))
        .execute(db)?;
    Ok(())
}

/// The hash of the code that is valid now.
pub(super) fn code(db: &mut Db, purpose: &str, now: Timestamp) -> Result<Option<Vec<u8>>> {
    let valid = one_time_codes::table.find(purpose).filter(one_time_codes::expires_at.gt(now));
    Ok(valid.select(one_time_codes::code_hash).first(db).optional()?)
}

/// Uses the code up.
pub(super) fn remove_code(db: &mut Db, purpose: &str) -> Result<()> {
    diesel::delete(one_time_codes::table.find(purpose)).execute(db)?;
    Ok(())
}

/// Whether an agent is on duty or on a break.
pub(super) fn duty_of(db: &mut Db, agent: AgentId) -> Result<Option<Duty>> {
    let open = d::table.filter(d::agent_id.eq(agent)).filter(d::ended_at.is_null());
    Ok(open.select(d::state).first(db).optional()?)
}

/// Ends the duty that an agent has now.
pub(super) fn end_duty(db: &mut Db, agent: AgentId, now: Timestamp) -> Result<()> {
    let open = d::table.filter(d::agent_id.eq(agent)).filter(d::ended_at.is_null());
    diesel::update(open).set(d::ended_at.eq(now)).execute(db)?;
    Ok(())
}

/// Begins a duty, or notes one that was.
pub(super) fn insert_duty(
    db: &mut Db,
    agent: AgentId,
    state: Duty,
    began_at: Timestamp,
    ended_at: Option<Timestamp>,
) -> Result<()> {
    let row = (d::agent_id.eq(agent), d::state.eq(state), d::began_at.eq(began_at), d::ended_at.eq(ended_at));
    diesel::insert_into(d::table).values(row).execute(db)?;
    Ok(())
}

/// Who takes calls or is on a break now, those who take calls first.
pub fn on_duty(db: &mut Db) -> Result<Vec<DutyRow>> {
    Ok(d::table
        .inner_join(a::table)
        .filter(d::ended_at.is_null())
        .order((d::state.desc(), a::name, a::id))
        .limit(AGENTS_MAX)
        .select((a::id, a::name, a::role, d::state, d::began_at))
        .load(db)?)
}

/// When those of the agents who went off duty since a moment did so last.
pub fn left_duty(db: &mut Db, agents: &[AgentId], since: Timestamp) -> Result<Vec<(AgentId, Timestamp)>> {
    let left: Vec<(AgentId, Option<Timestamp>)> = d::table
        .filter(d::agent_id.eq_any(agents))
        .filter(d::ended_at.ge(since))
        .group_by(d::agent_id)
        .select((d::agent_id, diesel::dsl::max(d::ended_at)))
        .load(db)?;
    Ok(left.into_iter().filter_map(|(agent, at)| Some((agent, at?))).collect())
}

/// The duties that began between two moments, by when they began.
pub fn duties_between(db: &mut Db, from: Timestamp, to: Timestamp) -> Result<Vec<DutySpan>> {
    Ok(d::table
        .inner_join(a::table)
        .filter(d::began_at.ge(from))
        .filter(d::began_at.lt(to))
        .order((d::began_at, d::id))
        .limit(DUTIES_MAX)
        .select((a::id, a::name, d::state, d::began_at, d::ended_at))
        .load(db)?)
}
