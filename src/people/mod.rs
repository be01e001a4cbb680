//! The people who call and write, and the organisations they belong to.
//!
//! Nouns: *person*, *organisation*, *number* and *address* (several of each to a person), *candidate* (a person that a
//! number may belong to). Numbers are kept as they were written and by a *key* that compares equal: E.164 for public
//! numbers, the digits as typed for extensions.
//!
//! Invariants: a number may belong to many people, and all of them are shown: the desk never guesses one; a person that
//! tickets name can't be removed.
//!
//! Owns the tables `organisations`, `persons`, `person_words`, `person_numbers`, `person_addresses`. Records `Person*`
//! and `Organisation*`.

mod meeting;
pub mod pages;
mod person;
mod store;
mod views;

pub use meeting::{add_person, change_organisation, change_person, remove_person};
pub use person::{Candidate, Organisation, Person, PersonCard, PersonNumber, key_of};
pub use store::{
    candidates, find_organisations, find_people, how_many, organisation_by_id, organisations, people_of, person_by_id,
    person_names, recent_people, sizes_of,
};
