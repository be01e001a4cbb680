//! [`Books`]: the database together with its log. What every feature writes through.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Act, By, Event};
use crate::base::{Clock, Result};
use crate::db::{Db, Store};

/// The books of the desk. Cheap to clone; all clones are the same books.
#[derive(Clone)]
pub struct Books {
    store: Store,
    clock: Clock,
    /// Counts the acts of this node that wrote events; followers wait for it to change.
    written: Arc<watch::Sender<u64>>,
    /// Is told what this node committed, once.
    observer: Arc<dyn Fn(&Event) + Send + Sync>,
}

impl Books {
    /// Opens the books over a database.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock, written: Arc::new(watch::channel(0).0), observer: Arc::new(|_| {}) }
    }

    /// Has every event that this node commits told to `observer`, which must be quick: for counters, which count what
    /// *this* node did, while a [`super::Follower`] sees what all nodes did.
    #[must_use]
    pub fn observed_by(self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self { observer: Arc::new(observer), ..self }
    }

    /// The clock that acts are dated by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The database, for what needs no log.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads; see [`Store::read`].
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Db) -> Result<T> + Send + 'static,
    {
        self.store.read(work).await
    }

    /// Does an act: all that `work` changes and records is on disk when this returns `Ok`, or nothing is.
    pub async fn write<T, F>(&self, by: impl Into<By>, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Act<'_>) -> Result<T> + Send + 'static,
    {
        let by = by.into();
        let clock = self.clock.clone();
        let (value, events) = self
            .store
            .write(move |db| {
                let mut act = Act::new(db, &clock, &by);
                let value = work(&mut act)?;
                let events = act.finish()?;
                Ok((value, events))
            })
            .await?;
        events.iter().for_each(|event| (self.observer)(event));
        if !events.is_empty() {
            self.written.send_modify(|count| *count = count.wrapping_add(1));
        }
        Ok(value)
    }

    /// Changes whenever this node wrote events.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }
}
