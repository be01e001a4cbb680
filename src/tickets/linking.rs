//! Which call belongs to which ticket: several tickets to a call, several calls to a ticket.

use super::change::Change;
use super::interviewing::add_note;
use super::{CallFacts, EntryKind, Status, Ticket, store};
use crate::base::Result;
use crate::base::id::{CallId, TicketId};
use crate::events::{Act, Event};

impl Ticket {
    /// Adds a call, with what was typed meanwhile as a note. A call that is there already stays there once; says whether
    /// it is new.
    pub fn add_call(&self, act: &mut Act<'_>, call: CallId, facts: &CallFacts, note: &str) -> Result<bool> {
        add_note(act, self, note)?;
        if store::calls_of_ticket(act.db, self.id)?.contains(&call) {
            return Ok(false);
        }
        let entry = store::insert_call(act.db, self.id, call, facts, act.now)?;
        store::link(act.db, self, facts.outcome, act.now)?;
        act.record(Event::EntryAdded { ticket: self.id, entry, entry_kind: EntryKind::Call.word().into() });
        Ok(true)
    }

    /// Takes a call off; says whether it was there.
    pub fn remove_call(&self, act: &mut Act<'_>, call: CallId) -> Result<bool> {
        store::remove_call(act.db, self.id, call)
    }

    /// Closes a ticket that was made of a call alone and that nobody has touched: it goes on in another one. Its number may
    /// have been said to the caller, so it stays and leads there.
    pub fn merge_untouched(&self, act: &mut Act<'_>, call: CallId, into: TicketId) -> Result<bool> {
        let is_mere_call = self.touched_at.is_none() && self.closed_at.is_none() && self.subject.is_empty();
        if !is_mere_call || store::calls_of_ticket(act.db, self.id)? != [call] {
            return Ok(false);
        }
        let closed = Some(Some((act.now, act.agent())));
        let change = Change { parent: Some(Some(into)), status: Some(Status::Closed), closed, ..Change::default() };
        store::change(act.db, self, &change, act.now)?;
        act.record(Event::TicketParentChanged { ticket: self.id, parent: Some(into) });
        act.record(Event::TicketClosed { ticket: self.id });
        Ok(true)
    }

    /// Takes [`Ticket::merge_untouched`] back.
    pub fn unmerge(&self, act: &mut Act<'_>) -> Result<()> {
        let change = Change { parent: Some(None), status: Some(Status::New), closed: Some(None), ..Change::default() };
        store::change(act.db, self, &change, act.now)?;
        act.record(Event::TicketParentChanged { ticket: self.id, parent: None });
        act.record(Event::TicketReopened { ticket: self.id });
        Ok(())
    }
}
