//! The data folder: what the daemon keeps beside the database.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::base::{Error, Result, Timestamp};

/// The file of the keys under reply addresses and Message-IDs, once they were renewed.
const MAIL_KEYS: &str = "mail.keys";

/// How long letters that were made with the key before the present one are read as ours.
const PREVIOUS_READ_DAYS: i64 = 365;

const DAY_MS: i64 = 86_400_000;

/// The folder, held by one daemon at a time.
pub struct Home {
    folder: PathBuf,
    key: [u8; 32],
    node: String,
    /// Held as long as the daemon runs.
    _lock: Option<Lock>,
}

/// The file that one daemon at a time has locked. It is unlocked by hand: a program that is being started in this moment has
/// the file open, too, and closing it here alone would leave it locked.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Where this fails, closing it does the same a moment later.
        let _ = self.0.unlock();
    }
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
        Ok(Self { folder: folder.to_owned(), key, node, _lock: Some(Lock(lock)) })
    }

    /// Uses the folder beside a daemon that may hold it, for the command line: makes nothing in it, and calls itself another
    /// node, so that what a daemon holds by name stays the daemon's.
    ///
    /// # Errors
    /// [`Error::Internal`] when no daemon ever used it, or it can't be read.
    pub fn visit(folder: &Path) -> Result<Self> {
        let key = known_secret(&folder.join("secret.key"))?;
        let node = known_secret(&folder.join("node"))?;
        let node =
            node.iter().take(8).map(|octet| format!("{octet:02x}")).chain([format!("-console-{}", std::process::id())]);
        let node = node.collect();
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

    /// The keys under reply addresses and Message-IDs: the one that signs, and the one before it while that is still read.
    /// They are derived from the desk's own until they are renewed for the first time.
    ///
    /// # Errors
    /// [`Error::Internal`] when the file of renewed keys can't be read, or is damaged.
    pub fn mail_keys(&self, now: Timestamp) -> Result<([u8; 32], Option<[u8; 32]>)> {
        let path = self.folder.join(MAIL_KEYS);
        let failed = |e: std::io::Error| Error::internal(&format!("reading {}", path.display()), e);
        match fs::read_to_string(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok((self.derived("mail tokens"), None)),
            Err(e) => Err(failed(e)),
            Ok(text) => {
                let (current, previous, renewed_at) = read_mail_keys(&text).ok_or_else(|| failed(damaged(&path)))?;
                let is_read = now.since_ms(renewed_at) < PREVIOUS_READ_DAYS * DAY_MS;
                Ok((current, is_read.then_some(previous)))
            }
        }
    }

    /// Takes a new key for reply addresses and Message-IDs into use; the present one becomes the one before it, and what was
    /// that is forgotten. Says until when the previous one is read. Only with the folder to oneself: a daemon that runs would
    /// go on with the keys that it has read.
    ///
    /// # Errors
    /// [`Error::Internal`] when the keys can't be read or kept; then all is as it was.
    pub fn renew_mail_keys(&self, now: Timestamp) -> Result<Timestamp> {
        let (previous, _) = self.mail_keys(now)?;
        let mut current = [0_u8; 32];
        getrandom::fill(&mut current).map_err(|e| Error::internal("randomness", e))?;
        let text = format!("{}\n{}\n{}\n", hex(&current), hex(&previous), now.0);
        self.keep_mail_keys(&text).map_err(|e| Error::internal("keeping the new keys of mail", e))?;
        Ok(now.plus_ms(PREVIOUS_READ_DAYS * DAY_MS))
    }

    /// Whole or not at all, and for the same eyes as the desk's own key.
    fn keep_mail_keys(&self, text: &str) -> std::io::Result<()> {
        let new = self.folder.join(format!("{MAIL_KEYS}.new"));
        let own = fs::metadata(self.folder.join("secret.key"))?;
        let mut file = private(&new)?;
        file.set_len(0)?;
        file.set_permissions(own.permissions())?;
        // Whoever does it as root leaves it to the daemon's user.
        std::os::unix::fs::fchown(&file, Some(own.uid()), Some(own.gid()))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.folder.join(MAIL_KEYS))?;
        File::open(&self.folder)?.sync_all()
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

/// The key in use, the one before it, and since when that is so.
fn read_mail_keys(text: &str) -> Option<([u8; 32], [u8; 32], Timestamp)> {
    let mut lines = text.lines();
    let (current, previous) = (unhex(lines.next()?)?, unhex(lines.next()?)?);
    let renewed_at = lines.next()?.parse().ok().map(Timestamp)?;
    lines.next().is_none().then_some((current, previous, renewed_at))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut octets = [0_u8; 32];
    let digits = text.trim().as_bytes();
    if digits.len() != 64 {
        return None;
    }
    for (octet, pair) in octets.iter_mut().zip(digits.chunks(2)) {
        *octet = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(octets)
}

fn damaged(path: &Path) -> std::io::Error {
    std::io::Error::other(format!("{} is damaged", path.display()))
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
        writeln!(file, "{}", hex(&octets))?;
        file.sync_all()?;
        return Ok(octets);
    }
    let damaged = || std::io::Error::other(format!("{} is damaged; remove it to have a new one made", path.display()));
    unhex(&text).ok_or_else(damaged)
}
