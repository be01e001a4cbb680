//! Why there is no connection, and what to do about it.

use std::fmt;
use std::net::IpAddr;

use tokio_rustls::rustls;

use super::{Pin, Shown};
use crate::base::Timestamp;
use crate::mail::words::cleaned;

/// Names in a certificate that are told.
const NAMES_MAX: usize = 5;

/// Why there is no connection. Each says by `{}` what happened and what to do, in plain words without a server's banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// There is no such name.
    NoSuchHost {
        /// The name as it was looked for.
        host: String,
    },
    /// The name leads to an address that [`Reach`](crate::mail::reach::Reach) doesn't allow.
    OutOfReach {
        /// The name.
        host: String,
        /// What it leads to.
        address: IpAddr,
    },
    /// Nobody is there, or not in time.
    Unreachable {
        /// The name.
        host: String,
        /// The port.
        port: u16,
        /// What was tried and what came of it.
        why: &'static str,
    },
    /// The other side doesn't speak TLS here.
    NotTls {
        /// The name.
        host: String,
    },
    /// The server does not offer TLS after the greeting.
    NoStartTls {
        /// The name.
        host: String,
    },
    /// Somebody put words between the server's consent to TLS and TLS itself (RFC 2595 2.1, as CVE-2011-0411).
    Injected {
        /// The name.
        host: String,
    },
    /// The certificate is good, but for somebody else.
    WrongName {
        /// The name that was asked for.
        host: String,
        /// The names that it is for.
        names: Vec<String>,
        /// What was shown.
        shown: Shown,
    },
    /// The certificate has ended, or has not begun.
    Expired {
        /// The name.
        host: String,
        /// What was shown.
        shown: Shown,
    },
    /// Nobody whom this machine trusts vouches for the certificate.
    Untrusted {
        /// The name.
        host: String,
        /// What is wrong with it.
        why: String,
        /// What was shown.
        shown: Shown,
    },
    /// It isn't the pinned certificate.
    OtherThanPinned {
        /// The name.
        host: String,
        /// The certificate that is pinned.
        pinned: Pin,
        /// The certificate that was shown.
        shown: Shown,
    },
    /// The handshake failed for another reason.
    Handshake {
        /// The name.
        host: String,
        /// The reason.
        why: String,
    },
}

impl Error {
    /// Whether a connection came about and TLS didn't: trying again alone won't help.
    pub fn is_about_tls(&self) -> bool {
        !matches!(self, Self::NoSuchHost { .. } | Self::OutOfReach { .. } | Self::Unreachable { .. })
    }

    /// The certificate that was shown and not accepted: what could be pinned after a look at the server itself.
    pub fn shown(&self) -> Option<&Shown> {
        match self {
            Self::WrongName { shown, .. }
            | Self::Expired { shown, .. }
            | Self::Untrusted { shown, .. }
            | Self::OtherThanPinned { shown, .. } => Some(shown),
            _ => None,
        }
    }

    pub(super) fn unreachable(host: &str, port: u16, why: &'static str) -> Self {
        Self::Unreachable { host: host.to_owned(), port, why }
    }

    /// Why a handshake failed.
    pub(super) fn of_handshake(host: &str, failed: &std::io::Error, pin: Option<Pin>, shown: Option<Shown>) -> Self {
        use rustls::CertificateError as Bad;
        let host = host.to_owned();
        let inner = failed.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match (inner, shown) {
            (Some(rustls::Error::InvalidCertificate(bad)), Some(shown)) => match (bad, pin) {
                (Bad::ApplicationVerificationFailure, Some(pinned)) => Self::OtherThanPinned { host, pinned, shown },
                (Bad::NotValidForNameContext { presented, .. }, _) => {
                    let names = presented.iter().take(NAMES_MAX).map(|name| plain(name)).collect();
                    Self::WrongName { host, names, shown }
                }
                (Bad::NotValidForName, _) => Self::WrongName { host, names: Vec::new(), shown },
                (Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. }, _) => {
                    Self::Expired { host, shown }
                }
                (Bad::UnknownIssuer, _) => Self::Untrusted {
                    host,
                    why: "no authority that this machine trusts has signed it".to_owned(),
                    shown,
                },
                (other, _) => Self::Untrusted { host, why: about_certificate(other).to_owned(), shown },
            },
            (Some(rustls::Error::InvalidMessage(_)), _) => Self::NotTls { host },
            (Some(other), _) => Self::Handshake { host, why: about_handshake(other).to_owned() },
            (None, _) => Self::Handshake { host, why: about_connection(failed) },
        }
    }
}

/// What is wrong with a certificate, in plain words.
fn about_certificate(bad: &rustls::CertificateError) -> &'static str {
    use rustls::CertificateError as Bad;
    match bad {
        Bad::BadEncoding => "it is damaged",
        Bad::BadSignature => "its signature is wrong",
        Bad::Revoked => "its authority has revoked it",
        Bad::UnknownRevocationStatus | Bad::ExpiredRevocationList | Bad::ExpiredRevocationListContext { .. } => {
            "nobody can tell whether it was revoked"
        }
        Bad::InvalidPurpose | Bad::InvalidPurposeContext { .. } => "it is not meant for servers",
        // The library has no word of its own for the most frequent mistake with authorities of one's own.
        Bad::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "it is the certificate of an authority, and not one of a server"
        }
        _ => "it can't be checked",
    }
}

/// Why TLS did not come about, in plain words.
fn about_handshake(error: &rustls::Error) -> &'static str {
    match error {
        rustls::Error::InvalidCertificate(bad) => about_certificate(bad),
        rustls::Error::AlertReceived(_) => "the other side refused",
        rustls::Error::PeerIncompatible(_) => {
            "the other side knows no encryption that is safe enough (TLS 1.2 or later)"
        }
        rustls::Error::NoCertificatesPresented => "the other side has no certificate",
        _ => "what the other side says makes no sense",
    }
}

/// Why the connection ended meanwhile, in plain words.
fn about_connection(failed: &std::io::Error) -> String {
    use std::io::ErrorKind as Kind;
    match failed.kind() {
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe => {
            "the other side hung up".to_owned()
        }
        Kind::TimedOut => "no answer in time".to_owned(),
        _ => cleaned(&failed.to_string()),
    }
}

/// A name in a certificate without rustls' way of writing it (`DnsName("x")`).
fn plain(name: &str) -> String {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
    cleaned(inner.trim_matches('"'))
}

fn day(at: Option<Timestamp>) -> String {
    let text = at.map(Timestamp::rfc3339).unwrap_or_default();
    text.split('T').next().unwrap_or_default().to_owned()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchHost { host } => write!(f, "There is no server {host:?}. Check the name."),
            Self::OutOfReach { host, address } => write!(
                f,
                "{host} leads to {address}, which is not on the public internet. If that is right, let the configuration \
                 allow this network."
            ),
            Self::Unreachable { host, port, why } => {
                write!(f, "{host}, port {port}: {why}. Check name and port, and the firewall on the way.")
            }
            Self::NotTls { host } => {
                write!(f, "{host} does not speak TLS on this port. Use STARTTLS, or the port for TLS (993 for IMAP).")
            }
            Self::NoStartTls { host } => write!(
                f,
                "{host} does not offer STARTTLS. Use TLS and its port (993 for IMAP); without either nothing is sent."
            ),
            Self::Injected { host } => write!(
                f,
                "{host} sent words where only TLS may follow. Somebody on the way may be changing what is said; use TLS \
                 and its port (993 for IMAP)."
            ),
            Self::WrongName { host, names, .. } if names.is_empty() => {
                write!(f, "The certificate is not for {host}. Correct the name of the server, or pin the certificate.")
            }
            Self::WrongName { host, names, .. } => write!(
                f,
                "The certificate is for {}, not for {host}. Correct the name of the server, or pin the certificate.",
                names.join(", ")
            ),
            Self::Expired { host, shown } => write!(
                f,
                "The certificate of {host} is not valid today (it ends on {}). Renew it there, and check the clock here.",
                day(shown.not_after)
            ),
            Self::Untrusted { host, why, .. } => write!(
                f,
                "The certificate of {host} is not trusted: {why}. Pin it if it is the server's own, or install its \
                 authority on this machine."
            ),
            Self::OtherThanPinned { host, shown, .. } => write!(
                f,
                "{host} shows another certificate than the pinned one: {}. If it was renewed, pin the new one; if not, \
                 somebody stands in between.",
                shown.pin
            ),
            Self::Handshake { host, why } => write!(f, "TLS with {host} failed: {why}."),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{AlertDescription, CertificateError, OtherError};

    use super::*;

    #[test]
    fn nobody_has_to_know_the_words_of_the_library() {
        let authority = std::io::Error::other("CaUsedAsEndEntity");
        let told = about_certificate(&CertificateError::Other(OtherError(Arc::new(authority))));
        assert_eq!(told, "it is the certificate of an authority, and not one of a server");
        let other = CertificateError::Other(OtherError(Arc::new(std::io::Error::other("NewReason"))));
        let all = [
            about_certificate(&other),
            about_certificate(&CertificateError::BadSignature),
            about_handshake(&rustls::Error::AlertReceived(AlertDescription::HandshakeFailure)),
            about_handshake(&rustls::Error::DecryptError),
        ];
        for told in all {
            assert!(!told.chars().any(|c| "()_:".contains(c)) && told.contains(' '), "{told}");
        }
        let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert_eq!(about_connection(&reset), "the other side hung up");
    }
}
