//! The index on the disk: one that writes, many that read.
//!
//! It is a cache of the database. Whatever is wrong with it, it is made anew; what it holds and up to which event are one
//! commit, so that a fall at any moment neither leaves an item out nor keeps one that is gone.

use std::path::Path;

use tantivy::directory::error::OpenDirectoryError;
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use super::fields::{Fields, is_ours};
use super::finding::{Found, Search, find};
use super::item::Item;
use super::language::Language;
use crate::base::{Error, Result};

/// Memory for items that are written and not yet on the disk.
const WRITER_BYTES: usize = 32 << 20;

/// Finds. Cheap to clone.
#[derive(Clone)]
pub struct Finder {
    index: Index,
    reader: IndexReader,
    fields: Fields,
}

/// Writes. There is one for an index.
pub struct Scribe {
    writer: IndexWriter,
    finder: Finder,
    usual: Option<Language>,
}

impl Finder {
    /// Opens the index in a folder, or makes one there. One that can't be read, or has other fields than ours, is thrown away.
    ///
    /// # Errors
    /// [`Error::Internal`] when the folder can't be written.
    pub fn open(folder: &Path) -> Result<Self> {
        match Self::open_as_it_is(folder) {
            Ok(finder) if is_ours(&finder.index) => return Ok(finder),
            Ok(_) => tracing::info!("the search index is of another version; it is made anew"),
            Err(error) if folder.exists() => tracing::warn!(%error, "the search index can't be read; it is made anew"),
            Err(_) => {}
        }
        if folder.exists() {
            std::fs::remove_dir_all(folder).map_err(|e| Error::internal("removing the search index", e))?;
        }
        std::fs::create_dir_all(folder).map_err(|e| Error::internal("making the folder of the search index", e))?;
        let index = Index::create_in_dir(folder, Fields::new().1);
        Self::over(index.map_err(|e| Error::internal("making the search index", e))?)
    }

    fn open_as_it_is(folder: &Path) -> Result<Self> {
        if !folder.exists() {
            let none = OpenDirectoryError::DoesNotExist(folder.to_owned());
            return Err(Error::internal("opening the search index", none));
        }
        let index = Index::open_in_dir(folder).map_err(|e| Error::internal("opening the search index", e))?;
        Self::over(index)
    }

    fn over(index: Index) -> Result<Self> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader = reader.map_err(|e| Error::internal("reading the search index", e))?;
        Ok(Self { index, reader, fields: Fields::new().0 })
    }

    /// Looks for something.
    ///
    /// # Errors
    /// [`Error::Internal`] when the index can't be read.
    pub fn find(&self, search: &Search) -> Result<Found> {
        find(&self.reader.searcher(), &self.fields, search)
    }

    /// How many items it has.
    pub fn items(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Up to which event it is written; nothing for one that was never finished.
    ///
    /// # Errors
    /// [`Error::Internal`] when the index can't be read.
    pub fn place(&self) -> Result<Option<i64>> {
        let metas = self.index.load_metas().map_err(|e| Error::internal("reading the search index", e))?;
        Ok(metas.payload.and_then(|place| place.parse().ok()))
    }

    /// Whether it has an item.
    ///
    /// # Errors
    /// [`Error::Internal`] when the index can't be read.
    pub fn has(&self, key: u64) -> Result<bool> {
        let own = TermQuery::new(Term::from_field_u64(self.fields.key, key), IndexRecordOption::Basic);
        let count = self.reader.searcher().search(&own, &tantivy::collector::Count);
        Ok(count.map_err(|e| Error::internal("reading the search index", e))? > 0)
    }

    /// Begins to write.
    ///
    /// # Errors
    /// [`Error::Busy`] when somebody else writes it.
    pub fn scribe(&self, usual: Option<Language>) -> Result<Scribe> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_BYTES)
            .build();
        let writer = self.index.writer_with_options(options).map_err(|error| {
            tracing::error!(%error, "the search index can't be written");
            Error::Busy("error-search-locked".into())
        })?;
        Ok(Scribe { writer, finder: self.clone(), usual })
    }
}

impl Scribe {
    /// Puts an item in, instead of what stood there under its key.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk is full or broken.
    pub fn put(&mut self, item: &Item) -> Result<()> {
        self.remove(item.key);
        let document = self.finder.fields.document(item, self.usual);
        self.writer.add_document(document).map_err(|e| Error::internal("writing the search index", e))?;
        Ok(())
    }

    /// From now on texts that don't say their language are taken for ones of this.
    pub fn set_usual(&mut self, language: Option<Language>) {
        self.usual = language;
    }

    /// Takes an item out, if it is there.
    pub fn remove(&mut self, key: u64) {
        self.writer.delete_term(Term::from_field_u64(self.finder.fields.key, key));
    }

    /// Has all that was put in and taken out found and found no more from now on, kept with the event up to which that is.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk is full or broken; then it is as it was after the last.
    pub fn commit(&mut self, place: i64) -> Result<()> {
        let failed = |e| Error::internal("keeping the search index", e);
        let mut commit = self.writer.prepare_commit().map_err(failed)?;
        commit.set_payload(&place.to_string());
        commit.commit().map_err(failed)?;
        self.finder.reader.reload().map_err(failed)
    }

    /// Takes everything out.
    ///
    /// # Errors
    /// [`Error::Internal`] when the disk is broken.
    pub fn clear(&mut self) -> Result<()> {
        self.writer.delete_all_documents().map_err(|e| Error::internal("emptying the search index", e)).map(drop)
    }
}
