//! TLS to mail servers: the platform's roots, the certificate an operator pinned, and a refusal that says why.

use crate::accounts::login::{ConnectError, MailServer};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use sha2::{Digest, Sha256};
use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Protects a stream to `server`, whose certificate has to be good for the name the server was given.
pub async fn protect<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    server: &MailServer,
) -> Result<TlsStream<S>, ConnectError> {
    let untrusted = |reason: String| ConnectError::Certificate { reason, fingerprint: None };
    let name = ServerName::try_from(server.host.clone())
        .map_err(|_| untrusted(format!("{} is no name a certificate can be for", server.host)))?;
    let provider = Arc::new(ring::default_provider());
    let platform = platform_verifier(&provider).map_err(|error| untrusted(error.to_string()))?;
    let judge = Arc::new(Judge {
        platform,
        provider: Arc::clone(&provider),
        pinned: server.pinned_certificate,
        refused: Mutex::default(),
    });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Lost(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&judge) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    match TlsConnector::from(Arc::new(config)).connect(name, stream).await {
        Ok(stream) => Ok(stream),
        Err(error) => Err(judge.refusal().unwrap_or_else(|| ConnectError::NotMail(format!("TLS: {error}")))),
    }
}

/// The platform's verifier, made once: it reads the system's roots.
fn platform_verifier(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    static PLATFORM: OnceLock<Arc<rustls_platform_verifier::Verifier>> = OnceLock::new();
    if let Some(verifier) = PLATFORM.get() {
        return Ok(Arc::clone(verifier) as _);
    }
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(provider))?;
    Ok(Arc::clone(PLATFORM.get_or_init(|| Arc::new(verifier))) as _)
}

/// Judges one connection's certificate and remembers why it was refused.
struct Judge {
    platform: Arc<dyn ServerCertVerifier>,
    provider: Arc<CryptoProvider>,
    pinned: Option<[u8; 32]>,
    refused: Mutex<Option<(String, String)>>,
}

impl Judge {
    fn refusal(&self) -> Option<ConnectError> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        refused
            .map(|(reason, fingerprint)| ConnectError::Certificate { reason, fingerprint: Some(fingerprint) })
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let print: [u8; 32] = Sha256::digest(certificate).into();
        if self.pinned == Some(print) {
            return Ok(ServerCertVerified::assertion());
        }
        let verdict = self.platform.verify_server_cert(certificate, intermediates, name, ocsp, now);
        if let Err(error) = &verdict {
            let refused = Some((reason(error), fingerprint(&print)));
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = refused;
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").field("pinned", &self.pinned.is_some()).finish_non_exhaustive()
    }
}

/// A refusal in plain words.
fn reason(error: &Error) -> String {
    let Error::InvalidCertificate(error) = error else { return error.to_string() };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".to_owned()
        }
        CertificateError::UnknownIssuer => "its issuer is not known".to_owned(),
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::Other(why) => format!("it is not made for a server ({})", why.0),
        other => other.to_string(),
    }
}

/// Colon-separated hex, as people compare it.
fn fingerprint(print: &[u8; 32]) -> String {
    print.map(|octet| format!("{octet:02X}")).join(":")
}

#[cfg(test)]
mod tests;
