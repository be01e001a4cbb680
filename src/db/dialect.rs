//! All that the two databases do differently.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Db;
use crate::base::Result;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Db {
    /// Which of the two this is.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// Runs one expression on the concrete connection: what diesel's `MultiConnection` can't do (ON CONFLICT, batch insert,
/// `returning` with `as_returning`) is written once and compiled for each.
macro_rules! each_backend {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite($c) => $body,
            $crate::db::Db::Postgres($c) => $body,
        }
    };
}
pub(crate) use each_backend;

diesel::define_sql_function! {
    /// The id of the row that this connection of SQLite inserted last.
    fn last_insert_rowid() -> BigInt;
}

/// Inserts a row and gives its id. SQLite is asked for that afterwards: for RETURNING it keeps a copy of every page that the insert
/// changes, as for one of many rows, which was a tenth of what taking a mail costs.
macro_rules! inserted_id {
    ($db:expr, $table:expr, $id:expr, $row:expr) => {
        match $db {
            $crate::db::Db::Sqlite(c) => diesel::insert_into($table)
                .values($row)
                .execute(c)
                .and_then(|_| diesel::select($crate::db::last_insert_rowid()).get_result(c)),
            $crate::db::Db::Postgres(c) => diesel::insert_into($table).values($row).returning($id).get_result(c),
        }
    };
}
pub(crate) use inserted_id;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Makes all transactions that name the same `key` run one after the other until each ends. On SQLite there is only one
/// writer anyway.
pub fn serialise(db: &mut Db, key: &str) -> Result<()> {
    if let Db::Postgres(connection) = db {
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<Text, _>(key)
            .execute(connection)?;
    }
    Ok(())
}

/// Makes a transaction that has just begun one that reads a single snapshot and refuses to write. On SQLite every read
/// transaction is such, and the connections of readers are opened `query_only`.
pub(super) fn only_read(db: &mut Db) -> Result<()> {
    if let Db::Postgres(connection) = db {
        diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(connection)?;
    }
    Ok(())
}

/// Octets of the database on disk, without SQLite's write-ahead log.
pub fn size_bytes(db: &mut Db) -> Result<i64> {
    let row: Number = match db {
        Db::Sqlite(c) => {
            diesel::sql_query("SELECT page_count * page_size AS number FROM pragma_page_count(), pragma_page_size()")
                .get_result(c)?
        }
        Db::Postgres(c) => diesel::sql_query("SELECT pg_database_size(current_database()) AS number").get_result(c)?,
    };
    Ok(row.number)
}
