//! Why there are no tokens.

use std::fmt;

use crate::mail::tls;
use crate::mail::words::cleaned;

/// A result of asking for tokens.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why there are no tokens. Words of the server are cut and cleaned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// There was no connection, or no TLS.
    Connection(tls::Error),
    /// The server was too slow, hung up, or is at fault itself: try again later.
    Busy(String),
    /// What was used to ask is worth nothing any more: revoked, too old, used twice. Somebody has to sign in.
    SignInAgain(String),
    /// The server refuses what was asked; the registration there is to be looked at.
    Refused(String),
    /// An address of the server in the settings can't be used.
    Address(String),
}

impl Error {
    /// Nothing that was answered makes sense.
    pub(super) fn odd(why: &str) -> Self {
        Self::Refused(cleaned(why))
    }

    /// What an error code of a token server means (RFC 6749 5.2).
    pub(super) fn of_code(code: &str, description: &str) -> Self {
        let said = cleaned(if description.is_empty() { code } else { description });
        match code {
            "invalid_grant" | "interaction_required" | "consent_required" | "login_required" => Self::SignInAgain(said),
            "temporarily_unavailable" | "server_error" | "slow_down" => Self::Busy(said),
            _ => Self::Refused(said),
        }
    }
}

impl From<tls::Error> for Error {
    fn from(error: tls::Error) -> Self {
        Self::Connection(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => error.fmt(f),
            Self::Busy(why) => write!(f, "The token server can't answer now: {why}. It is asked again later."),
            Self::SignInAgain(said) => write!(f, "The sign-in is no longer valid: {said}. Sign in again."),
            Self::Refused(said) => write!(f, "The token server refused: {said}. Check the registration of the app."),
            Self::Address(why) => write!(f, "The address of the token server can't be used: {why}."),
        }
    }
}

impl std::error::Error for Error {}
