//! A dispatcher says who called. Nobody is ever taken for somebody without that, not even where only one fits.

use super::hearing::held;
use super::{Call, may_see_identity, store};
use crate::base::id::{CallId, PersonId};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};
use crate::people::{self, PersonCard};
use crate::settings::Settings;
use crate::tickets;

/// Names the caller of a call, or nobody. The number is noted at the person: as certain when it is to be remembered, else as
/// a guess. The ticket of the call follows, unless somebody said otherwise of it.
///
/// # Errors
/// [`Error::Invalid`] when there is no such person; [`Error::Conflict`] while the asker may not see who it is.
pub fn name_caller(act: &mut Act<'_>, id: CallId, person: Option<PersonId>, remember: bool) -> Result<()> {
    let call = held(act, id)?;
    may_see(act, &call)?;
    if let Some(person) = person {
        if people::candidate(act.db, person)?.is_none() {
            return Err(Error::invalid("person", "error-choice"));
        }
        learn(act, &call, person, remember)?;
    }
    if call.person_id == person {
        return Ok(());
    }
    if let Some(before) = call.person_id {
        unlearn(act, &call, before)?;
    }
    store::set_person(act.db, id, person)?;
    set_requester(act, &call, person)?;
    act.record(Event::CallPersonNamed { call: id, person });
    Ok(())
}

/// Makes a person of a caller, and names them.
///
/// # Errors
/// [`Error::Invalid`] with every problem of the card.
pub fn add_caller(act: &mut Act<'_>, id: CallId, card: &PersonCard, remember: bool) -> Result<PersonId> {
    let call = held(act, id)?;
    may_see(act, &call)?;
    let person = people::add_person(act, card)?;
    name_caller(act, id, Some(person), remember)?;
    Ok(person)
}

fn may_see(act: &mut Act<'_>, call: &Call) -> Result<()> {
    let settings = Settings::read(act.db)?;
    let may = act.agent().is_none_or(|agent| may_see_identity(&settings, call, agent));
    if may { Ok(()) } else { Err(Error::Conflict(Message::new("error-claim-first"))) }
}

fn learn(act: &mut Act<'_>, call: &Call, person: PersonId, remember: bool) -> Result<()> {
    let Some(key) = &call.caller_key else { return Ok(()) };
    let line = store::line_by_id(act.db, call.line)?;
    people::learn_number(act, person, &call.number(Some(&line)), key, remember)
}

/// Takes back the guess that naming somebody made. What was known before the call stays.
fn unlearn(act: &mut Act<'_>, call: &Call, person: PersonId) -> Result<()> {
    let Some(key) = &call.caller_key else { return Ok(()) };
    let known = people::person_by_id(act.db, person)?;
    let since = |number: &people::PersonNumber| number.guessed_at.is_some_and(|at| at >= call.received_at);
    if known.numbers.iter().any(|number| number.number_key == *key && since(number)) {
        people::drop_number(act, person, key)?;
    }
    Ok(())
}

/// The one who called asks, unless the ticket says that somebody else does.
fn set_requester(act: &mut Act<'_>, call: &Call, person: Option<PersonId>) -> Result<()> {
    let Some(ticket) = call.ticket else { return Ok(()) };
    let ticket = tickets::by_id(act.db, ticket)?;
    if ticket.requester_id.is_some() && ticket.requester_id != call.person_id {
        return Ok(());
    }
    ticket.set_requester(act, person)
}
