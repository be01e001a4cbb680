//! A dispatcher writes down what a caller says: the call's ticket, and who called, in one act.

use super::hearing::ticket_of;
use super::store;
use crate::base::id::{CallId, TicketId};
use crate::base::{Error, Problem, Result};
use crate::events::Act;
use crate::people::{self, PersonCard};
use crate::tickets::{self, NewTicket};

/// What the form of a call says.
#[derive(Debug, Clone, Default)]
pub struct Interview {
    /// What the ticket is to say.
    pub answers: NewTicket,
    /// See [`tickets::Ticket::work_rev`].
    pub work_rev: i64,
    /// A name to be kept with the caller's number; empty for none.
    pub contact: String,
}

/// Fills the ticket of a call, made now if the line makes none, and keeps the contact.
///
/// # Errors
/// [`Error::Invalid`] with every problem; [`Error::Conflict`] when another agent worked on the ticket meanwhile.
pub fn interview(act: &mut Act<'_>, id: CallId, said: &Interview) -> Result<TicketId> {
    let ticket = ticket_of(act, id)?;
    let mut answers = said.answers.clone();
    if !said.contact.is_empty() {
        let numbers = store::by_id(act.db, id)?.caller_key.unwrap_or_default();
        let card = PersonCard { name: said.contact.clone(), numbers, ..PersonCard::default() };
        answers.requester = Some(people::add_person(act, &card).map_err(about_the_caller)?);
    }
    tickets::by_id(act.db, ticket)?.interview(act, &answers, said.work_rev)?;
    Ok(ticket)
}

/// The form has one field for the person, whatever is wrong with them.
fn about_the_caller(error: Error) -> Error {
    match error {
        Error::Invalid(problems) => {
            Error::Invalid(problems.into_iter().map(|problem| Problem { field: "caller_name", ..problem }).collect())
        }
        other => other,
    }
}
