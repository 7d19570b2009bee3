//! Passwords stay secret, and only the app's own page may speak for a session.

use crate::stage::ADA;
use base64::{Engine, engine::general_purpose::STANDARD};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::{Error, Result},
    gateway::{Gateway, Settings},
    mail::numbered,
    session::{Session, sign_in},
    wire::dial,
};
use reqwest::Method;
use tokio_tungstenite::tungstenite;

/// A password that stands nowhere by accident.
const CANARY: &str = "canary-7f3b91-Zwitscher";

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn the_password_is_never_in_the_database_or_the_log() -> Result<()> {
    let mut dovecot = Dovecot::start(Setup::new(&[ADA]).password(CANARY)).await?;
    let mail = numbered(1);
    dovecot.maildir(ADA, "INBOX")?.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    let mut gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
    let session = Session::try_start(&gateway, &sign_in(ADA, CANARY)).await?;
    let session = session
        .map_err(|(_, failure)| Error::Unexpected { what: "sign-in".into(), got: format!("{failure:?}") })?;
    let mut wire = session.socket().await?;
    let inbox = wire.folder("Inbox").await?;
    wire.open(&inbox).await?;
    // A wrong one is as secret, and so is one used again after both ends restarted.
    assert!(Session::try_start(&gateway, &sign_in(ADA, &format!("{CANARY}!"))).await?.is_err());
    dovecot.kill();
    dovecot.restart().await?;
    gateway.kill();
    gateway.restart().await?;
    let mut wire = session.socket().await?;
    wire.folder("Inbox").await?;
    gateway.stop().await?;

    let sasl = STANDARD.encode(format!("\0{ADA}\0{CANARY}"));
    let encoded = STANDARD.encode(CANARY);
    let log = gateway.log();
    assert!(log.contains("\"DEBUG\""), "the log is at its finest");
    let kept = gateway.files()?;
    assert!(!kept.is_empty());
    let places = kept.iter().map(|(path, bytes)| (path.display().to_string(), bytes.as_slice()));
    for (place, bytes) in places.chain([("the log".to_owned(), log.as_bytes())]) {
        for secret in [CANARY, sasl.as_str(), encoded.as_str()] {
            assert!(!contains(bytes, secret), "{secret} stands in {place}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_foreign_origin_is_refused() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
    let session = Session::start(&gateway, ADA).await?;
    let own = gateway.url();
    for origin in
        ["https://evil.example", "null", "", &format!("{own}.evil.example"), &own.replace("http", "https")]
    {
        match dial(&session, origin).await {
            Err(Error::Socket(tungstenite::Error::Http(response))) => {
                assert_eq!(response.status(), 403, "{origin:?}")
            }
            other => panic!("{origin:?} got {other:?}"),
        }
        let client = reqwest::Client::new();
        let request =
            client.post(format!("{own}/api/session")).header("origin", origin).json(&sign_in(ADA, "demo"));
        assert_eq!(request.send().await?.status(), 403, "{origin:?}");
    }
    assert!(dial(&session, &own).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
    let session = Session::start(&gateway, ADA).await?;
    let mut wire = session.socket().await?;
    assert!(session.end().await?.status().is_success());
    assert_eq!(wire.closed().await?, Some(postern_shared::wire::close::SIGNED_OUT));
    assert!(session.socket().await.is_err());
    assert_eq!(session.request(Method::GET, "/api/session").send().await?.status(), 401);
    Ok(())
}
