//! What keeps a conversation from coming about.

use super::reply::Reply;
use crate::mail::tls;

/// A step of a conversation, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The name is looked up, a connection made.
    Connect,
    /// The server greets and says what it can.
    Greet,
    /// TLS.
    Encrypt,
    /// Login.
    Login,
    /// A letter is handed over.
    Send,
}

/// Why there is no conversation, or none any more. Its text says what to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No connection, or no TLS on it.
    Connection(tls::Error),
    /// No answer in time.
    TimedOut(Step),
    /// The connection ended.
    Lost(Step),
    /// What answered does not speak SMTP, or says more than a server may.
    NotSmtp,
    /// The server does not want to speak with us.
    Refused(u16, String),
    /// Without TLS mail goes only to this machine, or to a private relay.
    PlainForbidden,
    /// A password must not go over a connection without TLS.
    LoginInPlain,
    /// The server refused the user name, the password or the token.
    LoginRefused(u16, String),
    /// It was refused so often that it is not tried any more: the account might be locked.
    LoginGivenUp,
    /// The server offers none of the ways to log in that we know; what it offers.
    NoLoginOffered(String),
}

impl Trouble {
    /// In which step it came up.
    pub fn step(&self) -> Step {
        match self {
            Self::TimedOut(step) | Self::Lost(step) => *step,
            Self::Connection(error) if error.is_about_tls() => Step::Encrypt,
            Self::Connection(_) | Self::PlainForbidden | Self::LoginInPlain => Step::Connect,
            Self::NotSmtp | Self::Refused(..) => Step::Greet,
            Self::LoginRefused(..) | Self::LoginGivenUp | Self::NoLoginOffered(_) => Step::Login,
        }
    }

    /// Whether user name, password or token were refused, and not only for now: 454 is "temporary" (RFC 4954).
    pub fn is_refused_login(&self) -> bool {
        matches!(self, Self::LoginRefused(500.., _))
    }

    /// Whether somebody has to change something before it can work: no use in trying soon, and reason for an alarm.
    pub fn needs_somebody(&self) -> bool {
        match self {
            Self::TimedOut(_) | Self::Lost(_) => false,
            Self::Connection(error) => error.is_about_tls() || matches!(error, tls::Error::OutOfReach { .. }),
            Self::Refused(code, _) => *code >= 500,
            Self::LoginRefused(..) => self.is_refused_login(),
            _ => true,
        }
    }

    /// A refusal at the greeting.
    pub(super) fn refused(reply: &Reply) -> Self {
        Self::Refused(reply.code, reply.text())
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connection(error) => error.fmt(f),
            Self::TimedOut(step) => write!(f, "no answer in time ({})", step.doing()),
            Self::Lost(step) => write!(f, "the server ended the connection ({})", step.doing()),
            Self::NotSmtp => f.write_str("what answered does not speak SMTP as expected; check port and encryption"),
            Self::Refused(code, text) => write!(f, "the server does not take mail from here: {code} {text}"),
            Self::PlainForbidden => f.write_str("mail is not sent without TLS to this address; use TLS or STARTTLS"),
            Self::LoginInPlain => f.write_str("a password is not sent without TLS; use TLS or STARTTLS"),
            Self::LoginRefused(code, text) => write!(f, "the server refused the login: {code} {text}"),
            Self::LoginGivenUp => {
                f.write_str("the server refused the login several times, and it is not tried any more")
            }
            Self::NoLoginOffered(ways) => {
                write!(f, "the server offers no way to log in that is known here (it offers: {ways})")
            }
        }
    }
}

impl std::error::Error for Trouble {}

impl From<tls::Error> for Trouble {
    fn from(error: tls::Error) -> Self {
        Self::Connection(error)
    }
}

impl Step {
    /// What was being done.
    fn doing(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Greet => "waiting for the greeting",
            Self::Encrypt => "starting TLS",
            Self::Login => "logging in",
            Self::Send => "handing over a letter",
        }
    }
}
