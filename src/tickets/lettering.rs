//! Letters come into tickets.

use super::letter::{NewFile, NewLetter};
use super::ticket::SUBJECT_CHARACTERS_MAX;
use super::{Channel, EntryKind, LetterFacts, Priority, Status, Ticket, store};
use crate::base::Result;
use crate::base::id::{AgentId, AttachmentId, EntryId, PersonId, TeamId, TicketId};
use crate::base::text::clean_line;
use crate::events::{Act, Event};

/// Characters of a tag.
const TAG_CHARACTERS_MAX: usize = 40;

/// A letter that becomes a ticket.
#[derive(Debug, Clone, Default)]
pub struct MailTicket {
    /// Its subject; may be empty.
    pub subject: String,
    /// The mailbox's team.
    pub team: Option<TeamId>,
    /// Who wrote.
    pub requester: Option<PersonId>,
    /// Who wrote, as shown when nobody is known.
    pub sender: String,
    /// The ticket that it goes on from.
    pub parent: Option<TicketId>,
}

/// Opens a ticket for a letter. Its first entry is still to be added.
pub fn open_for_letter(act: &mut Act<'_>, mail: &MailTicket) -> Result<TicketId> {
    let subject = clean_line(&mail.subject, SUBJECT_CHARACTERS_MAX);
    let row = store::NewRow {
        subject: &subject,
        status: Status::New,
        priority: Priority::Normal,
        channel: Channel::Mail,
        team_id: mail.team,
        assignee_id: None,
        requester_id: mail.requester,
        line_id: None,
        caller: &mail.sender,
        caller_key: None,
        call_outcome: None,
        created_at: act.now,
        updated_at: act.now,
        touched_at: None,
        rev: 1,
        site_id: None,
        category_id: None,
        wanted_at: None,
    };
    let ticket = store::insert(act.db, &row)?;
    act.record(Event::TicketCreated { ticket, channel: Channel::Mail.word().into(), team: mail.team });
    if let Some(parent) = mail.parent {
        store::set_parent(act.db, ticket, parent)?;
        act.record(Event::TicketParentChanged { ticket, parent: Some(parent) });
    }
    Ok(ticket)
}

impl Ticket {
    /// Adds a letter to the thread. What its coming means for the status is the caller's to say; forms that are open over
    /// the ticket stay good.
    pub fn add_letter(&self, act: &mut Act<'_>, letter: &NewLetter) -> Result<EntryId> {
        let entry = store::insert_letter(act.db, self.id, letter, act.now)?;
        if let Some(page) = &letter.page {
            store::insert_page(act.db, entry, page)?;
        }
        store::tell(act.db, self, letter.author.is_some(), act.now)?;
        act.record(Event::EntryAdded { ticket: self.id, entry, entry_kind: EntryKind::Letter.word().into() });
        Ok(entry)
    }

    /// Goes on with the ticket because somebody wrote: what waited is open, what was closed is reopened.
    pub fn written_to(&self, act: &mut Act<'_>) -> Result<()> {
        match self.status {
            Status::Closed => self.reopen(act),
            Status::Waiting => self.set_status(act, Status::Open),
            Status::New | Status::Open => Ok(()),
        }
    }

    /// Puts a tag on it, or takes one off.
    pub fn tag(&self, act: &mut Act<'_>, tag: &str, on: bool) -> Result<()> {
        let tag = clean_line(tag, TAG_CHARACTERS_MAX).to_lowercase();
        if !tag.is_empty() && store::set_tag(act.db, self.id, &tag, on)? {
            act.record(Event::TicketTagged { ticket: self.id, tag, removed: !on });
        }
        Ok(())
    }
}

/// Hangs files on an entry.
pub fn file(act: &mut Act<'_>, entry: EntryId, files: &[NewFile]) -> Result<()> {
    for new in files {
        store::hang(act.db, entry, new, act.now)?;
    }
    Ok(())
}

/// Lays a file ready for an agent's answer.
pub fn lay(act: &mut Act<'_>, agent: AgentId, ticket: TicketId, new: &NewFile) -> Result<AttachmentId> {
    store::lay(act.db, agent, ticket, new, act.now)
}

/// Takes a file away again that was laid ready.
pub fn take_back(act: &mut Act<'_>, agent: AgentId, file: AttachmentId) -> Result<()> {
    store::remove_laid(act.db, agent, file)
}

/// Hangs the files that an agent laid ready on the entry that his answer became.
pub fn hang_laid(act: &mut Act<'_>, agent: AgentId, ticket: TicketId, entry: EntryId) -> Result<()> {
    store::hang_laid(act.db, agent, ticket, entry)
}

/// Says something else about a letter: how far it is.
pub fn letter_changed(act: &mut Act<'_>, entry: EntryId, facts: &LetterFacts) -> Result<()> {
    store::set_letter_facts(act.db, entry, facts)?;
    let ticket = store::entry_place(act.db, entry)?;
    act.record(Event::EntryChanged { ticket, entry });
    Ok(())
}
