//! All HTML of people, organisations and sites.

mod organisations;
mod people;
mod sites;
mod table;
mod words;

pub(super) use organisations::{Shown as ShownOrganisation, found_organisations, organisation, organisations};
pub(super) use people::{Found, Known, edit, found, list, new, remove, show};
pub(super) use sites::{Found as FoundSites, edit_site, found_sites, new_site, remove_site, site, sites};
pub use words::{access_note, address, maybe_badge, number_link, person_name, vip_badge};
