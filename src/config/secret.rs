//! Passwords and keys: read from files that not everybody may read, and never printed.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::file::cannot_read;

/// Octets that a secret may have.
const SECRET_BYTES_MAX: u64 = 64 << 10;

/// Something that must not be seen: it prints as `***`, also by `{:?}`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that needs it. Do not log it, do not put it into an error.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Reads a secret from a file of its own, without the line end that editors add.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let named = |message: String| format!("{}: {message}", path.display());
        let metadata = std::fs::metadata(path).map_err(|error| named(cannot_read(&error)))?;
        if !metadata.is_file() {
            return Err(named("this is not a regular file".to_owned()));
        }
        let file = File::open(path).map_err(|error| named(cannot_read(&error)))?;
        // Asked of the open file, so that nobody can swap it between the question and the reading.
        let mode = file.metadata().map_err(|error| named(cannot_read(&error)))?.permissions().mode() & 0o777;
        if mode & 0o007 != 0 {
            return Err(named(format!(
                "everybody on this machine can get at it (mode {mode:04o}); `chmod 0640` it, and change the secret"
            )));
        }
        let mut text = String::new();
        let read = file.take(SECRET_BYTES_MAX + 1).read_to_string(&mut text);
        read.map_err(|error| named(cannot_read(&error)))?;
        if text.len() as u64 > SECRET_BYTES_MAX {
            return Err(named("the secret is longer than 64 KiB; is it the right file?".to_owned()));
        }
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err(named("the file is empty".to_owned())),
            secret => Ok(Self::new(secret)),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_print() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
        assert_eq!(secret.reveal(), "hunter2");
    }
}
