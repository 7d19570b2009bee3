use super::*;
use crate::{dovecot, smtp::Client};
use base64::{Engine, prelude::BASE64_STANDARD};

const ADA: &str = "ada@demo.test";
const GRACE: &str = "grace@demo.test";

/// Signed in as ada.
async fn ada(postfix: &Postfix) -> Client {
    Client::sign_in(postfix.port(), ADA, dovecot::PASSWORD).await.unwrap()
}

#[tokio::test]
async fn what_is_sent_arrives() {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, GRACE])).await.unwrap();
    let mut postfix = Postfix::start(&dovecot, Setup::default().size_limit(100_000)).await.unwrap();
    let mut client = ada(&postfix).await;
    let offered = client.say("EHLO [127.0.0.1]\r\n").await;
    for extension in ["STARTTLS", "SIZE 100000", "AUTH PLAIN LOGIN", "PIPELINING", "8BITMIME", "SMTPUTF8"] {
        assert!(offered.contains(extension), "{extension}: {offered}");
    }
    for (line, reply) in [
        (format!("MAIL FROM:<{ADA}> SIZE=100001\r\n"), "552"),
        // Without it the size is remembered.
        ("RSET\r\n".to_owned(), "250"),
        (format!("MAIL FROM:<{ADA}>\r\n"), "250"),
        ("RCPT TO:<nobody@demo.test>\r\n".to_owned(), "550"),
        ("RCPT TO:<someone@elsewhere.test>\r\n".to_owned(), "554"),
        (format!("RCPT TO:<{GRACE}>\r\n"), "250"),
        ("DATA\r\n".to_owned(), "354"),
        ("Subject: It arrives\r\n\r\n..dot\r\n.\r\n".to_owned(), "250"),
    ] {
        let answer = client.say(&line).await;
        assert!(answer.starts_with(reply), "{line}: {answer}\n{}", postfix.log());
    }
    wait::until("the message", async || dovecot.copies(GRACE), |&copies| copies == 1).await.unwrap();
    let message = String::from_utf8(dovecot.inbox(GRACE).unwrap().remove(0)).unwrap();
    assert!(message.contains("Subject: It arrives") && message.ends_with("\n.dot\n"), "{message}");

    postfix.kill();
    postfix.restart().await.unwrap();
    ada(&postfix).await;
    postfix.stop().await.unwrap();
    assert!(!listens(postfix.port()));
}

#[tokio::test]
async fn strangers_are_refused() {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA])).await.unwrap();
    let postfix = Postfix::start(&dovecot, Setup::default()).await.unwrap();
    let mut client = Client::connect(postfix.port()).await.unwrap();
    client.reply().await;
    client.say("EHLO [127.0.0.1]\r\n").await;
    let wrong = BASE64_STANDARD.encode(format!("\0{ADA}\0wrong"));
    let refused = client.say(&format!("AUTH PLAIN {wrong}\r\n")).await;
    assert!(refused.starts_with("535"), "{refused}");
    client.say(&format!("MAIL FROM:<{ADA}>\r\n")).await;
    let refused = client.say(&format!("RCPT TO:<{ADA}>\r\n")).await;
    assert!(refused.starts_with('5'), "{refused}");
}

#[tokio::test]
async fn a_port_that_was_taken_meanwhile_is_left_alone() {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA])).await.unwrap();
    let setup = Setup::default();
    let taken = std::net::TcpListener::bind(("127.0.0.1", setup.port)).unwrap();
    let postfix = Postfix::start(&dovecot, setup).await.unwrap();
    assert_ne!(postfix.port(), taken.local_addr().unwrap().port());
    ada(&postfix).await;
}
