//! Missed calls are work with a clock: they open a callback, repeat it, and any later contact closes it.

use super::store::NewCallback;
use super::{Call, Callback, CallbackKind, CallbackResult, Line, store};
use crate::base::id::{CallbackId, TicketId};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};
use crate::settings::Settings;
use crate::tickets;

/// Minutes after which somebody who was not reached is tried again.
const AGAIN_MINUTES: i64 = 30;

const MINUTE_MS: i64 = 60_000;

/// Nobody answered a call: its caller is to be called back, once, however often they try. Who tries again and again
/// matters more.
pub(super) fn missed(act: &mut Act<'_>, call: &Call, line: &Line) -> Result<()> {
    if call.spam_at.is_some() {
        return Ok(());
    }
    if let Some(key) = &call.caller_key {
        crate::db::serialise(act.db, &format!("callback:{key}"))?;
        if let Some(open) = store::open_callback_of(act.db, CallbackKind::Missed, key)? {
            return again(act, &open, call);
        }
    }
    let due_ms = Settings::read(act.db)?.callback_minutes() * MINUTE_MS;
    let new = NewCallback {
        kind: CallbackKind::Missed,
        caller_key: call.caller_key.as_deref(),
        caller: &call.caller_name,
        number: &call.number(Some(line)),
        line: Some(call.line),
        ticket: call.ticket,
        incident: None,
        call: Some(call.id),
        now: act.now,
        due_at: act.now.plus_ms(due_ms),
    };
    let callback = store::insert_callback(act.db, &new)?;
    act.record(Event::CallbackOpened { callback, call: Some(call.id) });
    Ok(())
}

fn again(act: &mut Act<'_>, open: &Callback, call: &Call) -> Result<()> {
    if open.call == Some(call.id) {
        return Ok(());
    }
    let times = open.times + 1;
    store::repeat_callback(act.db, open.id, call.id, call.ticket, times, act.now)?;
    act.record(Event::CallbackRepeated { callback: open.id, call: call.id, times });
    if let Some(ticket) = call.ticket {
        let priority = Callback { times, ..open.clone() }.priority();
        tickets::raise_priority(act, ticket, priority)?;
    }
    Ok(())
}

/// Somebody spoke with the caller of a call: what was open for them is done.
pub(super) fn contact(act: &mut Act<'_>, call: &Call) -> Result<()> {
    let Some(key) = &call.caller_key else { return Ok(()) };
    match store::open_callback_of(act.db, CallbackKind::Missed, key)? {
        Some(open) => close(act, open.id, CallbackResult::CalledAgain),
        None => Ok(()),
    }
}

/// A ticket was closed: who called about it need not be called back.
pub(super) fn ticket_closed(act: &mut Act<'_>, ticket: TicketId) -> Result<()> {
    for open in store::open_callbacks_of_ticket(act.db, ticket)? {
        if open.kind == CallbackKind::Missed {
            close(act, open.id, CallbackResult::TicketClosed)?;
        }
    }
    Ok(())
}

pub(super) fn close(act: &mut Act<'_>, id: CallbackId, result: CallbackResult) -> Result<()> {
    let by = act.agent();
    if store::close_callback(act.db, id, result, by, act.now)? {
        act.record(Event::CallbackClosed { callback: id, result: result.word().into() });
    }
    Ok(())
}

/// The agent who acts calls somebody back, so that nobody else does at the same time.
///
/// # Errors
/// [`Error::Conflict`] when somebody else does already, or it is done.
pub fn hold(act: &mut Act<'_>, id: CallbackId, hold: bool) -> Result<()> {
    let Some(agent) = act.agent() else { return Err(Error::Forbidden(Message::new("error-forbidden"))) };
    let callback = store::callback_by_id(act.db, id)?;
    let wanted = hold.then_some(agent);
    if callback.held_by == wanted {
        return Ok(());
    }
    let others = callback.held_by.is_some_and(|holder| holder != agent);
    if others || !store::hold_callback(act.db, &callback, wanted, act.now)? {
        return Err(Error::Conflict(Message::new("error-callback-held")));
    }
    act.record(Event::CallbackHeld { callback: id, agent: wanted });
    Ok(())
}

/// What came of a try to reach somebody. Who was not reached is tried again later; all else closes the callback.
pub fn tried(act: &mut Act<'_>, id: CallbackId, result: CallbackResult) -> Result<()> {
    if !CallbackResult::CHOICES.contains(&result) {
        return Err(Error::invalid("result", "error-choice"));
    }
    let callback = store::callback_by_id(act.db, id)?;
    if callback.closed_at.is_some() {
        return Err(Error::Conflict(Message::new("error-callback-closed")));
    }
    if result != CallbackResult::NoAnswer {
        return close(act, id, result);
    }
    store::postpone_callback(act.db, id, act.now.plus_ms(AGAIN_MINUTES * MINUTE_MS))?;
    act.record(Event::CallbackTried { callback: id, result: result.word().into() });
    Ok(())
}

/// Opens a callback again that was closed by mistake.
///
/// # Errors
/// [`Error::Conflict`] when the caller has tried again meanwhile and has another.
pub fn reopen(act: &mut Act<'_>, id: CallbackId) -> Result<()> {
    let callback = store::callback_by_id(act.db, id)?;
    if callback.closed_at.is_none() {
        return Ok(());
    }
    if let Some(key) = &callback.caller_key {
        crate::db::serialise(act.db, &format!("callback:{key}"))?;
        if store::open_callback_of(act.db, callback.kind, key)?.is_some() {
            return Err(Error::Conflict(Message::new("error-callback-other")));
        }
    }
    store::reopen_callback(act.db, id)?;
    act.record(Event::CallbackReopened { callback: id });
    Ok(())
}
