//! The noun: a place where something stands and somebody is sent to.

use crate::base::id::{OrganisationId, SiteId};
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Result, Timestamp};

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Site {
    /// Id.
    pub id: SiteId,
    /// Whose it is.
    pub organisation_id: Option<OrganisationId>,
    /// What it is called.
    pub name: String,
    /// The postal address; may be empty.
    pub address: String,
    /// A postcode or the word for a district: calls of one area in a short time are perhaps one fault.
    pub area: String,
    /// What whoever goes there must know: a dog, where the key is.
    pub access_note: String,
    /// When something of it changed.
    pub updated_at: Timestamp,
}

/// What is needed to make or change a site.
#[derive(Debug, Clone, Default)]
pub struct SiteCard {
    /// Name of the organisation; made when there is none of that name. Empty for none.
    pub organisation: String,
    /// See [`Site::name`]; the first line of the address when empty.
    pub name: String,
    /// See [`Site::address`].
    pub address: String,
    /// See [`Site::area`].
    pub area: String,
    /// See [`Site::access_note`].
    pub access_note: String,
}

impl Site {
    /// The address on one line.
    pub fn address_line(&self) -> String {
        self.address.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl SiteCard {
    pub(super) fn check(&self) -> Result<Self> {
        let address = clean_text(&self.address, 500);
        let name = match clean_line(&self.name, 120) {
            name if name.is_empty() => clean_line(address.lines().next().unwrap_or_default(), 120),
            name => name,
        };
        if name.is_empty() {
            return Err(Error::invalid("name", "error-required"));
        }
        Ok(Self {
            organisation: clean_line(&self.organisation, 120),
            name,
            address,
            area: clean_line(&self.area, 60),
            access_note: clean_text(&self.access_note, 1_000),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_called_by_its_address_when_it_has_no_name() {
        let card = SiteCard { address: " Hauptstr. 5 \r\n10827 Berlin ".into(), ..SiteCard::default() };
        assert_eq!(card.check().unwrap().name, "Hauptstr. 5");
        assert!(SiteCard { name: "\u{202E}".into(), ..SiteCard::default() }.check().is_err());
    }
}
