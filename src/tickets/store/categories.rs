//! The categories.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::base::id::CategoryId;
use crate::base::{Result, Timestamp};
use crate::db::schema::categories as c;
use crate::db::{Db, inserted_id};
use crate::tickets::category::{Category, CategoryCard};

/// Categories that a desk has at most.
const CATEGORIES_MAX: i64 = 200;

macro_rules! category {
    () => {
        (c::id, c::name, c::script, c::team_id, c::priority, c::archived_at)
    };
}

/// All categories by name, those that were archived last.
pub fn categories(db: &mut Db) -> Result<Vec<Category>> {
    let by_name = (c::archived_at.is_not_null(), c::name, c::id);
    Ok(c::table.order(by_name).limit(CATEGORIES_MAX).select(category!()).load(db)?)
}

/// One category.
pub fn category_by_id(db: &mut Db, id: CategoryId) -> Result<Category> {
    Ok(c::table.find(id).select(category!()).first(db)?)
}

/// Whether a ticket may be of this category; of none it always may.
pub(in crate::tickets) fn is_open_category(db: &mut Db, id: Option<CategoryId>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let found = c::table.find(id).filter(c::archived_at.is_null()).select(c::id);
    Ok(found.first::<CategoryId>(db).optional()?.is_some())
}

/// The category of a name; case does not matter for ASCII letters.
pub(in crate::tickets) fn category_named(db: &mut Db, name: &str) -> Result<Option<CategoryId>> {
    let same = sql::<Bool>("lower(categories.name) = lower(").bind::<Text, _>(name.to_owned()).sql(")");
    Ok(c::table.filter(same).select(c::id).first(db).optional()?)
}

/// Whether there is room for no more.
pub(in crate::tickets) fn are_categories_full(db: &mut Db) -> Result<bool> {
    Ok(c::table.count().get_result::<i64>(db)? >= CATEGORIES_MAX)
}

pub(in crate::tickets) fn insert_category(db: &mut Db, card: &CategoryCard, now: Timestamp) -> Result<CategoryId> {
    let row = (
        c::name.eq(&card.name),
        c::script.eq(&card.script),
        c::team_id.eq(card.team),
        c::priority.eq(card.priority),
        c::created_at.eq(now),
    );
    Ok(inserted_id!(db, c::table, c::id, row)?)
}

pub(in crate::tickets) fn update_category(db: &mut Db, id: CategoryId, card: &CategoryCard) -> Result<()> {
    diesel::update(c::table.find(id))
        .set((
            c::name.eq(&card.name),
            c::script.eq(&card.script),
            c::team_id.eq(card.team),
            c::priority.eq(card.priority),
        ))
        .execute(db)?;
    Ok(())
}

pub(in crate::tickets) fn set_category_archived(db: &mut Db, id: CategoryId, at: Option<Timestamp>) -> Result<()> {
    diesel::update(c::table.find(id)).set(c::archived_at.eq(at)).execute(db)?;
    Ok(())
}
