//! Spam: calls that are none of the desk's business, and numbers whose calls don't reach the board.
//!
//! A blocked number still rings where the phone system lets it ring: a desk that refused it could end the call for the
//! whole ring group. Its calls are kept in the log, without a ticket and without a card.

use super::hearing::held;
use super::{CallbackKind, CallbackResult, calling_back, store};
use crate::base::id::{AgentId, CallId};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Result, Timestamp};
use crate::events::{Act, Event};
use crate::people::key_of;
use crate::phone::number::mask;
use crate::settings::Settings;

/// Days for which a number is blocked by one click.
pub const BLOCK_DAYS: i64 = 90;

const DAY_MS: i64 = 86_400_000;

/// A number whose calls don't reach the board.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct BlockedNumber {
    /// The number as it compares.
    pub number_key: String,
    /// Why.
    pub note: String,
    /// By whom.
    pub blocked_by: Option<AgentId>,
    /// Since when.
    pub blocked_at: Timestamp,
    /// Until when; nothing for always.
    pub until_at: Option<Timestamp>,
}

/// Says that a call is spam or that it is not. With `block`, its number is blocked for [`BLOCK_DAYS`]; what is no spam is
/// no longer blocked either.
pub fn mark_spam(act: &mut Act<'_>, id: CallId, spam: bool, block: bool) -> Result<()> {
    let call = held(act, id)?;
    if call.spam_at.is_some() != spam {
        store::set_spam(act.db, id, spam.then_some(act.now))?;
        act.record(Event::CallMarkedSpam { call: id, spam });
    }
    let Some(key) = call.caller_key else { return Ok(()) };
    if spam && block {
        let by = act.agent();
        store::block(act.db, &key, "", by, act.now, Some(act.now.plus_ms(BLOCK_DAYS * DAY_MS)))?;
        act.record(Event::NumberBlocked { masked: mask(&key) });
    } else if !spam && store::unblock(act.db, &key)? {
        act.record(Event::NumberUnblocked { masked: mask(&key) });
    }
    if spam && let Some(open) = store::open_callback_of(act.db, CallbackKind::Missed, &key)? {
        calling_back::close(act, open.id, CallbackResult::Spam)?;
    }
    Ok(())
}

/// Blocks a number that somebody typed.
///
/// # Errors
/// [`Error::Invalid`] when it is no number.
pub fn block_number(act: &mut Act<'_>, number: &str, note: &str) -> Result<()> {
    let settings = Settings::read(act.db)?;
    let Some(key) = settings.number_plan().and_then(|plan| key_of(&plan.read(number))) else {
        return Err(Error::invalid("number", Message::new("error-number").with("text", clean_line(number, 60))));
    };
    let by = act.agent();
    store::block(act.db, &key, &clean_line(note, 120), by, act.now, None)?;
    act.record(Event::NumberBlocked { masked: mask(&key) });
    Ok(())
}

/// Lets the calls of a number reach the board again.
pub fn unblock_number(act: &mut Act<'_>, number_key: &str) -> Result<()> {
    if store::unblock(act.db, number_key)? {
        act.record(Event::NumberUnblocked { masked: mask(number_key) });
    }
    Ok(())
}
