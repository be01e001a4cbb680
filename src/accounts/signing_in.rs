//! Signing in, in three steps so that the slow hash is checked outside of any transaction: [`begin`] counts the try and
//! reads the hash, the caller checks it with [`super::password_matches`], [`succeed`] or a failure ends it.

use super::{SessionLimits, SignedIn, password, store, throttling, token};
use crate::base::id::{AgentId, SessionId};
use crate::base::text::clean_line;
use crate::base::{Result, Timestamp};
use crate::db::Db;
use crate::events::{Act, Event};

/// Activity is written down at most this often.
const TOUCH_MS: i64 = 60_000;

/// A try that was counted.
#[derive(Debug, Clone)]
pub struct Try {
    /// Who it would be.
    pub agent: Option<AgentId>,
    /// The hash to check the password against; for an unknown login one that nothing matches, which takes as long.
    pub hash: String,
    login: String,
    address: String,
}

impl Try {
    /// The login that was tried, cleaned.
    pub(super) fn login(&self) -> &str {
        &self.login
    }

    /// Where from.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

/// Counts a try and says what to check.
///
/// # Errors
/// [`crate::base::Error::Busy`] after too many failed tries.
pub fn begin(act: &mut Act<'_>, login: &str, address: &str) -> Result<Try> {
    // PostgreSQL takes no text with NUL in it, and no login has any control character.
    let plain = login.trim().to_lowercase();
    let login: String = plain.chars().filter(|c| !c.is_control()).take(64).collect();
    throttling::take(act, &login, address)?;
    let found = store::password_of(act.db, &login)?;
    let (agent, hash) = found.map_or((None, password::NOBODY.to_owned()), |(id, hash)| (Some(id), hash));
    Ok(Try { agent, hash, login, address: address.to_owned() })
}

/// Ends a try whose password was right, or records one that was not: gives the session's token for the cookie, or nothing.
pub fn succeed(act: &mut Act<'_>, tried: &Try, matched: bool, user_agent: &str) -> Result<Option<String>> {
    let (Some(agent), true) = (tried.agent, matched) else {
        act.record(Event::SignInFailed { login: clean_line(&tried.login, 64), address: tried.address.clone() });
        return Ok(None);
    };
    // The account may have been disabled, or got another password, while the hash was checked.
    let unchanged = store::password_of(act.db, &tried.login)?.is_some_and(|(_, hash)| hash == tried.hash);
    if !unchanged {
        return Ok(None);
    }
    throttling::give_back(act, &tried.login, &tried.address)?;
    open_session(act, agent, &tried.address, user_agent).map(Some)
}

/// Opens a session and gives its token; a new one each time, so that none can be planted.
pub fn open_session(act: &mut Act<'_>, agent: AgentId, address: &str, user_agent: &str) -> Result<String> {
    let secret = token::token()?;
    let user_agent = clean_line(user_agent, 200);
    let new = store::NewSession {
        token_hash: &token::digest(&secret),
        agent,
        address,
        user_agent: &user_agent,
        now: act.now,
    };
    let session = store::insert_session(act.db, &new)?;
    act.record(Event::SignedIn { agent, session, address: address.to_owned() });
    Ok(secret)
}

/// Who holds this token now.
pub fn signed_in(db: &mut Db, secret: &str, limits: SessionLimits, now: Timestamp) -> Result<Option<SignedIn>> {
    if secret.len() != 64 {
        return Ok(None);
    }
    let Some((session, seen_at, agent, duty)) = store::session_by_token(db, &token::digest(secret), limits, now)?
    else {
        return Ok(None);
    };
    let teams = store::teams_of(db, agent.id)?;
    Ok(Some(SignedIn { agent, session, teams, seen_at, duty }))
}

/// Whether the activity of a session should be written down now.
pub fn touch_is_due(seen_at: Timestamp, now: Timestamp) -> bool {
    now.since_ms(seen_at) >= TOUCH_MS
}

/// Writes down that a session did something.
pub fn touch(act: &mut Act<'_>, session: SessionId) -> Result<()> {
    store::touch_session(act.db, session, act.now)
}
