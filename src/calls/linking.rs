//! Calls and tickets find each other afterwards: a call goes to a ticket that was there, or gets one more.

use super::hearing::{as_ticket, facts, held};
use super::store;
use crate::base::id::{CallId, TicketId};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};
use crate::tickets;

/// Adds a call to a ticket, with what was typed meanwhile as a note. A ticket that was made of this call alone and that
/// nobody has touched goes on in that one.
pub fn link(act: &mut Act<'_>, id: CallId, to: TicketId, note: &str) -> Result<()> {
    let call = held(act, id)?;
    let line = store::line_by_id(act.db, call.line)?;
    let facts = facts(act.db, &call, &line)?;
    let is_new = tickets::by_id(act.db, to)?.add_call(act, id, &facts, note)?;
    if !is_new && call.ticket == Some(to) {
        return Ok(());
    }
    if let Some(own) = call.ticket.filter(|own| *own != to) {
        tickets::by_id(act.db, own)?.merge_untouched(act, id, to)?;
    }
    store::set_ticket(act.db, id, to)?;
    act.record(Event::CallLinked { call: id, ticket: to });
    Ok(())
}

/// Takes a call off a ticket. One that had gone on in it is there again; else the call is left to its newest other ticket.
///
/// # Errors
/// [`Error::Conflict`] when it is the call's only ticket: what was taken is kept.
pub fn unlink(act: &mut Act<'_>, id: CallId, from: TicketId) -> Result<()> {
    let call = held(act, id)?;
    let (from, others): (Vec<_>, Vec<_>) =
        tickets::tickets_of_call(act.db, id)?.into_iter().partition(|ticket| ticket.id == from);
    let Some(from) = from.first() else { return Ok(()) };
    let merged = others.iter().find(|ticket| ticket.is_merged() && ticket.parent_id == Some(from.id));
    let Some(next) = merged.or_else(|| others.iter().find(|ticket| !ticket.is_merged())) else {
        return Err(Error::Conflict(Message::new("error-call-only-ticket")));
    };
    from.remove_call(act, id)?;
    if let Some(merged) = merged {
        merged.unmerge(act)?;
    }
    if call.ticket == Some(from.id) {
        store::set_ticket(act.db, id, next.id)?;
    }
    act.record(Event::CallUnlinked { call: id, ticket: from.id });
    Ok(())
}

/// Makes one more ticket of a call: the caller has another matter. It is the call's ticket from then on.
pub fn another_ticket(act: &mut Act<'_>, id: CallId) -> Result<TicketId> {
    let call = held(act, id)?;
    let line = store::line_by_id(act.db, call.line)?;
    let new = as_ticket(act, &line, &call)?;
    let ticket = tickets::open_another(act, &new)?;
    store::set_ticket(act.db, id, ticket)?;
    act.record(Event::CallLinked { call: id, ticket });
    Ok(ticket)
}
