//! [`Db`]: one connection to either database.

#![expect(missing_docs, reason = "the derive writes public items of its own without any")]

use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

/// One connection to SQLite (a file of this machine, the library compiled in) or to a PostgreSQL server.
#[derive(diesel::MultiConnection)]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}
