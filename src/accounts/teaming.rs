//! Teams come, change and go.

use super::store;
use crate::base::id::TeamId;
use crate::base::text::clean_line;
use crate::base::{Error, Result};
use crate::events::{Act, Event};

/// Makes a team.
///
/// # Errors
/// [`Error::Invalid`] when the name is empty or taken.
pub fn create_team(act: &mut Act<'_>, name: &str) -> Result<TeamId> {
    let name = checked(act, name, None)?;
    let team = store::insert_team(act.db, &name, act.now)?;
    act.record(Event::TeamCreated { team, name });
    Ok(team)
}

/// Renames a team.
pub fn rename_team(act: &mut Act<'_>, id: TeamId, name: &str) -> Result<()> {
    let before = store::team_by_id(act.db, id)?;
    let name = checked(act, name, Some(id))?;
    store::update_team(act.db, id, &name, before.archived_at)?;
    act.record(Event::TeamChanged { team: id, name });
    Ok(())
}

/// Archives a team: it stays on its tickets and takes no new ones.
pub fn archive_team(act: &mut Act<'_>, id: TeamId) -> Result<()> {
    let before = store::team_by_id(act.db, id)?;
    if before.archived_at.is_none() {
        store::update_team(act.db, id, &before.name, Some(act.now))?;
        act.record(Event::TeamArchived { team: id });
    }
    Ok(())
}

fn checked(act: &mut Act<'_>, name: &str, but: Option<TeamId>) -> Result<String> {
    let name = clean_line(name, 60);
    if name.is_empty() {
        return Err(Error::invalid("name", "error-required"));
    }
    let same = |t: &super::Team| t.name.to_lowercase() == name.to_lowercase() && Some(t.id) != but;
    if store::teams(act.db)?.iter().any(same) {
        return Err(Error::invalid("name", "error-name-taken"));
    }
    Ok(name)
}
