//! Categories are made, changed, put away and taken back.

use super::category::CategoryCard;
use super::store;
use crate::base::id::CategoryId;
use crate::base::text::{clean_line, clean_text};
use crate::base::{Error, Message, Problem, Result};
use crate::events::{Act, Event};

/// Characters of a name, and of a script.
const NAME_MAX: usize = 80;
const SCRIPT_MAX: usize = 4_000;

/// Makes a category.
///
/// # Errors
/// [`Error::Invalid`] with every problem; [`Error::Conflict`] when there are too many.
pub fn add_category(act: &mut Act<'_>, card: &CategoryCard) -> Result<CategoryId> {
    if store::are_categories_full(act.db)? {
        return Err(Error::Conflict(Message::new("error-categories-full")));
    }
    let card = checked(act, card, None)?;
    let category = store::insert_category(act.db, &card, act.now)?;
    act.record(Event::CategoryChanged { category, name: card.name, archived: false });
    Ok(category)
}

/// Changes a category to what the card says.
pub fn change_category(act: &mut Act<'_>, id: CategoryId, card: &CategoryCard) -> Result<()> {
    let before = store::category_by_id(act.db, id)?;
    let card = checked(act, card, Some(id))?;
    store::update_category(act.db, id, &card)?;
    act.record(Event::CategoryChanged { category: id, name: card.name, archived: before.archived_at.is_some() });
    Ok(())
}

/// Puts a category away, or takes it back. Tickets that are of it stay so.
pub fn archive_category(act: &mut Act<'_>, id: CategoryId, archived: bool) -> Result<()> {
    let before = store::category_by_id(act.db, id)?;
    if before.archived_at.is_some() != archived {
        store::set_category_archived(act.db, id, archived.then_some(act.now))?;
        act.record(Event::CategoryChanged { category: id, name: before.name, archived });
    }
    Ok(())
}

fn checked(act: &mut Act<'_>, card: &CategoryCard, own: Option<CategoryId>) -> Result<CategoryCard> {
    let mut problems = Vec::new();
    let name = clean_line(&card.name, NAME_MAX);
    if name.is_empty() {
        problems.push(Problem::new("name", "error-required"));
    } else if store::category_named(act.db, &name)?.is_some_and(|other| Some(other) != own) {
        problems.push(Problem::new("name", "error-name-taken"));
    }
    if !store::is_open_team(act.db, card.team)? {
        problems.push(Problem::new("team", "error-choice"));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(CategoryCard { name, script: clean_text(&card.script, SCRIPT_MAX), ..card.clone() })
}
