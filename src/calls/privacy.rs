//! Who may see who a call is from, at a desk where that is shown only to whoever claimed it.

use super::Call;
use super::board::Card;
use crate::base::id::AgentId;
use crate::settings::Settings;

/// Whether an agent may see who called: everybody, unless the desk shows that only to whoever claimed the call.
pub fn may_see_identity(settings: &Settings, call: &Call, agent: AgentId) -> bool {
    !settings.hides_identity() || call.claimed_by == Some(agent)
}

/// Somebody who reads calls, at a desk with these settings.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The desk's settings.
    pub settings: Settings,
    /// Who reads.
    pub agent: AgentId,
}

impl Reader {
    /// Whether they may see who called.
    pub fn may_see(&self, call: &Call) -> bool {
        may_see_identity(&self.settings, call, self.agent)
    }
}

/// The cards as a reader may see them; as everybody may when there is no one reader.
pub(super) fn shown_to(settings: &Settings, agent: Option<AgentId>, cards: Vec<Card>) -> Vec<Card> {
    let may = |card: &Card| match agent {
        Some(agent) => may_see_identity(settings, &card.call, agent),
        None => !settings.hides_identity(),
    };
    cards.into_iter().map(|card| if may(&card) { card } else { bare(card) }).collect()
}

/// A card with its number and line alone.
fn bare(mut card: Card) -> Card {
    card.call.caller_name.clear();
    Card { hidden: true, candidates: Vec::new(), sharing: 0, ticket: None, open: Vec::new(), ..card }
}
