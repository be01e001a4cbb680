//! A call's life on disk: it starts, it ends, and after a crash it is closed.

use super::{Call, Heard, Line, Makes, calling_back, store};
use crate::accounts;
use crate::base::id::{CallId, TicketId};
use crate::base::{Error, Message, Result};
use crate::db::Db;
use crate::events::{Act, Event};
use crate::settings::Settings;
use crate::tickets::{self, CallFacts, CallOutcome, CallTicket};

/// Keeps a call, with its ticket if the line makes one of every call. The same call heard twice (a repetition after a
/// restart, a second path through a proxy) is kept once.
pub fn start(act: &mut Act<'_>, line: &Line, heard: &Heard) -> Result<CallId> {
    // The same INVITE may come over two paths at once.
    crate::db::serialise(act.db, &format!("call:{}", heard.key))?;
    if let Some(call) = store::by_key(act.db, &heard.key)? {
        return again(act, line, &call, &heard.node).map(|()| call.id);
    }
    let id = store::insert(act.db, heard)?;
    let mut call = store::by_id(act.db, id)?;
    if let Some(key) = &call.caller_key
        && store::is_blocked(act.db, key, act.now)?
    {
        store::set_spam(act.db, id, Some(act.now))?;
        call.spam_at = Some(act.now);
    }
    let ticket = match line.makes {
        Makes::Every if call.spam_at.is_none() => Some(make_ticket(act, line, &call)?),
        Makes::Every | Makes::Missed | Makes::None => None,
    };
    act.record(Event::CallStarted { call: id, line: line.id, ticket });
    Ok(id)
}

/// A call that is known rings again: it was closed while nobody could know whether it went on.
fn again(act: &mut Act<'_>, line: &Line, call: &Call, node: &str) -> Result<()> {
    if call.ended_at.is_none() {
        return store::set_node(act.db, call.id, node);
    }
    store::reopen(act.db, call.id, node)?;
    let call = Call { ended_at: None, outcome: None, reason: None, ..call.clone() };
    let facts = facts(act.db, &call, line)?;
    tickets::follow_call(act, call.id, &facts)?;
    act.record(Event::CallStarted { call: call.id, line: line.id, ticket: call.ticket });
    Ok(())
}

/// Notes how a call ended. A call that has ended already stays as it is.
pub fn end(act: &mut Act<'_>, line: &Line, id: CallId, outcome: CallOutcome, reason: Option<&str>) -> Result<()> {
    held(act, id)?;
    if !store::end(act.db, id, outcome, reason, act.now)? {
        return Ok(());
    }
    let mut call = store::by_id(act.db, id)?;
    let unserved = outcome.is_missed() || matches!(outcome, CallOutcome::UnknownAfterRestart | CallOutcome::Stopped);
    match call.ticket {
        Some(_) => {
            let facts = facts(act.db, &call, line)?;
            tickets::follow_call(act, id, &facts)?;
        }
        None if line.makes == Makes::Missed && unserved && call.spam_at.is_none() => {
            call.ticket = Some(make_ticket(act, line, &call)?);
        }
        None => {}
    }
    if unserved {
        calling_back::missed(act, &call, line)?;
    } else {
        calling_back::contact(act, &call)?;
    }
    act.record(Event::CallEnded { call: id, line: line.id, outcome: outcome.word().into(), ticket: call.ticket });
    Ok(())
}

/// Closes the calls that rang on this node when it was killed: nobody can know how they ended. Says how many.
pub fn recover(act: &mut Act<'_>, node: &str) -> Result<usize> {
    let open = store::ringing_on(act.db, node)?;
    for call in &open {
        let line = store::line_by_id(act.db, call.line)?;
        end(act, &line, call.id, CallOutcome::UnknownAfterRestart, None)?;
    }
    Ok(open.len())
}

/// An agent says that a call was missed whatever the PBX said: some say "answered elsewhere" when the caller hung up.
///
/// # Errors
/// [`Error::Conflict`] while it rings.
pub fn mark_missed(act: &mut Act<'_>, id: CallId) -> Result<()> {
    let call = held(act, id)?;
    if call.ended_at.is_none() {
        return Err(Error::Conflict(Message::new("error-call-rings")));
    }
    if call.outcome == Some(CallOutcome::Missed) {
        return Ok(());
    }
    store::set_outcome(act.db, id, CallOutcome::Missed)?;
    let line = store::line_by_id(act.db, call.line)?;
    let call = Call { outcome: Some(CallOutcome::Missed), ..call };
    let ticket = match call.ticket {
        Some(ticket) => {
            let facts = facts(act.db, &call, &line)?;
            tickets::follow_call(act, id, &facts)?;
            Some(ticket)
        }
        None if line.makes == Makes::Missed => Some(make_ticket(act, &line, &call)?),
        None => None,
    };
    calling_back::missed(act, &Call { ticket, ..call }, &line)?;
    act.record(Event::CallMarkedMissed { call: id, ticket });
    Ok(())
}

/// The ticket of a call; made now if the line did not make one.
pub fn ticket_of(act: &mut Act<'_>, id: CallId) -> Result<TicketId> {
    let call = held(act, id)?;
    if let Some(ticket) = call.ticket {
        return Ok(ticket);
    }
    let line = store::line_by_id(act.db, call.line)?;
    make_ticket(act, &line, &call)
}

/// The call, with all others who want to change it or make its ticket waiting until this act is over.
pub(super) fn held(act: &mut Act<'_>, id: CallId) -> Result<Call> {
    crate::db::serialise(act.db, &format!("call:{id}"))?;
    store::by_id(act.db, id)
}

fn make_ticket(act: &mut Act<'_>, line: &Line, call: &Call) -> Result<TicketId> {
    let new = as_ticket(act, line, call)?;
    let ticket = tickets::open_for_call(act, &new)?;
    store::set_ticket(act.db, call.id, ticket)?;
    Ok(ticket)
}

/// The call as a new ticket wants it.
pub(super) fn as_ticket(act: &mut Act<'_>, line: &Line, call: &Call) -> Result<CallTicket> {
    let facts = facts(act.db, call, line)?;
    let caller = if facts.name.is_empty() { facts.number.clone() } else { facts.name.clone() };
    let caller_key = call.caller_key.clone();
    // A team that was archived takes no new work; the ticket is nobody's until somebody sorts it.
    let team = line.team.filter(|id| accounts::team_by_id(act.db, *id).is_ok_and(|team| team.archived_at.is_none()));
    Ok(CallTicket { call: call.id, line: line.id, team, caller, caller_key, facts })
}

/// What a ticket tells of a call. Everybody who works on tickets reads it, so at a desk that shows who called only to whoever
/// claimed the call, the name that came with it stays with the call.
pub(super) fn facts(db: &mut Db, call: &Call, line: &Line) -> Result<CallFacts> {
    let hidden = Settings::read(db)?.hides_identity();
    Ok(CallFacts {
        name: if hidden { String::new() } else { call.caller_name.clone() },
        number: call.number(Some(line)),
        withheld: call.withheld,
        line: line.name.clone(),
        dialled: call.dialled.clone(),
        diverted_from: call.diverted_from.clone(),
        outcome: call.outcome,
        reason: call.reason.clone(),
        received_at: call.received_at,
        ended_at: call.ended_at,
    })
}
