//! Files by their content: recordings, raw mail, attachments. A blob's name is the SHA-256 of its octets.
//!
//! Invariants: what [`Blobs::put`] returned for is on disk, directory entry included, so a row may name it; the same
//! octets are stored once; what [`Blobs::get`] returns has the hash that was asked for. A blob is put before the row that
//! names it is written, never after.
//!
//! Behind it is `object_store`, so that several nodes can share an S3 store later; here it is a folder.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::base::{Error, Message, Result, sha256_hex};

/// Octets that a blob may have.
pub const BLOB_BYTES_MAX: usize = 64 << 20;

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
}

impl Blobs {
    /// Blobs in a folder of this machine; makes the folder.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| Error::internal("making the folder for blobs", e))?;
        let store = LocalFileSystem::new_with_prefix(folder)
            .map_err(|e| Error::internal("opening the folder for blobs", e))?
            .with_fsync(true);
        Ok(Self { store: Arc::new(store) })
    }

    /// Stores octets and returns when they are on disk.
    ///
    /// # Errors
    /// [`Error::Invalid`] above [`BLOB_BYTES_MAX`]; [`Error::Busy`] when the disk is full.
    pub async fn put(&self, octets: Bytes) -> Result<BlobName> {
        if octets.len() > BLOB_BYTES_MAX {
            return Err(Error::invalid("file", Message::new("error-file-too-large").with("max", BLOB_BYTES_MAX >> 20)));
        }
        let name = BlobName::of(&octets);
        match self.write(&name, octets.clone(), PutMode::Create).await {
            // What is there may be damaged; then this is the moment to have it whole again.
            Err(object_store::Error::AlreadyExists { .. }) if self.get(&name).await.is_err() => {
                self.write(&name, octets, PutMode::Overwrite).await.map_err(|e| refused(&e))?;
            }
            Ok(()) | Err(object_store::Error::AlreadyExists { .. }) => {}
            Err(error) => return Err(refused(&error)),
        }
        Ok(name)
    }

    async fn write(&self, name: &BlobName, octets: Bytes, mode: PutMode) -> object_store::Result<()> {
        let options = PutOptions { mode, ..PutOptions::default() };
        self.store.put_opts(&name.key(), PutPayload::from_bytes(octets), options).await.map(drop)
    }

    /// The octets of a blob.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none; [`Error::Internal`] when the file no longer has its own hash.
    pub async fn get(&self, name: &BlobName) -> Result<Bytes> {
        let found = self.store.get(&name.key()).await.map_err(|e| refused(&e))?;
        let octets = found.bytes().await.map_err(|e| refused(&e))?;
        if BlobName::of(&octets) != *name {
            return Err(Error::Internal(format!("the blob {} is damaged on disk", name.as_str())));
        }
        Ok(octets)
    }
}

fn refused(error: &object_store::Error) -> Error {
    let text = error.to_string();
    match error {
        object_store::Error::NotFound { .. } => Error::Missing,
        _ if text.contains("No space left") => Error::Busy(Message::new("error-disk-full")),
        _ => Error::internal("the blob store", text),
    }
}
