//! The pool of connections that r2d2 keeps: readers on SQLite, readers and writers on PostgreSQL.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{ManageConnection, Pool};

use super::Db;
use super::target::{Target, Use};
use crate::base::{Error, Result};

/// How long a request waits for a free connection before it is told to come back.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Opens and checks connections for the pool.
pub(super) struct Opener {
    target: Target,
}

impl ManageConnection for Opener {
    type Connection = Db;
    type Error = diesel::result::ConnectionError;

    fn connect(&self) -> Result<Db, Self::Error> {
        let purpose = if matches!(self.target, Target::Sqlite(_)) { Use::Read } else { Use::Write };
        self.target.connect(purpose)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Self::Error> {
        db.batch_execute("SELECT 1").map_err(diesel::result::ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        // A connection that a panic or a lost server left inside a transaction must not serve the next request.
        use diesel::connection::{AnsiTransactionManager as Ansi, TransactionManager};
        std::thread::panicking()
            || match db {
                Db::Sqlite(connection) => Ansi::is_broken_transaction_manager(connection),
                Db::Postgres(connection) => Ansi::is_broken_transaction_manager(connection),
            }
    }
}

/// A pool of at most `size` connections; opens the first at once, so that a wrong target is known at start.
pub(super) fn pool(target: &Target, size: u32) -> Result<Pool<Opener>> {
    // SQLite needs no test of life before each use; a server may have gone.
    let remote = matches!(target, Target::Postgres(_));
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(WAIT_MAX)
        .test_on_check_out(remote)
        .error_handler(Box::new(Quiet))
        .build(Opener { target: target.clone() })
        .map_err(|e| Error::internal("opening the database", e))
}

/// r2d2 retries failed connections by itself; the caller's error says what there is to say, once.
#[derive(Debug)]
struct Quiet;

impl diesel::r2d2::HandleError<diesel::result::ConnectionError> for Quiet {
    fn handle_error(&self, error: diesel::result::ConnectionError) {
        tracing::debug!(%error, "a database connection could not be opened");
    }
}
