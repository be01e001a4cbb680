//! Numbers that people were heard to use: learned as "maybe", made certain, or dropped.

use super::person::REACHES_MAX;
use super::{PersonNumber, store};
use crate::base::id::PersonId;
use crate::base::text::clean_line;
use crate::base::{Error, Message, Problem, Result};
use crate::events::{Act, Event};
use crate::phone::NumberPlan;

/// Lines of a signature that are read.
const SIGNATURE_LINES_MAX: usize = 20;

/// Numbers that are learned from one letter.
const SIGNATURE_NUMBERS_MAX: usize = 3;

/// Words beside digits that are no telephone's.
const NOT_NUMBERS: [&str; 12] =
    ["iban", "bic", "konto", "blz", "vat", "ust", "hrb", "hra", "steuer", "fax", "account", "handelsregister"];

/// Notes that a person uses a number, as it is read by people and by the key that it compares by. What is certain already
/// stays so; what was a guess becomes certain when this is. A number that no longer fits on the card is not noted as a
/// guess.
///
/// # Errors
/// [`Error::Invalid`] when a certain number does not fit on the card.
pub fn learn_number(act: &mut Act<'_>, id: PersonId, raw: &str, number_key: &str, certain: bool) -> Result<()> {
    // A guess changes nothing of what is known, which is told much sooner than who he is.
    if !certain && store::has_number(act.db, id, number_key)? {
        return Ok(());
    }
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

/// The numbers that stand in a letter's signature, each as it is written and by its key. Digits that are no number of any
/// country's plan, as those of a bank account, are left alone.
pub fn numbers_of_signature(signature: &str, plan: &NumberPlan) -> Vec<(String, String)> {
    let numbers = numbers_in(signature).into_iter();
    numbers.filter_map(|text| plan.read(&text).e164.map(|number_key| (text, number_key))).collect()
}

/// What may be a telephone number in a text: a line's digits with what stands between digits, 7 to 17 of them.
fn numbers_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().take(SIGNATURE_LINES_MAX) {
        let lower = line.to_lowercase();
        if NOT_NUMBERS.iter().any(|word| lower.contains(word)) {
            continue;
        }
        for piece in line.split(|c: char| !(c.is_ascii_digit() || " +-/().\u{a0}\u{2009}".contains(c))) {
            let piece = piece.trim_matches(|c: char| !(c.is_ascii_digit() || c == '+' || c == '('));
            let digits = piece.chars().filter(char::is_ascii_digit).count();
            let begins = piece.starts_with(['+', '0', '(']);
            if (7..=17).contains(&digits) && begins && found.len() < SIGNATURE_NUMBERS_MAX {
                found.push(clean_line(piece, 40));
            }
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::numbers_in;

    #[test]
    fn numbers_of_a_signature_are_seen_and_those_of_banks_are_not() {
        let signature = "Erika Muster\nHausverwaltung Nord GmbH\nTel. +49 30 901820-14 | Mobil: 0171 1234567\nFax 030 901821\n\
                         IBAN DE02 1203 0000 0000 2020 51\nHRB 12345 B\n10115 Berlin, 2026-11-20";
        assert_eq!(numbers_in(signature), ["+49 30 901820-14", "0171 1234567"]);
        assert!(numbers_in("").is_empty());
    }
}
