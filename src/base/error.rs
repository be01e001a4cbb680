//! The one error of the domain. It knows nothing of HTTP, SIP or exit codes: each edge maps it in one place.

use std::fmt;

/// A result of the domain.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A text for people, by its key in the locale files, with the values that fill it.
///
/// The domain says *what*; the edge says it in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Key in `src/locales/*/*.ftl`.
    pub key: &'static str,
    /// Values for the placeables of that text.
    pub args: Vec<(&'static str, String)>,
}

impl Message {
    /// A text without placeables.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Adds a value for the placeable `name`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.key)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// One thing wrong with one field of what was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the form field or JSON member.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: Message,
}

impl Problem {
    /// A problem of `field`.
    pub fn new(field: &'static str, message: impl Into<Message>) -> Self {
        Self { field, message: message.into() }
    }
}

/// Why the domain did not do what it was asked.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or the asker may not know that there is.
    Missing,
    /// The asker may not do this; the message names the right that is lacking.
    Forbidden(Message),
    /// What was handed in can't be used; every problem is listed, not just the first.
    Invalid(Vec<Problem>),
    /// The thing changed meanwhile or is in a state that does not allow this.
    Conflict(Message),
    /// Not now: the database is locked or full, a queue is full, too many tries. Worth trying again later.
    Busy(Message),
    /// What the desk stands on is not there: an address is taken, the database can't be reached. Only a start ends with it;
    /// the text is for whoever started.
    Unavailable(String),
    /// A fault of ours or of the machine. The text is for the log, never for the asker.
    Internal(String),
}

impl Error {
    /// An [`Error::Invalid`] of a single field.
    pub fn invalid(field: &'static str, message: impl Into<Message>) -> Self {
        Self::Invalid(vec![Problem::new(field, message)])
    }

    /// An [`Error::Internal`] from anything that can be shown, with what was being done.
    pub fn internal(doing: &str, cause: impl fmt::Display) -> Self {
        Self::Internal(format!("{doing}: {cause}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such thing"),
            Self::Forbidden(message) => write!(f, "forbidden: {message}"),
            Self::Invalid(problems) => {
                f.write_str("invalid:")?;
                problems.iter().try_for_each(|p| write!(f, " {} ({})", p.field, p.message))
            }
            Self::Conflict(message) => write!(f, "conflict: {message}"),
            Self::Busy(message) => write!(f, "busy: {message}"),
            Self::Unavailable(text) | Self::Internal(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}
