//! What rustls asks about a certificate: the chain and the name, or the pin.

use std::sync::{Arc, OnceLock};

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::Pin;

/// Judges the certificate of one connection, and remembers it for who wants to know what was shown.
#[derive(Debug)]
pub(super) struct Guard {
    chain: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    pin: Option<Pin>,
    seen: OnceLock<CertificateDer<'static>>,
}

impl Guard {
    pub(super) fn new(chain: Arc<WebPkiServerVerifier>, provider: Arc<CryptoProvider>, pin: Option<Pin>) -> Self {
        Self { chain, provider, pin, seen: OnceLock::new() }
    }

    /// The certificate that was shown, good or bad.
    pub(super) fn seen(&self) -> Option<&CertificateDer<'static>> {
        self.seen.get()
    }
}

impl ServerCertVerifier for Guard {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = self.seen.get_or_init(|| end_entity.clone().into_owned());
        match self.pin {
            None => self.chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            Some(pin) if pin == Pin::of(seen) && seen == end_entity => Ok(ServerCertVerified::assertion()),
            Some(_) => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    // A pinned certificate is worth nothing without the proof that the server holds its key.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
