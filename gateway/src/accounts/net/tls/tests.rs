use super::*;
use crate::accounts::login::NamedBy;
use postern_shared::session::Security;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

/// A TLS server with a certificate of its own making, and that certificate's fingerprint.
fn server_for(name: &str) -> (TlsAcceptor, [u8; 32]) {
    let issued = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let print = Sha256::digest(issued.cert.der()).into();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(issued.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), print)
}

fn named(host: &str, pinned: Option<[u8; 32]>) -> MailServer {
    MailServer {
        host: host.to_owned(),
        port: 993,
        security: Security::Tls,
        named_by: NamedBy::Operator,
        pinned_certificate: pinned,
    }
}

/// Protects a stream to such a server and reads its one word.
async fn protected(acceptor: TlsAcceptor, server: &MailServer) -> Result<String, ConnectError> {
    let (client, end) = tokio::io::duplex(64 * 1024);
    let serving = tokio::spawn(async move {
        // A client that refuses the certificate is no failure of the server's.
        if let Ok(mut stream) = acceptor.accept(end).await {
            let _ = stream.write_all(b"hello").await;
        }
    });
    let mut word = [0; 5];
    protect(client, server).await?.read_exact(&mut word).await.unwrap();
    serving.await.unwrap();
    Ok(String::from_utf8_lossy(&word).into_owned())
}

#[tokio::test]
async fn an_unknown_issuer_is_refused_with_reason_and_fingerprint() {
    let (acceptor, print) = server_for("mail.demo.test");
    match protected(acceptor, &named("mail.demo.test", None)).await.unwrap_err() {
        ConnectError::Certificate { reason, fingerprint: Some(shown) } => {
            assert_eq!(reason, "its issuer is not known");
            assert_eq!(shown, fingerprint(&print));
            assert_eq!(shown.len(), 32 * 3 - 1);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_pinned_certificate_is_trusted_and_no_other() {
    let (acceptor, print) = server_for("other.demo.test");
    let trusted = named("mail.demo.test", Some(print));
    assert_eq!(protected(acceptor, &trusted).await.unwrap(), "hello");
    let (imposter, _) = server_for("mail.demo.test");
    assert!(matches!(protected(imposter, &trusted).await, Err(ConnectError::Certificate { .. })));
}

#[tokio::test]
async fn what_is_no_tls_is_no_certificate_problem() {
    let (client, mut end) = tokio::io::duplex(1024);
    end.write_all(b"* OK IMAP without TLS\r\n").await.unwrap();
    let error = protect(client, &named("mail.demo.test", None)).await.unwrap_err();
    assert!(matches!(error, ConnectError::NotMail(_)), "{error:?}");
}

#[test]
fn refusals_are_in_plain_words() {
    for (error, words) in [
        (CertificateError::Expired, "it has expired"),
        (CertificateError::NotValidForName, "it is for another name"),
        (CertificateError::NotValidYet, "it is not valid yet"),
        (CertificateError::Revoked, "it was revoked"),
    ] {
        assert_eq!(reason(&Error::InvalidCertificate(error)), words);
    }
}
