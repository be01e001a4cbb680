//! All HTML of people and organisations.

mod organisations;
mod people;
mod table;

pub(super) use organisations::{found_organisations, organisation, organisations};
pub(super) use people::{Found, edit, found, list, new, remove, show};
