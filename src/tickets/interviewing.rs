//! What somebody said on the phone becomes the ticket of the call, in one act.

use super::ticket::NOTE_CHARACTERS_MAX;
use super::{EntryKind, NewTicket, Ticket, store};
use crate::base::text::clean_text;
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

impl Ticket {
    /// Fills the ticket with the answers: one revision, and the note if there is one. `work_rev` is what
    /// [`Ticket::work_rev`] was when the form was made.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem; [`Error::Conflict`] when another agent worked on it meanwhile.
    pub fn interview(&self, act: &mut Act<'_>, answers: &NewTicket, work_rev: i64) -> Result<()> {
        let change = self.differing(act.db, answers.as_change())?;
        if work_rev != self.work_rev() {
            return Err(Error::Conflict(Message::new("error-changed-meanwhile")));
        }
        // Also when nothing differs: an agent has spoken with the caller, and the ticket is no longer untouched.
        self.put(act, change)?;
        add_note(act, self, &answers.note)
    }
}

/// Adds a note if there is text, and does nothing else to the ticket.
pub(super) fn add_note(act: &mut Act<'_>, ticket: &Ticket, text: &str) -> Result<()> {
    let text = clean_text(text, NOTE_CHARACTERS_MAX);
    if !text.is_empty() {
        let author = act.agent();
        let entry = store::insert_note(act.db, ticket.id, author, &text, act.now)?;
        act.record(Event::EntryAdded { ticket: ticket.id, entry, entry_kind: EntryKind::Note.word().into() });
    }
    Ok(())
}
