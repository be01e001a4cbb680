//! The pages of people, of organisations and of sites.

mod organisations;
mod people;
mod sites;

pub use organisations::{OrganisationForm, SHOWN_MAX, change_organisation, list_organisations, show_organisation};
pub use people::{
    PersonForm, ask_remove, change, confirm_number, create, drop_number, edit, list, new, number_sought, number_typed,
    remove, show,
};
pub use sites::{
    SiteForm, ask_remove_site, change_site, create_site, edit_site, list_sites, new_site, remove_site, show_site,
};
