//! Files by their content: recordings, raw mail, attachments. A blob's name is the SHA-256 of its octets.
//!
//! Invariants: what [`Blobs::put`] returned for is on disk, directory entry included, so a row may name it; the same
//! octets are stored once; what [`Blobs::get`] returns has the hash that was asked for. A blob is put before the row that
//! names it is written, never after.
//!
//! Many at once share one flush of the file system ([`Blobs::put_all`]): two for each file, its own and its folder's, are what
//! a disk has the least of. Measured while compilers wrote beside it: 6 files a second with two each, 2,100 with one for 50.
//!
//! Behind it is `object_store`, so that several nodes can share an S3 store later; here it is a folder.

mod thumbnail;

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::base::{Error, Message, Result, sha256_hex};

pub use thumbnail::{THUMBNAIL_PIXELS, thumbnail};

/// Octets that a blob may have.
pub const BLOB_BYTES_MAX: usize = 64 << 20;

/// From how many files on one flush of the whole file system costs less than theirs.
const SHARED_MIN: usize = 4;

/// Files that are written at the same moment: more only wake more threads.
const WRITTEN_AT_ONCE: usize = 4;

/// The name of a blob: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BlobName(String);

impl BlobName {
    /// The name of these octets.
    pub fn of(octets: &[u8]) -> Self {
        Self(sha256_hex(octets))
    }

    /// Reads a stored name; nothing for any other text, so a name never becomes a path of somebody's choice.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two levels of folders, so that none has a million entries.
    fn key(&self) -> Key {
        let (folder, rest) = self.0.split_at(2);
        Key::from(format!("{folder}/{rest}"))
    }
}

/// The store of blobs. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The same, which does not wait for the disk.
    hasty: Arc<dyn ObjectStore>,
    folder: Arc<Path>,
}

impl Blobs {
    /// Blobs in a folder of this machine; makes the folder.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| Error::internal("making the folder for blobs", e))?;
        let open =
            || LocalFileSystem::new_with_prefix(folder).map_err(|e| Error::internal("opening the folder for blobs", e));
        let (store, hasty) = (Arc::new(open()?.with_fsync(true)), Arc::new(open()?.with_fsync(false)));
        Ok(Self { store, hasty, folder: folder.into() })
    }

    /// Octets that are free on its disk; nothing where nobody can tell.
    pub fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&*self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Stores octets and returns when they are on disk.
    ///
    /// # Errors
    /// [`Error::Invalid`] above [`BLOB_BYTES_MAX`]; [`Error::Busy`] when the disk is full or broken.
    pub async fn put(&self, octets: Bytes) -> Result<BlobName> {
        let (name, was_there) = self.put_in(&*self.store, octets).await?;
        if was_there {
            // Whoever wrote it may not have waited for the disk yet.
            self.flush().await?;
        }
        Ok(name)
    }

    /// Stores many and returns when all of them are on disk, in their order.
    ///
    /// One `syncfs(2)` is for all; it also waits for what others wrote to the file system.
    ///
    /// # Errors
    /// As [`Blobs::put`]; some may be stored all the same.
    pub async fn put_all(&self, all: Vec<Bytes>) -> Result<Vec<BlobName>> {
        if all.len() < SHARED_MIN {
            let kept = stream::iter(all).map(|octets| self.put(octets)).buffered(WRITTEN_AT_ONCE);
            return kept.try_collect().await;
        }
        let kept = stream::iter(all).map(|octets| self.put_in(&*self.hasty, octets)).buffered(WRITTEN_AT_ONCE);
        let names = kept.map_ok(|(name, _)| name).try_collect().await?;
        self.flush().await?;
        Ok(names)
    }

    /// Waits until everything that was written to the file system is on disk.
    async fn flush(&self) -> Result<()> {
        let folder = Arc::clone(&self.folder);
        let flush = move || std::fs::File::open(&*folder).and_then(|folder| Ok(rustix::fs::syncfs(folder)?));
        let flushed = tokio::task::spawn_blocking(flush).await.map_err(|e| Error::internal("flushing files", e))?;
        flushed.map_err(|error| failed(&error))
    }

    /// Stores octets; says whether they were there.
    async fn put_in(&self, store: &dyn ObjectStore, octets: Bytes) -> Result<(BlobName, bool)> {
        if octets.len() > BLOB_BYTES_MAX {
            return Err(Error::invalid("file", Message::new("error-file-too-large").with("max", BLOB_BYTES_MAX >> 20)));
        }
        let name = BlobName::of(&octets);
        match write(store, &name, octets.clone(), PutMode::Create).await {
            // What is there may be damaged; then this is the moment to have it whole again.
            Err(object_store::Error::AlreadyExists { .. }) if self.get(&name).await.is_err() => {
                write(store, &name, octets, PutMode::Overwrite).await.map_err(|e| refused(&e))?;
                Ok((name, false))
            }
            Ok(()) => Ok((name, false)),
            Err(object_store::Error::AlreadyExists { .. }) => Ok((name, true)),
            Err(error) => Err(refused(&error)),
        }
    }

    /// The octets of a blob.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none; [`Error::Busy`] when the disk can't be read; [`Error::Internal`] when the file
    /// no longer has its own hash.
    pub async fn get(&self, name: &BlobName) -> Result<Bytes> {
        let found = self.store.get(&name.key()).await.map_err(|e| refused(&e))?;
        let octets = found.bytes().await.map_err(|e| refused(&e))?;
        if BlobName::of(&octets) != *name {
            return Err(Error::Internal(format!("the blob {} is damaged on disk", name.as_str())));
        }
        Ok(octets)
    }
}

async fn write(store: &dyn ObjectStore, name: &BlobName, octets: Bytes, mode: PutMode) -> object_store::Result<()> {
    let options = PutOptions { mode, ..PutOptions::default() };
    store.put_opts(&name.key(), PutPayload::from_bytes(octets), options).await.map(drop)
}

/// What the store said no with. A disk that fails is no fault of whose octets they are: it is worth trying again.
fn refused(error: &object_store::Error) -> Error {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return Error::Missing;
    }
    let first: &(dyn std::error::Error + 'static) = error;
    let io =
        std::iter::successors(Some(first), |error| error.source()).find_map(|e| e.downcast_ref::<std::io::Error>());
    io.map_or_else(|| Error::internal("the blob store", error), failed)
}

fn failed(error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Busy(Message::new("error-disk-full")),
        kind => {
            tracing::error!(%error, %kind, "files can't be read or written");
            Error::Busy(Message::new("error-disk-broken"))
        }
    }
}
