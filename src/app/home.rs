//! The data folder: what the daemon keeps beside the database.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::base::{Error, Result};

/// The folder, held by one daemon at a time.
pub struct Home {
    folder: PathBuf,
    key: [u8; 32],
    node: String,
    /// Open as long as the daemon runs: the lock is on it.
    _lock: Option<File>,
}

impl Home {
    /// Opens the folder, makes what is missing, and keeps other daemons out.
    ///
    /// # Errors
    /// [`Error::Internal`] when it can't be used, or another daemon uses it.
    pub fn open(folder: &Path) -> Result<Self> {
        let failed = |doing: &str, e: std::io::Error| {
            Error::internal(&format!("the data folder {}: {doing}", folder.display()), e)
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| failed("making it", e))?;
        let lock = private(&folder.join("lock")).map_err(|e| failed("opening its lock", e))?;
        if let Err(error) = lock.try_lock() {
            return Err(Error::Internal(format!(
                "another Deskbell uses the data folder {} ({error}); stop it first",
                folder.display()
            )));
        }
        let key = kept_secret(&folder.join("secret.key")).map_err(|e| failed("its secret key", e))?;
        let node = kept_secret(&folder.join("node")).map_err(|e| failed("its name", e))?;
        let node = node.iter().take(8).map(|octet| format!("{octet:02x}")).collect();
        Ok(Self { folder: folder.to_owned(), key, node, _lock: Some(lock) })
    }

    /// Uses the folder beside a daemon that may hold it, for the command line: makes nothing in it, and calls itself another
    /// node, so that what a daemon holds by name stays the daemon's.
    ///
    /// # Errors
    /// [`Error::Internal`] when no daemon ever used it, or it can't be read.
    pub fn visit(folder: &Path) -> Result<Self> {
        let key = known_secret(&folder.join("secret.key"))?;
        let node = known_secret(&folder.join("node"))?;
        let node = node.iter().take(8).map(|octet| format!("{octet:02x}")).chain(["-console".to_owned()]).collect();
        Ok(Self { folder: folder.to_owned(), key, node, _lock: None })
    }

    /// The secret under the tokens of forms.
    pub fn key(&self) -> [u8; 32] {
        self.key
    }

    /// A key of its own for another use: what is signed or sealed with it can't be used for anything else.
    pub fn derived(&self, purpose: &str) -> [u8; 32] {
        let parts: [&[u8]; 4] = [b"deskbell key", purpose.as_bytes(), &[0], &self.key];
        parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize().into()
    }

    /// The name of this node among several on one database; the same after a restart.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// Where files are.
    pub fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    /// Where the code for the first admin stands as long as there is none.
    pub fn setup_code_path(&self) -> PathBuf {
        self.folder.join("setup-code")
    }

    pub(super) fn keep_setup_code(&self, code: &str) -> Result<()> {
        let failed = |e| Error::internal("writing the set-up code", e);
        let mut file = private(&self.setup_code_path()).map_err(failed)?;
        file.set_len(0).map_err(failed)?;
        writeln!(file, "{code}").map_err(failed)
    }

    pub(super) fn forget_setup_code(&self) {
        // Most of the time there is none.
        let _ = fs::remove_file(self.setup_code_path());
    }
}

fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// What [`kept_secret`] wrote; a file that is not there is left so.
fn known_secret(path: &Path) -> Result<[u8; 32]> {
    let found = fs::metadata(path).is_ok_and(|file| file.len() > 0);
    if !found {
        return Err(Error::Internal(format!("{} is not there: start the daemon once, it makes it", path.display())));
    }
    kept_secret(path).map_err(|e| Error::internal(&format!("reading {}", path.display()), e))
}

/// 32 random octets that stay the same: read from a file, or made and written there.
fn kept_secret(path: &Path) -> std::io::Result<[u8; 32]> {
    let mut octets = [0_u8; 32];
    let mut file = private(path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    if text.is_empty() {
        getrandom::fill(&mut octets).map_err(|e| std::io::Error::other(e.to_string()))?;
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        writeln!(file, "{hex}")?;
        file.sync_all()?;
        return Ok(octets);
    }
    let damaged = || std::io::Error::other(format!("{} is damaged; remove it to have a new one made", path.display()));
    let digits = text.trim().as_bytes();
    if digits.len() != 64 {
        return Err(damaged());
    }
    for (octet, pair) in octets.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_not_text| damaged())?;
        *octet = u8::from_str_radix(pair, 16).map_err(|_no_digit| damaged())?;
    }
    Ok(octets)
}
