//! Which database: where it is and how a connection to it is opened.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sqlite::SqliteConnection;

use super::Db;
use crate::base::{Error, Result};

/// Versions of SQLite before this one can corrupt a database in WAL mode when a checkpoint races a reset.
pub const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// How a connection will be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

/// Where the data is kept.
#[derive(Clone)]
pub enum Target {
    /// The path of a SQLite file on a local disk.
    Sqlite(PathBuf),
    /// A `postgres://` URL. It may hold a password, so it is never shown.
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres"),
        }
    }
}

/// Settings of every SQLite connection; they hold for a connection, not for the file. `synchronous=FULL` is what makes
/// an acknowledged commit survive a power cut: in simulated cuts NORMAL lost one commit in nine.
const SQLITE_PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
    PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; \
    PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=1000; PRAGMA temp_store=MEMORY;";

/// The one writer keeps 16 MB of pages at hand: with the 2 MB of a default, taking mails read ten pages anew for each.
const SQLITE_WRITER: &str = "PRAGMA cache_size=-16000;";

const SQLITE_READER: &str = "PRAGMA query_only=ON; PRAGMA cache_size=-2000;";

/// A commit is on the server's disk before it is told, whatever the server's own setting. No statement may wait for ever on
/// a lock, nor a forgotten transaction hold one.
const POSTGRES_SETTINGS: &str = "SET synchronous_commit=on; SET lock_timeout='5s'; SET statement_timeout='30s'; \
    SET idle_in_transaction_session_timeout='30s'; SET client_min_messages=warning;";

impl Target {
    /// Opens a connection ready for use.
    pub(super) fn connect(&self, purpose: Use) -> Result<Db, ConnectionError> {
        let refused = |e: diesel::result::Error| ConnectionError::CouldntSetupConfiguration(e);
        match self {
            Self::Sqlite(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                connection.batch_execute(SQLITE_PRAGMAS).map_err(refused)?;
                let own = if purpose == Use::Read { SQLITE_READER } else { SQLITE_WRITER };
                connection.batch_execute(own).map_err(refused)?;
                Ok(Db::Sqlite(connection))
            }
            Self::Postgres(url) => {
                let mut connection = PgConnection::establish(url)?;
                connection.batch_execute(POSTGRES_SETTINGS).map_err(refused)?;
                Ok(Db::Postgres(connection))
            }
        }
    }

    /// Refuses a SQLite library that is known to lose data.
    pub(super) fn check_library() -> Result<()> {
        let version = libsqlite3_sys::SQLITE_VERSION_NUMBER;
        if version < SQLITE_VERSION_MIN {
            return Err(Error::Internal(format!(
                "the SQLite library has version {version}, which can corrupt a database; at least {SQLITE_VERSION_MIN} is needed"
            )));
        }
        Ok(())
    }
}

/// The version of the SQLite library that is compiled in, such as `3.53.2`.
pub const SQLITE_VERSION: &str = match libsqlite3_sys::SQLITE_VERSION.to_str() {
    Ok(version) => version,
    Err(_) => "unknown",
};
