//! Brings a database to the schema that this version wants.
//!
//! Each migration runs in a transaction, so that a kill in between leaves the old or the new schema, never half of one.

use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Db;
use super::target::{Target, Use};
use crate::base::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what is missing; refuses a database that a newer version wrote.
pub(super) fn run(target: &Target) -> Result<()> {
    let mut db = target.connect(Use::Write).map_err(|e| Error::Unavailable(format!("opening the database: {e}")))?;
    match &mut db {
        Db::Sqlite(connection) => run_on(connection, SQLITE),
        Db::Postgres(connection) => run_on(connection, POSTGRES),
    }
}

fn run_on<C, DB>(connection: &mut C, source: EmbeddedMigrations) -> Result<()>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| Error::internal("migrating the database", e);
    let ours: Vec<Box<dyn Migration<DB>>> = source.migrations().map_err(failed)?;
    let known = |v: &MigrationVersion<'_>| ours.iter().any(|m| m.name().version() == *v);
    let applied = connection.applied_migrations().map_err(failed)?;
    if let Some(newer) = applied.iter().find(|v| !known(v)) {
        return Err(Error::Internal(format!(
            "the database has schema {newer}, which this version does not know: it was written by a newer Deskbell. \
             Install that version, or restore a backup made before the upgrade."
        )));
    }
    connection.run_pending_migrations(source).map_err(failed)?;
    Ok(())
}
