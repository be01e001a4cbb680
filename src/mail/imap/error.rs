//! What can go wrong with a mailbox, sorted by what to do about it.

use std::fmt;
use std::io;

use crate::mail::tls;
use crate::mail::words::cleaned;

/// What went wrong. Texts hold words of the server only where it answered as an IMAP server, cut and cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The server doesn't accept who we are. Don't try often: accounts get locked.
    Auth(String),
    /// TLS did not come about; somebody has to look at the settings or the server.
    Tls(tls::Error),
    /// There was no connection; try again later.
    Unreachable(tls::Error),
    /// The connection ended, fell silent, or made no sense. The last answer counts for nothing; connect again.
    Lost(String),
    /// The server understood and said no. The session can go on.
    Refused(String),
    /// A mail is larger than the caller's bound. The session can go on.
    TooLarge {
        /// Octets that were allowed.
        bytes_max: u64,
    },
}

impl Error {
    pub(super) fn lost(why: impl AsRef<str>) -> Self {
        Self::Lost(cleaned(why.as_ref()))
    }

    pub(super) fn refused(why: impl AsRef<str>) -> Self {
        Self::Refused(cleaned(why.as_ref()))
    }

    /// What the library failed with. Our own errors go through it as they are; its own may quote mails and aren't shown.
    pub(super) fn of_library(error: async_imap::error::Error) -> Self {
        match error {
            async_imap::error::Error::Io(error) => Self::of_connection(error),
            _ => Self::lost("what the server says makes no sense"),
        }
    }

    /// What reading and writing failed with.
    pub(super) fn of_connection(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|_of_the_library| Self::lost("what the server says makes no sense"))
    }

    pub(super) fn auth(why: impl AsRef<str>) -> Self {
        Self::Auth(cleaned(why.as_ref()))
    }
}

impl From<tls::Error> for Error {
    fn from(error: tls::Error) -> Self {
        if error.is_about_tls() { Self::Tls(error) } else { Self::Unreachable(error) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(said) if said.is_empty() => {
                f.write_str("The server does not accept the login. Check user name and password.")
            }
            Self::Auth(said) => {
                write!(f, "The server does not accept the login. It says: {said}. Check user name and password.")
            }
            Self::Tls(error) | Self::Unreachable(error) => error.fmt(f),
            Self::Lost(why) => write!(f, "The connection was lost: {why}."),
            Self::Refused(said) if said.contains("authenticated but not connected") => write!(
                f,
                "The server refused: {said}. The account has no licence for mail, IMAP is turned off for it, or the login \
                 has no right to this shared mailbox."
            ),
            Self::Refused(said) => write!(f, "The server refused: {said}."),
            Self::TooLarge { bytes_max } => write!(f, "The mail is larger than {} MiB.", bytes_max >> 20),
        }
    }
}

impl std::error::Error for Error {}
