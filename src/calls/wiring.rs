//! Lines come, change and go.

use super::{LineCard, store};
use crate::accounts;
use crate::base::id::LineId;
use crate::base::{Error, Message, Result};
use crate::events::{Act, Event};

/// Makes a line.
///
/// # Errors
/// [`Error::Invalid`] with every problem of the card.
pub fn add_line(act: &mut Act<'_>, card: &LineCard) -> Result<LineId> {
    let checked = card.check()?;
    name_is_free(act, &checked.name, None)?;
    team_takes_work(act, card)?;
    if store::all_lines(act.db)?.len() >= store::LINES_MAX {
        return Err(Error::invalid("name", Message::new("error-too-many").with("max", store::LINES_MAX)));
    }
    let line = store::insert_line(act.db, card, &checked, act.now)?;
    act.record(Event::LineCreated { line, name: checked.name });
    Ok(line)
}

/// Changes a line to what the card says; calls that ring keep what they were taken under.
pub fn change_line(act: &mut Act<'_>, id: LineId, card: &LineCard) -> Result<()> {
    store::line_by_id(act.db, id)?;
    let checked = card.check()?;
    name_is_free(act, &checked.name, Some(id))?;
    team_takes_work(act, card)?;
    store::update_line(act.db, id, card, &checked)?;
    act.record(Event::LineChanged { line: id, name: checked.name });
    Ok(())
}

/// Turns a line off (it takes no more calls) or on again.
pub fn switch_line(act: &mut Act<'_>, id: LineId, on: bool) -> Result<()> {
    let line = store::line_by_id(act.db, id)?;
    if line.disabled_at.is_none() != on {
        store::set_line_disabled(act.db, id, (!on).then_some(act.now))?;
        let event =
            if on { Event::LineChanged { line: id, name: line.name } } else { Event::LineDisabled { line: id } };
        act.record(event);
    }
    Ok(())
}

fn team_takes_work(act: &mut Act<'_>, card: &LineCard) -> Result<()> {
    let takes =
        card.team.is_none_or(|id| accounts::team_by_id(act.db, id).is_ok_and(|team| team.archived_at.is_none()));
    if takes { Ok(()) } else { Err(Error::invalid("team", "error-choice")) }
}

fn name_is_free(act: &mut Act<'_>, name: &str, but: Option<LineId>) -> Result<()> {
    let same = |line: &super::Line| line.name.to_lowercase() == name.to_lowercase() && Some(line.id) != but;
    if store::all_lines(act.db)?.iter().any(same) {
        return Err(Error::invalid("name", "error-name-taken"));
    }
    Ok(())
}
