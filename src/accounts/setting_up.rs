//! The first admin. There is no default account: the daemon makes a one-time code that only whoever can read the data
//! folder or the console knows.

use super::{AgentCard, Role, create_agent, hiring, store, throttling, token};
use crate::base::id::AgentId;
use crate::base::{Error, Message, Result};
use crate::db::Db;
use crate::events::Act;
use subtle::ConstantTimeEq;

const PURPOSE: &str = "first-admin";

/// How long a code can be used; a restart makes a new one.
const CODE_MS: i64 = 24 * 60 * 60 * 1_000;

/// Whether the desk has no agent yet.
pub fn needs_setting_up(db: &mut Db) -> Result<bool> {
    Ok(!store::any_agent(db)?)
}

/// Makes a code in place of the one before. It is told once and kept as a hash.
pub fn new_code(act: &mut Act<'_>) -> Result<String> {
    let code = token::code()?;
    store::set_code(act.db, PURPOSE, &token::code_digest(&code), act.now, act.now.plus_ms(CODE_MS))?;
    Ok(code)
}

/// Uses the code up and makes the first admin. `hash` is made by [`super::hash_password`] beforehand.
///
/// # Errors
/// [`Error::Conflict`] once there is an agent; [`Error::Invalid`] on a wrong code or card.
pub fn first_admin(act: &mut Act<'_>, code: &str, card: AgentCard, hash: &str) -> Result<AgentId> {
    crate::db::serialise(act.db, "admins")?;
    if store::any_agent(act.db)? {
        return Err(Error::Conflict(Message::new("error-set-up-done")));
    }
    let kept = store::code(act.db, PURPOSE, act.now)?.unwrap_or_default();
    if !bool::from(kept.as_slice().ct_eq(&token::code_digest(code))) {
        return Err(Error::invalid("code", "error-set-up-code"));
    }
    let admin = create_agent(act, AgentCard { role: Role::Admin, ..card }, hash)?;
    store::remove_code(act.db, PURPOSE)?;
    Ok(admin)
}

/// Counts a try of the code from an address.
pub fn count_code_try(act: &mut Act<'_>, address: &str) -> Result<()> {
    throttling::take(act, PURPOSE, address)
}

/// Checks and hashes a password for a new or changed account.
pub fn hash_checked(secret: &str, login: &str) -> Result<String> {
    hiring::hashed(secret, login)
}
