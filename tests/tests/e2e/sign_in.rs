//! Signing in, and each way in which it fails.

use crate::stage::ADA;
use postern_shared::error::ErrorCode;
use postern_tests::{
    dovecot::{Dovecot, PASSWORD, Setup},
    error::Result,
    gateway::{Gateway, Settings},
    page::Page,
    process::free_port,
    session::{Session, sign_in},
};
use tokio::{io::AsyncWriteExt, net::TcpListener};

#[tokio::test]
async fn every_failure_has_its_own_code() -> Result<()> {
    let mut dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let (web, busy) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let settings = Settings::plain(dovecot.imap_port())
        .server("closed.test", free_port(), "none")
        .server("untrusted.test", dovecot.imaps_port(), "tls")
        .server("web.test", web.local_addr()?.port(), "none")
        .server("busy.test", busy.local_addr()?.port(), "none");
    greet(web, b"HTTP/1.1 400 Bad Request\r\n\r\n");
    greet(busy, b"* BYE [UNAVAILABLE] Down for a moment\r\n");
    let gateway = Gateway::start(settings).await?;
    for (address, password, code) in [
        (ADA, "wrong", ErrorCode::WrongPassword),
        ("ada@closed.test", PASSWORD, ErrorCode::ServerUnreachable),
        ("ada@untrusted.test", PASSWORD, ErrorCode::BadCertificate),
        ("ada@web.test", PASSWORD, ErrorCode::ServerBroken),
        ("ada@busy.test", PASSWORD, ErrorCode::ServerUnavailable),
    ] {
        let answer = Session::try_start(&gateway, &sign_in(address, password)).await?;
        assert_eq!(answer.map_err(|(_, failure)| failure.failure.code).err(), Some(code), "{address}");
    }
    assert!(Session::try_start(&gateway, &sign_in(ADA, PASSWORD)).await?.is_ok());
    dovecot.kill();
    let answer = Session::try_start(&gateway, &sign_in(ADA, PASSWORD)).await?;
    assert_eq!(answer.map_err(|(_, failure)| failure.failure.code).err(), Some(ErrorCode::ServerUnreachable));
    Ok(())
}

/// Says one thing to whoever comes, and hangs up.
fn greet(listener: TcpListener, greeting: &'static [u8]) {
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(greeting).await.ok();
        }
    });
}

#[tokio::test]
async fn a_failure_is_said_and_what_was_typed_is_kept() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let settings = Settings::plain(dovecot.imap_port()).server("closed.test", free_port(), "none").server(
        "untrusted.test",
        dovecot.imaps_port(),
        "tls",
    );
    let gateway = Gateway::start(settings).await?;
    let page = Page::start(&gateway).await?;
    for (address, password, word) in [
        (ADA, "wrong", "password"),
        ("ada@closed.test", PASSWORD, "reach"),
        ("ada@untrusted.test", PASSWORD, "certificate"),
    ] {
        page.sign_in(address, password).await?;
        page.see_alert(word).await?;
        let field = page.see("textbox", "Email address").await?;
        assert_eq!(page.element(&field).await?.value().await?.as_deref(), Some(address));
    }
    page.sign_in(ADA, PASSWORD).await?;
    page.see("grid", "Messages").await?;
    Ok(())
}

#[tokio::test]
async fn a_session_survives_a_reload_and_ends_with_signing_out() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
    let page = Page::signed_in(&gateway, ADA).await?;
    page.driver().refresh().await?;
    page.see("grid", "Messages").await?;
    page.sign_out().await?;
    page.see("textbox", "Email address").await?;
    page.go("/").await?;
    page.see("button", "Sign in").await?;
    Ok(())
}
