//! What went wrong with a mail server, as a text in the reader's language that says what to do next.

use jiff::tz::TimeZone;

use super::mailbox::Endpoint;
use crate::base::{Error, Message};
use crate::mail::smtp::Trouble;
use crate::mail::{imap, tls};
use crate::web::{Lang, Locale};

/// Why there is no connection, or no TLS.
pub(super) fn of_tls(error: &tls::Error) -> Message {
    use tls::Error as E;
    let about = |key, host: &str| Message::new(key).with("host", host);
    match error {
        E::NoSuchHost { host } => about("fault-no-such-host", host),
        E::OutOfReach { host, address } => about("fault-out-of-reach", host).with("address", address),
        E::Unreachable { host, port, why } => about("fault-unreachable", host).with("port", port).with("text", why),
        E::NotTls { host } => about("fault-not-tls", host),
        E::NoStartTls { host } => about("fault-no-starttls", host),
        E::Injected { host } => about("fault-injected", host),
        E::WrongName { host, names, .. } => about("fault-wrong-name", host).with("text", names.join(", ")),
        E::Expired { host, shown } => about("fault-expired", host).with("date", day(shown)),
        E::Untrusted { host, why, .. } => about("fault-untrusted", host).with("text", why),
        E::OtherThanPinned { host, .. } => about("fault-other-pin", host),
        E::Handshake { host, why } => about("fault-handshake", host).with("text", why),
    }
}

/// The day on which a certificate ends.
pub(super) fn day(shown: &tls::Shown) -> String {
    let text = shown.not_after.map(|at| at.rfc3339()).unwrap_or_default();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// What went wrong with the mailbox itself.
pub(super) fn of_imap(error: &imap::Error, server: &Endpoint) -> Message {
    match error {
        imap::Error::Auth(said) => of_login(said, server),
        imap::Error::Tls(error) | imap::Error::Unreachable(error) => of_tls(error),
        imap::Error::Lost(why) => Message::new("fault-lost").with("text", why),
        imap::Error::Refused(said) if said.contains("authenticated but not connected") => {
            Message::new("fault-no-licence").with("text", said)
        }
        imap::Error::Refused(said) => Message::new("fault-refused").with("text", said),
        imap::Error::TooLarge { bytes_max } => Message::new("fault-too-large").with("max", bytes_max >> 20),
    }
}

/// What went wrong with the server that letters go to.
pub(super) fn of_smtp(trouble: &Trouble, server: &Endpoint) -> Message {
    match trouble {
        Trouble::Connection(error) => of_tls(error),
        Trouble::LoginRefused(code, text) => of_login(&format!("{code} {text}"), server),
        other => Message::new("fault-smtp").with("text", other),
    }
}

/// A refused login; with providers that take no ordinary password, what they take.
fn of_login(said: &str, server: &Endpoint) -> Message {
    let is_at = |domains: &[&str]| domains.iter().any(|domain| server.host.ends_with(domain));
    let key = match () {
        () if is_at(&["office365.com", "outlook.com"]) => "fault-login-microsoft",
        () if is_at(&["gmail.com", "googlemail.com", "yahoo.com", "aol.com", "me.com", "fastmail.com"]) => {
            "fault-login-app"
        }
        () if is_at(&["gmx.net", "web.de"]) => "fault-login-switch",
        () => "fault-login",
    };
    Message::new(key).with("text", said)
}

/// An error of the desk for its log and for the line that keeps what went wrong.
pub(super) fn in_english(error: &Error) -> String {
    let l = Locale::new(Lang::En, TimeZone::UTC);
    match error {
        Error::Conflict(message) | Error::Busy(message) | Error::Forbidden(message) => l.message(message),
        other => other.to_string(),
    }
}
