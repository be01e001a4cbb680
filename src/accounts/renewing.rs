//! Somebody changes their own password. Who sits at a screen that was left open does not know the old one and gets no
//! more tries at it than at the door.

use super::{Try, hiring, store};
use crate::base::Result;
use crate::base::id::SessionId;
use crate::events::{Act, Event};

/// Ends a try that [`super::begin`] counted: with the new hash when the old password was right, with nothing when it was
/// not. Says whether the password is changed; all other sessions have ended then.
pub fn renew_password(act: &mut Act<'_>, tried: &Try, new_hash: Option<&str>, session: SessionId) -> Result<bool> {
    let (Some(agent), Some(new_hash)) = (tried.agent, new_hash) else {
        act.record(Event::SignInFailed { login: tried.login().to_owned(), address: tried.address().to_owned() });
        return Ok(false);
    };
    // Somebody may have set another one while the hashes were made.
    let unchanged = store::password_of(act.db, tried.login())?.is_some_and(|(_, hash)| hash == tried.hash);
    if !unchanged {
        return Ok(false);
    }
    super::throttling::give_back(act, tried.login(), tried.address())?;
    hiring::set_password(act, agent, new_hash, Some(session))?;
    Ok(true)
}
