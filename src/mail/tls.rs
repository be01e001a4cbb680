//! Connections to servers of others: always TLS, always with a checked certificate.
//!
//! A certificate must lead to an authority that this machine trusts and must be for the name that was typed in. There is no
//! switch to turn that off. What stands in for it, for servers with a certificate of their own making, is a *pin*: the
//! SHA-256 of the certificate itself. With a pin exactly this certificate counts, and nothing else is asked of it.
//!
//! The authorities are those of the system (Debian's `ca-certificates`), not a list compiled in: they are kept up to date
//! without us, and an authority that a company installs for all its programs is known here as well. One more can be named in
//! the configuration. TLS 1.2 and 1.3 are spoken, by rustls with ring.

mod certificate;
mod dial;
mod error;
mod verifier;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, version};

use crate::base::{Timestamp, hex};
use crate::mail::reach::Reach;

pub use error::Error;

use verifier::Guard;

/// The time for a name, a connection, and a handshake: each of them.
pub const STEP_MAX: Duration = Duration::from_secs(15);

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// With the first octet (RFC 8314): what servers should offer.
    Tls,
    /// After a command in plain text (RFC 2595). Nothing is said before it that matters, and without it nothing is said.
    StartTls,
}

/// The SHA-256 of a certificate's DER.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin([u8; 32]);

impl Pin {
    /// Reads 64 hexadecimal digits; colons and blanks between them, as other programs print them, don't matter.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| !matches!(c, ':' | ' '))
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let octets: Vec<u8> =
            digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |all, digit| all << 4 | digit)).collect();
        (digits.len() == 64).then(|| octets.try_into().ok().map(Self)).flatten()
    }

    fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(<sha2::Sha256 as sha2::Digest>::digest(certificate.as_ref()).into())
    }
}

impl std::fmt::Display for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// What a server showed of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its certificate: what to pin.
    pub pin: Pin,
    /// When the certificate ends; nothing if it can't be read.
    pub not_after: Option<Timestamp>,
}

impl Shown {
    fn of(certificate: &CertificateDer<'_>) -> Self {
        Self { pin: Pin::of(certificate), not_after: certificate::not_after(certificate.as_ref()) }
    }
}

/// Whom we trust, and whom we connect to. Cheap to clone.
#[derive(Clone)]
pub struct Trust {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
    reach: Arc<Reach>,
}

impl std::fmt::Debug for Trust {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust").field("reach", &self.reach).finish_non_exhaustive()
    }
}

impl Trust {
    /// Trusts the authorities of the system, and those of a PEM file.
    ///
    /// # Errors
    /// In words for whoever starts the daemon: a file that can't be read or holds no certificate; no authority at all.
    pub fn new(more: Option<&Path>, reach: Reach) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = more {
            let named = |why: String| format!("{}: {why}", path.display());
            let read = CertificateDer::pem_file_iter(path).map_err(|e| named(format!("cannot read it: {e}")))?;
            let mut count = 0;
            for certificate in read {
                let certificate = certificate.map_err(|e| named(format!("this is not PEM: {e}")))?;
                roots.add(certificate).map_err(|e| named(format!("not the certificate of an authority: {e}")))?;
                count += 1;
            }
            if count == 0 {
                return Err(named("there is no certificate in it".to_owned()));
            }
        }
        if roots.is_empty() {
            return Err("no certificate authority is known; install the package ca-certificates".to_owned());
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .build()
            .map_err(|e| format!("the certificate authorities can't be used: {e}"))?;
        Ok(Self { provider, verifier, reach: Arc::new(reach) })
    }

    /// A plain connection to a server within reach.
    ///
    /// # Errors
    /// [`Error::NoSuchHost`], [`Error::OutOfReach`], [`Error::Unreachable`].
    pub async fn dial(&self, host: &str, port: u16) -> Result<TcpStream, Error> {
        dial::dial(&self.reach, host, port).await
    }

    /// Begins TLS on a connection that was dialled.
    ///
    /// # Errors
    /// [`Error::is_about_tls`]: each says what is wrong with the certificate or the handshake.
    pub async fn secure(
        &self,
        tcp: TcpStream,
        host: &str,
        pin: Option<Pin>,
    ) -> Result<(TlsStream<TcpStream>, Shown), Error> {
        let host = dial::plain_name(host)?;
        let name = ServerName::try_from(host.clone()).map_err(|_invalid| Error::NoSuchHost { host: host.clone() })?;
        let guard = Arc::new(Guard::new(Arc::clone(&self.verifier), Arc::clone(&self.provider), pin));
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(|e| Error::Handshake { host: host.clone(), why: e.to_string() })?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&guard) as _)
            .with_no_client_auth();
        let handshake = TlsConnector::from(Arc::new(config)).connect(name, tcp);
        let done = tokio::time::timeout(STEP_MAX, handshake).await;
        let shown = guard.seen().map(Shown::of);
        match (done, shown) {
            (Err(_), _) => Err(Error::Handshake { host, why: "no answer in time".to_owned() }),
            (Ok(Err(failed)), shown) => Err(Error::of_handshake(&host, &failed, pin, shown)),
            (Ok(Ok(stream)), Some(shown)) => Ok((stream, shown)),
            (Ok(Ok(_)), None) => Err(Error::Handshake { host, why: "it showed no certificate".to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_reads_as_other_programs_print_it() {
        let plain = "00ff".repeat(16);
        let pin = Pin::parse(&plain).unwrap();
        assert_eq!(pin.to_string(), plain);
        assert_eq!(Pin::parse(&"00:FF:".repeat(16)), Some(pin));
        assert_eq!(Pin::parse(&"00ff".repeat(15)), None);
        assert_eq!(Pin::parse(&"00fg".repeat(16)), None);
        assert_eq!(Pin::parse(&"00ff".repeat(17)), None);
    }

    #[test]
    fn a_file_without_an_authority_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        assert!(Trust::new(Some(&path), Reach::public()).unwrap_err().contains("cannot read it"));
        std::fs::write(&path, "hello").unwrap();
        assert!(Trust::new(Some(&path), Reach::public()).unwrap_err().contains("no certificate in it"));
    }
}
