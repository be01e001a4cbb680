//! What agents do with a ticket: note, take, assign, move, name, close, reopen.

use super::change::Change;
use super::interviewing::add_note;
use super::{Priority, Status, Ticket, store};
use crate::base::id::{AgentId, CategoryId, PersonId, SiteId, TeamId, TicketId};
use crate::base::text::clean_line;
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

impl Ticket {
    /// Writes a note into the thread. A new ticket becomes an open one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no text.
    pub fn note(&self, act: &mut Act<'_>, text: &str) -> Result<()> {
        if clean_line(text, 1).is_empty() {
            return Err(Error::invalid("note", "error-required"));
        }
        add_note(act, self, text)?;
        let status = if self.status == Status::New { Status::Open } else { self.status };
        store::change(act.db, self, &Change { status: Some(status), ..Change::default() }, act.now)?;
        self.status_changed(act, status);
        Ok(())
    }

    /// The agent who acts takes it.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else has it already or it is closed.
    pub fn take(&self, act: &mut Act<'_>) -> Result<()> {
        let Some(agent) = act.agent() else { return Err(Error::Forbidden(Message::new("error-forbidden"))) };
        match self.assignee_id {
            Some(holder) if holder == agent => Ok(()),
            Some(_) => Err(Error::Conflict(Message::new("error-ticket-taken"))),
            None => self.assign(act, Some(agent)),
        }
    }

    /// Gives it to an agent, or to nobody. A new ticket that somebody has is an open one.
    pub fn assign(&self, act: &mut Act<'_>, agent: Option<AgentId>) -> Result<()> {
        self.must_be_open()?;
        self.revise(act, Change { assignee: Some(agent), ..Change::default() })
    }

    /// Moves it to a team, or to none.
    pub fn move_to(&self, act: &mut Act<'_>, team: Option<TeamId>) -> Result<()> {
        self.revise(act, Change { team: Some(team), ..Change::default() })
    }

    /// Says what it is about.
    pub fn rename(&self, act: &mut Act<'_>, subject: &str) -> Result<()> {
        self.revise(act, Change { subject: Some(subject.to_owned()), ..Change::default() })
    }

    /// Says how much it matters.
    pub fn prioritise(&self, act: &mut Act<'_>, priority: Priority) -> Result<()> {
        self.revise(act, Change { priority: Some(priority), ..Change::default() })
    }

    /// Says who asked.
    pub fn set_requester(&self, act: &mut Act<'_>, person: Option<PersonId>) -> Result<()> {
        self.revise(act, Change { requester: Some(person), ..Change::default() })
    }

    /// Says where somebody is to go.
    pub fn set_site(&self, act: &mut Act<'_>, site: Option<SiteId>) -> Result<()> {
        self.revise(act, Change { site: Some(site), ..Change::default() })
    }

    /// Says what kind of matter it is.
    pub fn set_category(&self, act: &mut Act<'_>, category: Option<CategoryId>) -> Result<()> {
        self.revise(act, Change { category: Some(category), ..Change::default() })
    }

    /// Makes it a part of another ticket, or of none.
    pub fn set_parent(&self, act: &mut Act<'_>, parent: Option<TicketId>) -> Result<()> {
        self.revise(act, Change { parent: Some(parent), ..Change::default() })
    }

    /// Says whether somebody works on it or it waits. Closing and reopening have verbs of their own.
    pub fn set_status(&self, act: &mut Act<'_>, status: Status) -> Result<()> {
        match (status, self.status) {
            (wanted, now) if wanted == now => Ok(()),
            (Status::Closed, _) => self.close(act),
            (_, Status::Closed) => self.reopen(act),
            (wanted, _) => {
                store::change(act.db, self, &Change { status: Some(wanted), ..Change::default() }, act.now)?;
                self.status_changed(act, wanted);
                Ok(())
            }
        }
    }

    /// Closes it.
    pub fn close(&self, act: &mut Act<'_>) -> Result<()> {
        self.must_be_open()?;
        let closed = Some((act.now, act.agent()));
        let change = Change { status: Some(Status::Closed), closed: Some(closed), ..Change::default() };
        store::change(act.db, self, &change, act.now)?;
        act.record(Event::TicketClosed { ticket: self.id });
        Ok(())
    }

    /// Opens it again.
    pub fn reopen(&self, act: &mut Act<'_>) -> Result<()> {
        if self.closed_at.is_none() {
            return Ok(());
        }
        let change = Change { status: Some(Status::Open), closed: Some(None), ..Change::default() };
        store::change(act.db, self, &change, act.now)?;
        act.record(Event::TicketReopened { ticket: self.id });
        Ok(())
    }

    fn must_be_open(&self) -> Result<()> {
        if self.closed_at.is_some() { Err(Error::Conflict(Message::new("error-ticket-closed"))) } else { Ok(()) }
    }

    pub(super) fn status_changed(&self, act: &mut Act<'_>, to: Status) {
        if to != self.status {
            let (from, to) = (self.status.word().into(), to.word().into());
            act.record(Event::TicketStatusChanged { ticket: self.id, from, to });
        }
    }
}
