//! The servers themselves: what the other scenarios stand on.

use crate::stage::{ADA, crlf};
use postern_tests::{
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::Result,
    fake_pop3::{FakePop3, Manner},
    pop3::Client,
};
use std::time::Duration;

#[tokio::test]
async fn dovecot_speaks_pop3_and_tells_what_it_holds() -> Result<()> {
    let mut dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    dovecot.maildir(ADA, "INBOX")?.put(1, Marks::default(), b"Subject: one\r\n\r\n.dot\r\n")?;
    dovecot.deliver(ADA, &[b"Subject: two\r\n\r\n2\r\n".to_vec()]).await?;
    let mut client = Client::sign_in(dovecot.pop3_port(), ADA, PASSWORD).await?;
    assert_eq!(client.count().await?, 2);
    assert_eq!(client.message(1).await?, b"Subject: one\r\n\r\n.dot\r\n");
    let offered = client.lines("CAPA").await?;
    assert!(["UIDL", "TOP", "PIPELINING"].iter().all(|name| offered.iter().any(|line| line == name)));
    client.ok("DELE 1").await?;
    assert_eq!(dovecot.copies(ADA)?, 2, "what is marked stays until QUIT");
    client.ok("QUIT").await?;
    assert_eq!(dovecot.copies(ADA)?, 1);
    assert!(dovecot.inbox(ADA)?[0].starts_with(b"Subject: two"));

    dovecot.change_password(ADA, "another one").await?;
    assert!(Client::sign_in(dovecot.pop3_port(), ADA, PASSWORD).await.is_err());
    dovecot.kill();
    dovecot.restart().await?;
    assert_eq!(Client::sign_in(dovecot.pop3_port(), ADA, "another one").await?.count().await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_scripted_server_removes_only_at_quit() -> Result<()> {
    let server = FakePop3::start(Manner::default()).await?;
    for text in ["Subject: a\n\n.\n..\n", "Subject: b\n\none\ntwo\nthree\n"] {
        server.deliver(&crlf(text.as_bytes()));
    }
    let mut client = Client::sign_in(server.port(), ADA, PASSWORD).await?;
    assert_eq!(client.message(1).await?, b"Subject: a\r\n\r\n.\r\n..\r\n");
    assert_eq!(client.lines("TOP 2 1").await?, ["Subject: b", "", "one"]);
    assert_eq!(client.lines("UIDL").await?, ["1 unique-1", "2 unique-2"]);
    assert_eq!(client.discard(2, 8).await?, 21 + 33);
    client.ok("DELE 1").await?;
    drop(client);
    let mut client = Client::sign_in(server.port(), ADA, PASSWORD).await?;
    assert_eq!(client.count().await?, 2);
    client.ok("DELE 2").await?;
    client.ok("QUIT").await?;
    assert_eq!(server.removed().iter().map(|letter| letter.number).collect::<Vec<_>>(), [2]);
    assert_eq!((server.letters().len(), server.count("DELE"), server.count("QUIT")), (1, 2, 1));
    assert!(!server.commands().iter().any(|command| *command == format!("PASS {PASSWORD}")));
    Ok(())
}

#[tokio::test]
async fn the_scripted_server_fails_as_it_is_told() -> Result<()> {
    let server =
        FakePop3::start(Manner { refusal: Some("[IN-USE] Locked".to_owned()), ..Manner::default() }).await?;
    server.deliver(b"Subject: a\r\n\r\nText\r\n");
    server.deliver(b"Subject: b\r\n\r\nText\r\n");
    let error = Client::sign_in(server.port(), ADA, PASSWORD).await.map(drop).unwrap_err();
    assert!(error.to_string().contains("[IN-USE]"), "{error}");

    server.behave(|manner| {
        manner.refusal = None;
        manner.uidl_ends_after = Some(1);
        manner.cut_after = Some(100);
    });
    let mut client = Client::sign_in(server.port(), ADA, PASSWORD).await?;
    assert_eq!(client.lines("UIDL").await?, ["1 unique-1"]);
    assert!(client.message(1).await.is_err(), "the connection was cut");

    server.behave(|manner| manner.uidl_breaks_after = Some(1));
    let mut client = Client::sign_in(server.port(), ADA, PASSWORD).await?;
    assert!(client.lines("UIDL").await.is_err());
    Ok(())
}

#[tokio::test]
async fn commands_sent_ahead_share_a_round_trip() -> Result<()> {
    // Long enough for what was sent together to come before any of it is answered.
    let round_trip = Duration::from_millis(20);
    let server = FakePop3::start(Manner { round_trip, ..Manner::default() }).await?;
    for _ in 0..20 {
        server.deliver(b"Subject: a\r\n\r\nText\r\n");
    }
    for (at_once, ahead) in [(1, 1), (40, 20)] {
        let mut client = Client::sign_in(server.port(), ADA, PASSWORD).await?;
        client.discard(20, at_once).await?;
        assert_eq!(server.most_ahead(), ahead);
    }
    Ok(())
}
