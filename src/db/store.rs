//! [`Store`]: reads and writes as closures, each run on a thread that may block.

use std::sync::Arc;

use diesel::Connection;
use diesel::r2d2::Pool;
use tokio::sync::oneshot;

use super::dialect::only_read;
use super::meters::Meters;
use super::reading::{Opener, pool};
use super::target::Target;
use super::writing::{Work, Writer};
use super::{Db, migrate};
use crate::base::{Error, Message, Result};

/// Readers on SQLite: more than there are cores only adds memory.
const SQLITE_READERS: u32 = 4;

/// Connections to PostgreSQL of one node.
const POSTGRES_CONNECTIONS: u32 = 10;

/// The database. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool<Opener>,
    /// Only on SQLite; PostgreSQL writes through the pool.
    writer: Option<Writer>,
    meters: Meters,
}

impl Store {
    /// Opens the database, brings its schema up to date, and starts the writer.
    ///
    /// # Errors
    /// The database can't be reached, was written by a newer version, or a migration failed.
    pub fn open(target: &Target, meters: Meters) -> Result<Self> {
        Target::check_library()?;
        migrate::run(target)?;
        let writer = match target {
            Target::Sqlite(_) => Some(Writer::start(target, meters.clone())?.0),
            Target::Postgres(_) => None,
        };
        let size = if writer.is_some() { SQLITE_READERS } else { POSTGRES_CONNECTIONS };
        Ok(Self { inner: Arc::new(Inner { pool: pool(target, size)?, writer, meters }) })
    }

    /// Opens a database that is there to read it, as it is: nothing is made, migrated or written.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none.
    pub fn open_to_read(target: &Target, meters: Meters) -> Result<Self> {
        if let Target::Sqlite(path) = target
            && !path.exists()
        {
            return Err(Error::Unavailable(format!("there is no database at {}", path.display())));
        }
        Ok(Self { inner: Arc::new(Inner { pool: pool(target, 1)?, writer: None, meters }) })
    }

    /// Runs `work` on a connection that must not write.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T> + Send + 'static,
    {
        let store = self.clone();
        let timer = self.inner.meters.query_seconds.with_label_values(&["read"]).start_timer();
        let outcome = blocking(move || store.read_blocking(work)).await;
        timer.observe_duration();
        outcome
    }

    /// [`Store::read`] for a thread that may block. One snapshot: what the closure reads fits together.
    pub fn read_blocking<T, F: FnOnce(&mut Db) -> Result<T>>(&self, work: F) -> Result<T> {
        let mut db = self.connection()?;
        db.transaction::<T, Failed, _>(|db| only_read(db).and_then(|()| work(db)).map_err(Failed)).map_err(|f| f.0)
    }

    /// Runs `work` in a transaction of its own and returns when that is on disk; an error takes everything back.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T> + Send + 'static,
    {
        let timer = self.inner.meters.query_seconds.with_label_values(&["write"]).start_timer();
        let outcome = match &self.inner.writer {
            Some(writer) => {
                let (tell, told) = oneshot::channel();
                writer.submit(Box::new(Closure { work: Some(work), value: None, tell }));
                told.await.unwrap_or_else(|_| Err(Error::Internal("the database writer dropped a write".into())))
            }
            None => {
                let store = self.clone();
                blocking(move || store.write_pooled(work)).await
            }
        };
        timer.observe_duration();
        outcome
    }

    /// Whether writes are done in the order in which they are handed over, however many wait.
    pub fn keeps_order(&self) -> bool {
        self.inner.writer.is_some()
    }

    fn write_pooled<T, F: FnOnce(&mut Db) -> Result<T>>(&self, work: F) -> Result<T> {
        let mut db = self.connection()?;
        db.transaction::<T, Failed, _>(|db| work(db).map_err(Failed)).map_err(|f| f.0)
    }

    fn connection(&self) -> Result<diesel::r2d2::PooledConnection<Opener>> {
        self.inner.pool.get().map_err(|error| {
            tracing::warn!(%error, "no database connection");
            Error::Busy(Message::new("error-database-away"))
        })
    }

    /// Connections that are open now.
    pub fn connections(&self) -> u32 {
        self.inner.pool.state().connections + u32::from(self.inner.writer.is_some())
    }
}

/// Carries a domain error through diesel's transaction.
struct Failed(Error);

impl From<diesel::result::Error> for Failed {
    fn from(error: diesel::result::Error) -> Self {
        Self(error.into())
    }
}

/// A closure on its way to the writer, with whoever waits for it.
struct Closure<T, F> {
    work: Option<F>,
    value: Option<T>,
    tell: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnOnce(&mut Db) -> Result<T> + Send> Work for Closure<T, F> {
    fn run(&mut self, db: &mut Db) -> Result<()> {
        if let Some(work) = self.work.take() {
            self.value = Some(work(db)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let lost = || Error::Internal("a write had no value".into());
        // Whoever asked may have gone away, say with a closed connection; the write stands all the same.
        let Self { value, tell, .. } = *self;
        let _ = tell.send(outcome.and_then(|()| value.ok_or_else(lost)));
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal("a database closure", e))?
}
