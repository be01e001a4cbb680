//! The lines in memory: the phone asks for every packet whether it knows the sender, and may not wait for a database.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Line, Lines, all_lines};
use crate::base::Result;
use crate::base::id::LineId;
use crate::db::Db;
use crate::events::{Act, Event, Follower, Record, Start};

/// All lines, as of the last change. Cheap to clone; all clones are the same table.
#[derive(Debug, Clone, Default)]
pub struct LineTable(Arc<RwLock<Arc<Lines>>>);

impl LineTable {
    /// The lines of the database.
    pub fn read(db: &mut Db) -> Result<Self> {
        let table = Self::default();
        table.refresh(db)?;
        Ok(table)
    }

    /// The lines as they are now.
    pub fn now(&self) -> Arc<Lines> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether any line takes calls from this address.
    pub fn knows(&self, source: IpAddr) -> bool {
        self.now().know(source)
    }

    /// One line.
    pub fn by_id(&self, id: LineId) -> Option<Line> {
        self.now().0.iter().find(|line| line.id == id).cloned()
    }

    fn refresh(&self, db: &mut Db) -> Result<()> {
        let lines = Arc::new(Lines(all_lines(db)?));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = lines;
        Ok(())
    }
}

impl Follower for LineTable {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn start(&self) -> Start {
        Start::End
    }

    fn follow(&mut self, act: &mut Act<'_>, events: &[Record]) -> Result<()> {
        let changes = |event: &Event| {
            matches!(event, Event::LineCreated { .. } | Event::LineChanged { .. } | Event::LineDisabled { .. })
        };
        if events.iter().any(|record| changes(&record.event)) { self.refresh(act.db) } else { Ok(()) }
    }
}
