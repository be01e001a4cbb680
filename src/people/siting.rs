//! Sites are written down, changed and forgotten.

use super::meeting::organisation_named;
use super::{SiteCard, store};
use crate::base::id::{OrganisationId, SiteId};
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

/// Makes a site.
///
/// # Errors
/// [`Error::Invalid`] when it has neither name nor address.
pub fn add_site(act: &mut Act<'_>, card: &SiteCard) -> Result<SiteId> {
    let checked = card.check()?;
    let organisation = organisation_named(act, &checked.organisation)?;
    insert(act, &checked, organisation)
}

/// Makes a site of an address alone.
pub(super) fn add_place(act: &mut Act<'_>, address: &str, organisation: Option<OrganisationId>) -> Result<SiteId> {
    let card = SiteCard { address: address.to_owned(), ..SiteCard::default() }.check()?;
    insert(act, &card, organisation)
}

fn insert(act: &mut Act<'_>, checked: &SiteCard, organisation: Option<OrganisationId>) -> Result<SiteId> {
    let site = store::insert_site(act.db, checked, organisation, act.now)?;
    act.record(Event::SiteCreated { site, name: checked.name.clone() });
    Ok(site)
}

/// Changes a site to what the card says.
pub fn change_site(act: &mut Act<'_>, id: SiteId, card: &SiteCard) -> Result<()> {
    store::site_by_id(act.db, id)?;
    let checked = card.check()?;
    let organisation = organisation_named(act, &checked.organisation)?;
    store::update_site(act.db, id, &checked, organisation, act.now)?;
    act.record(Event::SiteChanged { site: id, name: checked.name });
    Ok(())
}

/// Removes a site that nothing refers to.
///
/// # Errors
/// [`Error::Conflict`] when people or tickets are there.
pub fn remove_site(act: &mut Act<'_>, id: SiteId) -> Result<()> {
    store::site_by_id(act.db, id)?;
    if store::is_in_use(act.db, id)? {
        return Err(Error::Conflict(Message::new("error-site-in-use")));
    }
    store::delete_site(act.db, id)?;
    act.record(Event::SiteRemoved { site: id });
    Ok(())
}
