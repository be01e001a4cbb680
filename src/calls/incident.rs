//! A fault that many call about: a ticket that their calls hang on, with what they are told.

use crate::base::Timestamp;
use crate::base::id::{IncidentId, TicketId};

/// A known fault.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Incident {
    /// Id.
    pub id: IncidentId,
    /// Its ticket.
    pub ticket: TicketId,
    /// What callers are told.
    pub announcement: String,
    /// Where: how the numbers of callers begin (`+49301`), or the area of a site. Empty for everywhere.
    pub area: String,
    /// Words of it, in lower case, apart by spaces; may be empty.
    pub words: String,
    /// When it should be over.
    pub eta_at: Option<Timestamp>,
    /// When it became known.
    pub declared_at: Timestamp,
    /// When it was mended.
    pub solved_at: Option<Timestamp>,
}

/// An incident as an agent types it.
#[derive(Debug, Clone, Default)]
pub struct IncidentCard {
    /// What is broken: the subject of its ticket.
    pub title: String,
    /// See [`Incident::announcement`].
    pub announcement: String,
    /// See [`Incident::area`].
    pub area: String,
    /// See [`Incident::words`].
    pub words: String,
    /// See [`Incident::eta_at`].
    pub eta_at: Option<Timestamp>,
}

impl Incident {
    /// Whether a caller may call about it, by their number, the areas of their sites, and what they said so far.
    pub fn may_concern(&self, number_key: Option<&str>, areas: &[&str], said: &str) -> bool {
        let here = match self.area.as_str() {
            "" => false,
            prefix if prefix.starts_with('+') => number_key.is_some_and(|key| key.starts_with(prefix)),
            area => areas.iter().any(|own| own.eq_ignore_ascii_case(area)),
        };
        let said = said.to_lowercase();
        let mut words = self.words.split_whitespace().peekable();
        let alike = words.peek().is_some() && words.any(|word| said.contains(word));
        here || alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(area: &str, words: &str) -> Incident {
        Incident {
            id: IncidentId(1),
            ticket: TicketId(1),
            announcement: String::new(),
            area: area.into(),
            words: words.into(),
            eta_at: None,
            declared_at: Timestamp(0),
            solved_at: None,
        }
    }

    #[test]
    fn it_concerns_who_calls_from_there_or_says_its_words() {
        let north = incident("+49301", "");
        assert!(north.may_concern(Some("+493012"), &[], "") && !north.may_concern(Some("+49402"), &[], "no water"));
        assert!(!north.may_concern(None, &["12047"], ""));
        assert!(incident("12047", "").may_concern(None, &["12047"], ""));
        let water = incident("", "water wasser");
        assert!(water.may_concern(None, &[], "No WATER since six") && !water.may_concern(Some("+49"), &[], "No power"));
        assert!(!incident("", "").may_concern(Some("+493012"), &["12047"], "water"));
    }
}
