//! The pages of people and of organisations.

mod organisations;
mod people;

pub use organisations::{OrganisationForm, SHOWN_MAX, change_organisation, list_organisations, show_organisation};
pub use people::{PersonForm, ask_remove, change, create, edit, list, new, remove, show};
