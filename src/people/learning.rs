//! Numbers that people were heard to use: learned as "maybe", made certain, or dropped.

use super::person::REACHES_MAX;
use super::{PersonNumber, store};
use crate::base::id::PersonId;
use crate::base::text::clean_line;
use crate::base::{Error, Message, Problem, Result};
use crate::events::{Act, Event};

/// Notes that a person uses a number, as it is read by people and by the key that it compares by. What is certain already
/// stays so; what was a guess becomes certain when this is. A number that no longer fits on the card is not noted as a
/// guess.
///
/// # Errors
/// [`Error::Invalid`] when a certain number does not fit on the card.
pub fn learn_number(act: &mut Act<'_>, id: PersonId, raw: &str, number_key: &str, certain: bool) -> Result<()> {
    let person = store::person_by_id(act.db, id)?;
    match person.numbers.iter().find(|number| number.number_key == number_key) {
        Some(known) if known.is_maybe() && certain => store::make_certain(act.db, id, number_key)?,
        Some(_) => return Ok(()),
        None if person.numbers.len() >= REACHES_MAX && certain => {
            let many = Message::new("error-too-many").with("max", REACHES_MAX);
            return Err(Error::Invalid(vec![Problem::new("numbers", many)]));
        }
        None if person.numbers.len() >= REACHES_MAX => return Ok(()),
        None => {
            let number = PersonNumber {
                raw: clean_line(raw, 40),
                number_key: number_key.to_owned(),
                label: String::new(),
                guessed_at: (!certain).then_some(act.now),
            };
            store::insert_number(act.db, id, &number)?;
        }
    }
    changed(act, id, person.name)
}

/// Makes a number certain that was a guess.
///
/// # Errors
/// [`Error::Invalid`] when the person has no such number.
pub fn confirm_number(act: &mut Act<'_>, id: PersonId, number_key: &str) -> Result<()> {
    let name = named_with(act, id, number_key)?;
    store::make_certain(act.db, id, number_key)?;
    changed(act, id, name)
}

/// Takes a number away from a person.
///
/// # Errors
/// [`Error::Invalid`] when the person has no such number.
pub fn drop_number(act: &mut Act<'_>, id: PersonId, number_key: &str) -> Result<()> {
    let name = named_with(act, id, number_key)?;
    store::delete_number(act.db, id, number_key)?;
    changed(act, id, name)
}

fn named_with(act: &mut Act<'_>, id: PersonId, number_key: &str) -> Result<String> {
    let person = store::person_by_id(act.db, id)?;
    let has = person.numbers.iter().any(|number| number.number_key == number_key);
    if has { Ok(person.name) } else { Err(Error::invalid("number", "error-choice")) }
}

fn changed(act: &mut Act<'_>, id: PersonId, name: String) -> Result<()> {
    store::touch_person(act.db, id, act.now)?;
    act.record(Event::PersonChanged { person: id, name });
    Ok(())
}
