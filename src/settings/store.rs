//! The rows of the settings.

use diesel::prelude::*;

use crate::base::{Result, Timestamp};
use crate::db::schema::settings;
use crate::db::{Db, each_backend};

/// Every setting that was ever set.
pub(super) fn all(db: &mut Db) -> Result<Vec<(String, String)>> {
    Ok(settings::table.select((settings::key, settings::value)).load(db)?)
}

/// Sets one.
pub(super) fn set(db: &mut Db, key: &str, value: &str, now: Timestamp) -> Result<()> {
    let row = (settings::key.eq(key), settings::value.eq(value), settings::updated_at.eq(now));
    let change = (settings::value.eq(value), settings::updated_at.eq(now));
    each_backend!(db, c => diesel::insert_into(settings::table)
        .values(row)
        .on_conflict(settings::key)
        .do_update()
        .set(change)
        .execute(c))?;
    Ok(())
}
