//! What agents do with a ticket: note, take, assign, move, name, close, reopen.

use super::ticket::{NOTE_CHARACTERS_MAX, SUBJECT_CHARACTERS_MAX};
use super::{EntryKind, Priority, Status, Ticket, store};
use crate::base::id::{AgentId, PersonId, TeamId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

impl Ticket {
    /// Writes a note into the thread. A new ticket becomes an open one.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no text.
    pub fn note(&self, act: &mut Act<'_>, text: &str) -> Result<()> {
        let text = clean_text(text, NOTE_CHARACTERS_MAX);
        if text.is_empty() {
            return Err(Error::invalid("note", "error-required"));
        }
        let author = act.agent();
        let entry = store::insert_note(act.db, self.id, author, &text, act.now)?;
        let status = if self.status == Status::New { Status::Open } else { self.status };
        store::change(act.db, self, &store::Change { status: Some(status), ..store::Change::at(act.now) })?;
        act.record(Event::EntryAdded { ticket: self.id, entry, entry_kind: EntryKind::Note.word().into() });
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

    /// Gives it to an agent, or to nobody.
    pub fn assign(&self, act: &mut Act<'_>, agent: Option<AgentId>) -> Result<()> {
        self.must_be_open()?;
        if agent == self.assignee_id {
            return Ok(());
        }
        if !store::is_active_agent(act.db, agent)? {
            return Err(Error::invalid("assignee", "error-choice"));
        }
        let status = if agent.is_some() && self.status == Status::New { Status::Open } else { self.status };
        let change = store::Change { assignee: Some(agent), status: Some(status), ..store::Change::at(act.now) };
        store::change(act.db, self, &change)?;
        act.record(Event::TicketAssigned { ticket: self.id, agent });
        self.status_changed(act, status);
        Ok(())
    }

    /// Moves it to a team, or to none.
    pub fn move_to(&self, act: &mut Act<'_>, team: Option<TeamId>) -> Result<()> {
        if team == self.team_id {
            return Ok(());
        }
        if !store::is_open_team(act.db, team)? {
            return Err(Error::invalid("team", "error-choice"));
        }
        store::change(act.db, self, &store::Change { team: Some(team), ..store::Change::at(act.now) })?;
        act.record(Event::TicketTeamChanged { ticket: self.id, team });
        Ok(())
    }

    /// Says what it is about.
    pub fn rename(&self, act: &mut Act<'_>, subject: &str) -> Result<()> {
        let subject = clean_line(subject, SUBJECT_CHARACTERS_MAX);
        if subject == self.subject {
            return Ok(());
        }
        if subject.is_empty() {
            return Err(Error::invalid("subject", "error-required"));
        }
        let change = store::Change { subject: Some(subject.clone()), ..store::Change::at(act.now) };
        store::change(act.db, self, &change)?;
        act.record(Event::TicketSubjectChanged { ticket: self.id, subject });
        Ok(())
    }

    /// Says how much it matters.
    pub fn prioritise(&self, act: &mut Act<'_>, priority: Priority) -> Result<()> {
        if priority == self.priority {
            return Ok(());
        }
        store::change(act.db, self, &store::Change { priority: Some(priority), ..store::Change::at(act.now) })?;
        let (from, to) = (self.priority.word().into(), priority.word().into());
        act.record(Event::TicketPriorityChanged { ticket: self.id, from, to });
        Ok(())
    }

    /// Says whether somebody works on it or it waits. Closing and reopening have verbs of their own.
    pub fn set_status(&self, act: &mut Act<'_>, status: Status) -> Result<()> {
        match (status, self.status) {
            (wanted, now) if wanted == now => Ok(()),
            (Status::Closed, _) => self.close(act),
            (_, Status::Closed) => self.reopen(act),
            (wanted, _) => {
                store::change(act.db, self, &store::Change { status: Some(wanted), ..store::Change::at(act.now) })?;
                self.status_changed(act, wanted);
                Ok(())
            }
        }
    }

    /// Says who asked.
    pub fn set_requester(&self, act: &mut Act<'_>, person: Option<PersonId>) -> Result<()> {
        if person == self.requester_id {
            return Ok(());
        }
        if !store::is_person(act.db, person)? {
            return Err(Error::invalid("requester", "error-choice"));
        }
        store::change(act.db, self, &store::Change { requester: Some(person), ..store::Change::at(act.now) })?;
        act.record(Event::TicketRequesterChanged { ticket: self.id, person });
        Ok(())
    }

    /// Closes it.
    pub fn close(&self, act: &mut Act<'_>) -> Result<()> {
        self.must_be_open()?;
        let closed = Some((act.now, act.agent()));
        let change = store::Change { status: Some(Status::Closed), closed: Some(closed), ..store::Change::at(act.now) };
        store::change(act.db, self, &change)?;
        act.record(Event::TicketClosed { ticket: self.id });
        Ok(())
    }

    /// Opens it again.
    pub fn reopen(&self, act: &mut Act<'_>) -> Result<()> {
        if self.closed_at.is_none() {
            return Ok(());
        }
        let change = store::Change { status: Some(Status::Open), closed: Some(None), ..store::Change::at(act.now) };
        store::change(act.db, self, &change)?;
        act.record(Event::TicketReopened { ticket: self.id });
        Ok(())
    }

    fn must_be_open(&self) -> Result<()> {
        if self.closed_at.is_some() { Err(Error::Conflict(Message::new("error-ticket-closed"))) } else { Ok(()) }
    }

    fn status_changed(&self, act: &mut Act<'_>, to: Status) {
        if to != self.status {
            let (from, to) = (self.status.word().into(), to.word().into());
            act.record(Event::TicketStatusChanged { ticket: self.id, from, to });
        }
    }
}
