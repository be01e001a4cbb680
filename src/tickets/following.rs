//! Tickets follow their calls: how a call ended shows on its entries and on its tickets.

use super::{CallFacts, CallOutcome, Priority, Status, Ticket, store};
use crate::base::Result;
use crate::base::id::{CallId, TicketId};
use crate::events::{Act, Event};

/// A call ended, or its outcome was corrected. Somebody who is known to speak with the caller makes a new ticket an open
/// one; a ticket that an agent has touched keeps the status that he gave it.
pub fn follow_call(act: &mut Act<'_>, call: CallId, facts: &CallFacts) -> Result<()> {
    store::update_call(act.db, call, facts)?;
    for ticket in store::tickets_of_call(act.db, call)? {
        // A ticket tells of its last call; what becomes of an earlier one shows on its entry.
        if store::is_newest_call(act.db, ticket.id, call)? {
            follow(act, &ticket, facts)?;
        }
    }
    Ok(())
}

fn follow(act: &mut Act<'_>, ticket: &Ticket, facts: &CallFacts) -> Result<()> {
    store::set_call_outcome(act.db, ticket.id, facts.outcome, act.now)?;
    let wanted = match facts.outcome {
        Some(CallOutcome::AnsweredElsewhere | CallOutcome::Forwarded) => Status::Open,
        _ => Status::New,
    };
    let follows = ticket.touched_at.is_none() && ticket.closed_at.is_none();
    if follows && ticket.status != wanted {
        store::set_status(act.db, ticket.id, wanted)?;
        let (from, to) = (ticket.status.word().into(), wanted.word().into());
        act.record(Event::TicketStatusChanged { ticket: ticket.id, from, to });
    }
    Ok(())
}

/// Somebody calls about a ticket again and again: it matters more, unless an agent has touched it and knows better.
pub fn raise_priority(act: &mut Act<'_>, id: TicketId, wanted: Priority) -> Result<()> {
    let ticket = store::by_id(act.db, id)?;
    if ticket.touched_at.is_none() && ticket.closed_at.is_none() && ticket.priority < wanted {
        store::set_priority(act.db, id, wanted)?;
        let (from, to) = (ticket.priority.word().into(), wanted.word().into());
        act.record(Event::TicketPriorityChanged { ticket: id, from, to });
    }
    Ok(())
}
