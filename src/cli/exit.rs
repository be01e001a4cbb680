//! Exit codes, as in `sysexits.h`, so that scripts and systemd can tell what happened.

use std::error::Error;
use std::io::ErrorKind;
use std::process::ExitCode;

use crate::base;
use crate::config::Refusal;
use crate::web::Lang;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Ok = 0,
    /// Something failed that none of the others names.
    Failure = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// Something that is needed is not there: an address is taken, a server does not answer.
    Unavailable = 69,
    /// Not now; the same may work later.
    TemporaryFailure = 75,
    /// Not allowed.
    Permission = 77,
    /// The configuration can't be used.
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// The exit code for an error: that of the outermost of its causes that has one of its own.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        chain(error).find_map(Self::of_one).unwrap_or(Self::Failure)
    }

    fn of_one(error: &(dyn Error + 'static)) -> Option<Self> {
        if error.is::<Refusal>() {
            return Some(Self::Config);
        }
        if let Some(error) = error.downcast_ref::<base::Error>() {
            return match error {
                base::Error::Forbidden(_) => Some(Self::Permission),
                base::Error::Busy(_) => Some(Self::TemporaryFailure),
                base::Error::Missing | base::Error::Invalid(_) | base::Error::Conflict(_) => Some(Self::Failure),
                base::Error::Unavailable(_) => Some(Self::Unavailable),
                base::Error::Internal(_) => None,
            };
        }
        match error.downcast_ref::<std::io::Error>()?.kind() {
            // The reader of our output has what it wanted.
            ErrorKind::BrokenPipe => Some(Self::Ok),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some(Self::Permission),
            ErrorKind::AddrInUse
            | ErrorKind::AddrNotAvailable
            | ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable => Some(Self::Unavailable),
            ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Some(Self::TemporaryFailure)
            }
            _ => None,
        }
    }
}

/// The error and its causes, the outermost first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// What is said on standard error: `deskbell: what: why: why that`. A refused configuration says a line per fault, each of
/// which begins with its place, as compilers do, so that editors can jump there.
pub(super) fn told(error: &(dyn Error + 'static)) -> String {
    if let Some(refusal) = chain(error).find_map(|error| error.downcast_ref::<Refusal>()) {
        return refusal.to_string();
    }
    let mut text = "deskbell".to_owned();
    let mut last = String::new();
    for error in chain(error) {
        let message = error.downcast_ref::<base::Error>().map_or_else(|| error.to_string(), in_words);
        // Many errors repeat their cause in their own words.
        if !last.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        last = message;
    }
    text
}

/// What the domain says, in words for people; the console speaks English.
pub(super) fn in_words(error: &base::Error) -> String {
    match error {
        base::Error::Forbidden(message) | base::Error::Conflict(message) | base::Error::Busy(message) => {
            Lang::En.message(message)
        }
        base::Error::Invalid(problems) => {
            let of = |p: &base::Problem| format!("{}: {}", p.field.replace('_', " "), Lang::En.message(&p.message));
            problems.iter().map(of).collect::<Vec<_>>().join(" ")
        }
        base::Error::Missing | base::Error::Internal(_) | base::Error::Unavailable(_) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Fault, Origin};

    #[derive(Debug)]
    struct Wrapped(Box<dyn Error>);

    impl std::fmt::Display for Wrapped {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("starting")
        }
    }

    impl Error for Wrapped {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(self.0.as_ref())
        }
    }

    fn wrapped(error: impl Error + 'static) -> Wrapped {
        Wrapped(Box::new(Wrapped(Box::new(error))))
    }

    #[test]
    fn the_cause_decides() {
        let io = |kind: ErrorKind| wrapped(std::io::Error::from(kind));
        assert_eq!(Exit::of(&io(ErrorKind::AddrInUse)), Exit::Unavailable);
        assert_eq!(Exit::of(&io(ErrorKind::PermissionDenied)), Exit::Permission);
        assert_eq!(Exit::of(&io(ErrorKind::StorageFull)), Exit::TemporaryFailure);
        assert_eq!(Exit::of(&io(ErrorKind::BrokenPipe)), Exit::Ok);
        assert_eq!(Exit::of(&io(ErrorKind::NotFound)), Exit::Failure);
        assert_eq!(Exit::of(&wrapped(base::Error::Busy("busy".into()))), Exit::TemporaryFailure);
        assert_eq!(Exit::of(&wrapped(base::Error::Forbidden("no".into()))), Exit::Permission);
        assert_eq!(Exit::of(&wrapped(base::Error::Unavailable("taken".into()))), Exit::Unavailable);
        assert_eq!(Exit::of(&wrapped(base::Error::Internal(String::new()))), Exit::Failure);
        let refusal = Refusal { faults: vec![Fault::new(&Origin::Flag("--web"), "no address")] };
        assert_eq!(Exit::of(&wrapped(refusal.clone())), Exit::Config);
        assert_eq!(told(&wrapped(refusal)), "--web: no address");
    }

    #[test]
    fn the_whole_chain_is_told_once() {
        let text = told(&wrapped(base::Error::Internal("opening the database: disk full".to_owned())));
        assert_eq!(text, "deskbell: starting: opening the database: disk full");
    }
}
