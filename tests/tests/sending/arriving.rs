//! What is sent arrives, with real servers, and what follows from it is done.

use crate::stage::{ADA, GRACE, MARY, Real, letter, send, sent, settled};
use base64::{Engine, prelude::BASE64_STANDARD};
use postern_shared::{
    address::Address,
    command::AccountCommand,
    flags::Flag,
    ids::DraftId,
    writing::{Answer, Answers, Draft, RefusedRecipient, SendState},
};
use postern_tests::{
    dovecot::{self, Dovecot},
    error::Result,
    gateway::{Gateway, Settings},
    postfix::{self, Postfix},
    session::Session,
    wait,
};
use sha2::{Digest, Sha256};

#[tokio::test]
async fn a_message_arrives_live_and_its_copy_lies_in_sent() -> Result<()> {
    let stage = Real::start().await?;
    let (mut ada, mut grace) = (stage.enter(ADA).await?, stage.enter(GRACE).await?);
    grace.holds("Inbox", 0).await?;
    let content = Draft {
        bcc: vec![Address { name: String::new(), email: MARY.to_owned() }],
        ..letter(&[GRACE], "The engine", "It works.\n")
    };
    send(&mut ada, DraftId(1), &content).await?;
    sent(&mut ada, DraftId(1)).await?;
    let inbox = grace.holds("Inbox", 1).await?;
    let arrived = grace.rows(&inbox).await?;
    assert_eq!(arrived[0].subject, "The engine");
    let folder = ada.holds("Sent", 1).await?;
    let copy = ada.rows(&folder).await?;
    assert_eq!(copy[0].subject, "The engine");

    let received = Session::start(&stage.gateway, GRACE).await?.source(&arrived[0].key).await?;
    let kept = Session::start(&stage.gateway, ADA).await?.source(&copy[0].key).await?;
    let (received, kept) = (String::from_utf8_lossy(&received), String::from_utf8_lossy(&kept));
    let id = |text: &str| text.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
    assert!(id(&received).is_some() && id(&received) == id(&kept), "{received}\n{kept}");
    assert!(!received.to_ascii_lowercase().contains(MARY), "{received}");
    assert!(kept.lines().any(|line| line.starts_with("Bcc:") && line.contains(MARY)), "{kept}");
    Ok(())
}

/// The two kinds of accounts write to each other.
#[tokio::test]
async fn imap_and_pop3_write_to_each_other() -> Result<()> {
    let stage = Real::start().await?;
    let mut ada = stage.enter(ADA).await?;
    let mut mary = Session::start_pop3(&stage.gateway, MARY).await?.socket().await?;
    send(&mut ada, DraftId(1), &letter(&[MARY], "To Mary", "Hello")).await?;
    sent(&mut ada, DraftId(1)).await?;
    // It may take a moment from Postfix to the mailbox.
    wait::until("the message", async || stage.dovecot.copies(MARY), |&copies| copies == 1).await?;
    mary.account(AccountCommand::Refresh).await?;
    mary.holds("Inbox", 1).await?;

    let from = Address { name: "Mary Somerville".to_owned(), email: MARY.to_owned() };
    send(&mut mary, DraftId(1), &Draft { from, ..letter(&[ADA], "To Ada", "Hello") }).await?;
    sent(&mut mary, DraftId(1)).await?;
    let inbox = ada.holds("Inbox", 1).await?;
    assert_eq!(ada.rows(&inbox).await?[0].subject, "To Ada");
    mary.holds("Sent", 1).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_answered_is_marked() -> Result<()> {
    let stage = Real::start().await?;
    let mut grace = stage.enter(GRACE).await?;
    let mut ada = stage.enter(ADA).await?;
    send(&mut ada, DraftId(1), &letter(&[GRACE], "A question", "Well?")).await?;
    sent(&mut ada, DraftId(1)).await?;
    let inbox = grace.holds("Inbox", 1).await?;
    let question = grace.rows(&inbox).await?.swap_remove(0);
    assert!(!question.flags.has(Flag::Answered));
    let answers =
        Answers { key: question.key.clone(), how: Answer::Reply, message_id: None, references: Vec::new() };
    let from = Address { name: "Grace Hopper".to_owned(), email: GRACE.to_owned() };
    let content = Draft { from, answers: Some(answers), ..letter(&[ADA], "Re: A question", "Yes.") };
    send(&mut grace, DraftId(2), &content).await?;
    sent(&mut grace, DraftId(2)).await?;
    ada.holds("Inbox", 1).await?;
    let looks = async || {
        let rows = grace.rows(&inbox).await?;
        Ok(rows[0].flags.has(Flag::Answered))
    };
    wait::until("the question to be marked as answered", looks, |answered| *answered).await?;
    Ok(())
}

#[tokio::test]
async fn an_unknown_recipient_is_told_and_the_others_get_it() -> Result<()> {
    let stage = Real::start().await?;
    let (mut ada, mut grace) = (stage.enter(ADA).await?, stage.enter(GRACE).await?);
    send(&mut ada, DraftId(1), &letter(&[GRACE, "nobody@demo.test"], "To two", "Hello")).await?;
    let SendState::Sent { refused } = settled(&mut ada, DraftId(1)).await? else { panic!("it is not sent") };
    let [RefusedRecipient { email, reason }] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(email, "nobody@demo.test");
    assert!(reason.starts_with("550 5.1.1"), "{reason}");
    grace.holds("Inbox", 1).await?;
    Ok(())
}

/// STARTTLS and TLS from the beginning, with a certificate that nobody signed and the operator pinned.
#[tokio::test]
async fn a_message_goes_under_tls() -> Result<()> {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, GRACE])).await?;
    let postfix = Postfix::start(&dovecot, postfix::Setup::default()).await?;
    for (number, (imap, smtp, security)) in (1..).zip([
        (dovecot.imap_port(), postfix.port(), "starttls"),
        (dovecot.imaps_port(), postfix.tls_port(), "tls"),
    ]) {
        let settings = Settings::default()
            .server("*", imap, security)
            .sending(smtp, security)
            .pinned(&fingerprint(&dovecot)?);
        let gateway = Gateway::start(settings).await?;
        let mut ada = Session::start(&gateway, ADA).await?.socket().await?;
        let mut grace = Session::start(&gateway, GRACE).await?.socket().await?;
        send(&mut ada, DraftId(number), &letter(&[GRACE], security, "Hello")).await?;
        sent(&mut ada, DraftId(number)).await?;
        grace.holds("Inbox", u32::try_from(number).unwrap_or_default()).await?;
    }
    Ok(())
}

/// The SHA-256 of a server's certificate, as a configuration has it.
fn fingerprint(dovecot: &Dovecot) -> Result<String> {
    let pem = std::fs::read_to_string(dovecot.certificate().0)?;
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = BASE64_STANDARD.decode(base64).unwrap();
    Ok(Sha256::digest(der).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the server would not take is not begun.
#[tokio::test]
async fn a_message_too_large_is_refused_before_it_goes() -> Result<()> {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, GRACE])).await?;
    let postfix = Postfix::start(&dovecot, postfix::Setup::default().size_limit(100_000)).await?;
    let settings = Settings::plain(dovecot.imap_port()).sending(postfix.port(), "none");
    let gateway = Gateway::start(settings).await?;
    let mut ada = Session::start(&gateway, ADA).await?.socket().await?;
    let text = "Much of the same.\n".repeat(10_000);
    send(&mut ada, DraftId(1), &letter(&[GRACE], "Large", &text)).await?;
    let state = settled(&mut ada, DraftId(1)).await?;
    let SendState::Failed { failure, .. } = state else { panic!("{state:?}") };
    assert!(failure.detail.contains("100000"), "{failure:?}");
    assert_eq!(dovecot.copies(GRACE)?, 0);
    Ok(())
}
