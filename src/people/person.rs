//! The nouns of this feature.

use super::Site;
use crate::base::id::{OrganisationId, PersonId, SiteId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{EmailAddress, Error, Message, Problem, Result, Timestamp};
use crate::phone::number::{NumberPlan, PhoneNumber};

/// Numbers and addresses that a person may have, each.
pub(super) const REACHES_MAX: usize = 20;

/// A person with all that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// Name as it is spoken.
    pub name: String,
    /// Where he belongs.
    pub organisation: Option<Organisation>,
    /// Where they are.
    pub site: Option<Site>,
    /// What the desk should know.
    pub note: String,
    /// Since when they come first.
    pub vip_at: Option<Timestamp>,
    /// Numbers: the certain ones in the order in which they were given, then those that may be theirs.
    pub numbers: Vec<PersonNumber>,
    /// E-mail addresses.
    pub addresses: Vec<EmailAddress>,
    /// When something of it changed.
    pub updated_at: Timestamp,
}

/// A number of a person.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct PersonNumber {
    /// As it was written.
    pub raw: String,
    /// As it compares; see [`key_of`].
    pub number_key: String,
    /// What it is: mobile, office.
    pub label: String,
    /// Since when it is thought to be theirs; nothing for a number that is certain.
    pub guessed_at: Option<Timestamp>,
}

/// A firm or household.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Name, unique.
    pub name: String,
    /// What the desk should know.
    pub note: String,
    /// Since when its people come first.
    pub vip_at: Option<Timestamp>,
}

/// A person that a number may belong to, as shown on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Id.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Name of the organisation.
    pub organisation: Option<String>,
    /// What the number is to them.
    pub label: String,
    /// Whether the number is only thought to be theirs.
    pub maybe: bool,
    /// Whether they or their organisation come first.
    pub vip: bool,
    /// What the desk should know of them.
    pub note: String,
    /// Where they are.
    pub site: Option<Site>,
}

/// What is needed to make or change a person.
#[derive(Debug, Clone, Default)]
pub struct PersonCard {
    /// See [`Person::name`].
    pub name: String,
    /// Name of the organisation; made when there is none of that name. Empty for none.
    pub organisation: String,
    /// See [`Person::note`].
    pub note: String,
    /// One number to a line, a label after it in brackets or after a comma.
    pub numbers: String,
    /// One address to a line.
    pub addresses: String,
    /// Where they are, among what is known.
    pub site: Option<SiteId>,
    /// The address of another place, which becomes a site of the organisation; empty for none.
    pub place: String,
    /// Whether they come first.
    pub vip: bool,
}

/// A card that was read.
#[derive(Debug)]
pub(super) struct Checked {
    pub name: String,
    pub organisation: String,
    pub note: String,
    pub numbers: Vec<PersonNumber>,
    pub addresses: Vec<EmailAddress>,
    pub place: String,
}

/// By what numbers compare: E.164, or the typed digits of an extension. Nothing when there is no digit in it.
pub fn key_of(number: &PhoneNumber) -> Option<String> {
    number.e164.clone().or_else(|| {
        let digits: String = number.raw.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    })
}

impl PersonCard {
    pub(super) fn check(&self, plan: &NumberPlan) -> Result<Checked> {
        let mut problems = Vec::new();
        let name = clean_line(&self.name, 120);
        if name.is_empty() {
            problems.push(Problem::new("name", "error-required"));
        }
        let mut numbers: Vec<PersonNumber> = Vec::new();
        for line in lines(&self.numbers) {
            match read_number(line, plan) {
                Some(number) if numbers.iter().any(|n| n.number_key == number.number_key) => {}
                Some(number) => numbers.push(number),
                None => problems.push(Problem::new("numbers", Message::new("error-number").with("text", line))),
            }
        }
        let mut addresses: Vec<EmailAddress> = Vec::new();
        for line in lines(&self.addresses) {
            match EmailAddress::parse(line) {
                Some(address) if addresses.contains(&address) => {}
                Some(address) => addresses.push(address),
                None => problems.push(Problem::new("addresses", Message::new("error-address").with("text", line))),
            }
        }
        for (field, count) in [("numbers", numbers.len()), ("addresses", addresses.len())] {
            if count > REACHES_MAX {
                problems.push(Problem::new(field, Message::new("error-too-many").with("max", REACHES_MAX)));
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let organisation = clean_line(&self.organisation, 120);
        let (note, place) = (clean_text(&self.note, 4_000), clean_text(&self.place, 500));
        Ok(Checked { name, organisation, note, numbers, addresses, place })
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// `0171 1234567 (mobile)` or `620, office`.
fn read_number(line: &str, plan: &NumberPlan) -> Option<PersonNumber> {
    let (written, label) = match line.rsplit_once([',', '(']) {
        Some((number, label)) if label.chars().any(char::is_alphabetic) => (number, label.trim_end_matches(')')),
        _ => (line, ""),
    };
    let number = plan.read(written.trim());
    let number_key = key_of(&number)?;
    let junk = written.chars().any(|c| c.is_alphabetic());
    (!junk).then(|| PersonNumber {
        raw: clean_line(&number.raw, 40),
        number_key,
        label: clean_line(label, 30),
        guessed_at: None,
    })
}

impl Person {
    /// Whether they come first, for themselves or for where they belong.
    pub fn is_vip(&self) -> bool {
        self.vip_at.is_some() || self.organisation.as_ref().is_some_and(|o| o.vip_at.is_some())
    }
}

impl PersonNumber {
    /// Whether it is only thought to be theirs.
    pub fn is_maybe(&self) -> bool {
        self.guessed_at.is_some()
    }

    /// The line that [`PersonCard::numbers`] reads back.
    pub fn line(&self) -> String {
        if self.label.is_empty() { self.raw.clone() } else { format!("{} ({})", self.raw, self.label) }
    }
}

/// The words by whose first letters somebody is found.
pub(super) fn words(name: &str, organisation: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .chain(organisation.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().take(40).collect())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(numbers: &str, addresses: &str) -> PersonCard {
        PersonCard {
            name: " Erika  Mustermann ".into(),
            numbers: numbers.into(),
            addresses: addresses.into(),
            ..PersonCard::default()
        }
    }

    #[test]
    fn a_card_reads_lines_with_labels() {
        let plan = NumberPlan::new("DE").unwrap();
        let read = card("030 901820 (office)\n620, desk\n+49 30 901820\n", "Erika@Example.org\nerika@example.org")
            .check(&plan)
            .unwrap();
        assert_eq!(read.name, "Erika Mustermann");
        let keys: Vec<_> = read.numbers.iter().map(|n| (n.number_key.as_str(), n.label.as_str())).collect();
        assert_eq!(keys, [("+4930901820", "office"), ("620", "desk")], "the same number once");
        assert_eq!(read.addresses.len(), 1);
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let plan = NumberPlan::new("DE").unwrap();
        let bad = PersonCard { name: "\u{200B}".into(), ..card("call me\n", "not an address") };
        let Err(Error::Invalid(problems)) = bad.check(&plan) else { panic!("must be refused") };
        assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), ["name", "numbers", "addresses"]);
    }

    #[test]
    fn people_are_found_by_any_word() {
        assert_eq!(words("Müller-Lüdenscheid, Ada", "Stadtwerke"), ["ada", "lüdenscheid", "müller", "stadtwerke"]);
    }
}
