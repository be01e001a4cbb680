//! Calls of the time before the log began, as an import or a demo knows them. They are kept with what is told of them and
//! have neither events nor tickets: nobody is to call back who was missed last year.

use super::{Heard, store};
use crate::base::id::{AgentId, CallId, PersonId, WrapUpId};
use crate::base::{Result, Timestamp};
use crate::events::Act;
use crate::tickets::CallOutcome;

/// A call that is over.
#[derive(Debug, Clone)]
pub struct PastCall {
    /// What the phone heard.
    pub heard: Heard,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How.
    pub outcome: CallOutcome,
    /// What the PBX said of the end.
    pub reason: Option<String>,
    /// Who had it, since when.
    pub claimed: Option<(AgentId, Timestamp)>,
    /// What was said of it when it was done, and when.
    pub wrapped_up: Option<(Option<WrapUpId>, Timestamp)>,
    /// Who it was.
    pub person: Option<PersonId>,
}

/// Keeps calls of the past; one that is known by its key stays as it is.
pub fn keep_past(act: &mut Act<'_>, calls: &[PastCall]) -> Result<Vec<CallId>> {
    let mut kept = Vec::new();
    for past in calls {
        match store::by_key(act.db, &past.heard.key)? {
            Some(known) => kept.push(known.id),
            None => kept.push(store::insert_past(act.db, past, past.person)?),
        }
    }
    Ok(kept)
}
