//! The people who call and write, and the organisations they belong to.
//!
//! Nouns: *person*, *organisation*, *site* (a place that somebody is sent to), *number* and *address* (several of each to a
//! person), *candidate* (a person that a number may belong to), *maybe* (a number that nobody said but that was heard in use). Numbers are kept as they were written and by a *key* that compares equal: E.164 for public
//! numbers, the digits as typed for extensions.
//!
//! Invariants: a number may belong to many people, and all of them are shown: the desk never guesses one; a person that
//! tickets name can't be removed, nor a site where people or tickets are; a guessed number stays a guess until somebody
//! confirms it.
//!
//! Owns the tables `organisations`, `persons`, `person_words`, `person_numbers`, `person_addresses`, `sites`. Records
//! `Person*`, `Organisation*` and `Site*`.

mod learning;
mod meeting;
pub mod pages;
mod person;
mod site;
mod siting;
mod store;
pub mod views;

pub use learning::{confirm_number, drop_number, learn_number, numbers_of_signature};
pub use meeting::{add_person, change_organisation, change_person, meet_again, meet_by_mail, remove_person};
pub use person::{Candidate, Organisation, Person, PersonCard, PersonNumber, key_of};
pub use site::{Site, SiteCard};
pub use siting::{add_site, change_site, remove_site};
pub use store::{
    candidate, candidates, find_organisations, find_people, find_sites, how_many, organisation_by_id,
    organisation_named, organisations, people_at, people_of, person_by_id, person_names, recent_people, recent_sites,
    site_by_id, sites_by_ids, sites_of, sizes_of, with_address,
};
