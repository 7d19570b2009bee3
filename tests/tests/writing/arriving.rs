//! What is sent arrives, with real servers, and what follows from it is done.

use crate::stage::{ADA, BOB, Writer, accepted, is_at_rest, message};
use base64::{Engine, prelude::BASE64_STANDARD};
use postern_shared::{
    address::Address,
    command::AccountCommand,
    flags::Flag,
    ids::DraftId,
    reply::Reply,
    writing::{Answer, Answers, Beginning, Draft, RefusedRecipient, SendState, WritingCommand, WritingReply},
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

/// Who reads by POP3.
const MARY: &str = "mary@demo.test";

/// A gateway in front of real servers.
struct Real {
    gateway: Gateway,
    _postfix: Postfix,
    dovecot: Dovecot,
}

impl Real {
    async fn begin() -> Result<Self> {
        Self::with(postfix::Setup::default()).await
    }

    async fn with(setup: postfix::Setup) -> Result<Self> {
        let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, BOB, MARY])).await?;
        let postfix = Postfix::start(&dovecot, setup).await?;
        let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port());
        let gateway = Gateway::start(settings.sending(postfix.port(), "none")).await?;
        Ok(Self { gateway, _postfix: postfix, dovecot })
    }

    /// Somebody at a browser, by IMAP.
    async fn enter(&self, who: &str) -> Result<Writer> {
        Writer::of(Session::start(&self.gateway, who).await?).await
    }
}

/// A message that comes from somebody else than ada.
fn message_of(from: &str, to: &str, subject: &str) -> Draft {
    Draft { from: Address { name: String::new(), email: from.to_owned() }, ..message(&[to], subject) }
}

fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    message.lines().find(|line| line.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()))
}

#[tokio::test]
async fn a_message_arrives_live_and_its_copy_lies_in_sent() -> Result<()> {
    let stage = Real::begin().await?;
    let (mut ada, mut bob) = (stage.enter(ADA).await?, stage.enter(BOB).await?);
    bob.wire.holds("Inbox", 0).await?;
    let bcc = message(&[MARY], "").to;
    ada.sends(DraftId(1), &Draft { bcc, ..message(&[BOB], "The engine") }).await?;
    let inbox = bob.wire.holds("Inbox", 1).await?;
    let arrived = bob.wire.rows(&inbox).await?.swap_remove(0);
    assert_eq!(arrived.subject, "The engine");
    let folder = ada.wire.holds("Sent", 1).await?;
    let copy = ada.wire.rows(&folder).await?.swap_remove(0);
    let received = String::from_utf8_lossy(&bob.session.source(&arrived.key).await?).into_owned();
    let kept = String::from_utf8_lossy(&ada.session.source(&copy.key).await?).into_owned();
    let id = header(&received, "Message-ID:");
    assert!(id.is_some() && id == header(&kept, "Message-ID:"), "{received}\n{kept}");
    assert_eq!(header(&received, "Bcc:"), None);
    assert!(header(&kept, "Bcc:").is_some_and(|line| line.contains(MARY)), "{kept}");
    wait::until("mary's copy", async || stage.dovecot.copies(MARY), |&copies| copies == 1).await?;
    Ok(())
}

/// The two kinds of accounts write to each other.
#[tokio::test]
async fn imap_and_pop3_write_to_each_other() -> Result<()> {
    let stage = Real::begin().await?;
    let mut ada = stage.enter(ADA).await?;
    let mut mary = Writer::of(Session::start_pop3(&stage.gateway, MARY).await?).await?;
    ada.sends(DraftId(1), &message(&[MARY], "To Mary")).await?;
    // It may take a moment from Postfix to the mailbox.
    wait::until("the message", async || stage.dovecot.copies(MARY), |&copies| copies == 1).await?;
    mary.wire.account(AccountCommand::Refresh).await?;
    mary.wire.holds("Inbox", 1).await?;

    mary.sends(DraftId(1), &message_of(MARY, ADA, "To Ada")).await?;
    let inbox = ada.wire.holds("Inbox", 1).await?;
    assert_eq!(ada.wire.rows(&inbox).await?[0].subject, "To Ada");
    mary.wire.holds("Sent", 1).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_answered_is_marked() -> Result<()> {
    let stage = Real::begin().await?;
    let (mut ada, mut bob) = (stage.enter(ADA).await?, stage.enter(BOB).await?);
    ada.sends(DraftId(1), &message(&[BOB], "A question")).await?;
    let inbox = bob.wire.holds("Inbox", 1).await?;
    let question = bob.wire.rows(&inbox).await?.swap_remove(0);
    assert!(!question.flags.has(Flag::Answered));
    let answers = Answers {
        key: Some(question.key.clone()),
        how: Answer::Reply,
        message_id: None,
        references: Vec::new(),
    };
    let answer = Draft { answers: Some(answers), ..message_of(BOB, ADA, "Re: A question") };
    bob.sends(DraftId(2), &answer).await?;
    ada.wire.holds("Inbox", 1).await?;
    let look = async || Ok(bob.wire.rows(&inbox).await?[0].flags.has(Flag::Answered));
    wait::until("the question to be marked as answered", look, |answered| *answered).await?;
    Ok(())
}

#[tokio::test]
async fn a_message_passed_on_as_a_file_arrives_whole() -> Result<()> {
    let stage = Real::begin().await?;
    let (mut ada, mut bob) = (stage.enter(ADA).await?, stage.enter(BOB).await?);
    ada.sends(DraftId(1), &message(&[BOB], "A question")).await?;
    let inbox = bob.wire.holds("Inbox", 1).await?;
    let key = bob.wire.rows(&inbox).await?[0].key.clone();
    let from = Beginning::Answer { key, how: Answer::ForwardAsFile };
    let begun = bob.ask(WritingCommand::Begin { draft: DraftId(2), from }).await?;
    let Reply::Writing(WritingReply::Draft { content, .. }) = begun else { panic!("{begun:?}") };
    assert_eq!(content.subject, "Fwd: A question");
    let [file] = &content.files[..] else { panic!("{:?}", content.files) };
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("A question.eml", "message/rfc822"));
    bob.sends(DraftId(2), &Draft { to: message(&[ADA], "").to, ..*content }).await?;
    let inbox = ada.wire.holds("Inbox", 1).await?;
    let arrived = ada.wire.rows(&inbox).await?.swap_remove(0);
    let received = String::from_utf8_lossy(&ada.session.source(&arrived.key).await?).into_owned();
    assert!(received.contains("Content-Type: message/rfc822"), "{received}");
    assert!(received.contains("This is A question."), "{received}");
    Ok(())
}

#[tokio::test]
async fn an_unknown_recipient_is_told_and_the_others_get_it() -> Result<()> {
    let stage = Real::begin().await?;
    let (mut ada, mut bob) = (stage.enter(ADA).await?, stage.enter(BOB).await?);
    accepted(ada.send(DraftId(1), &message(&[BOB, "nobody@demo.test"], "To two")).await?)?;
    let state = ada.stands(DraftId(1), is_at_rest).await?;
    let SendState::Sent { refused } = state else { panic!("{state:?}") };
    let [RefusedRecipient { email, reason }] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(email, "nobody@demo.test");
    assert!(reason.starts_with("550 5.1.1"), "{reason}");
    bob.wire.holds("Inbox", 1).await?;
    Ok(())
}

/// STARTTLS and TLS from the beginning, with a certificate that nobody signed and the operator pinned.
#[tokio::test]
async fn a_message_goes_under_tls() -> Result<()> {
    let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, BOB])).await?;
    let postfix = Postfix::start(&dovecot, postfix::Setup::default()).await?;
    for (number, (imap, smtp, security)) in (1..).zip([
        (dovecot.imap_port(), postfix.port(), "starttls"),
        (dovecot.imaps_port(), postfix.tls_port(), "tls"),
    ]) {
        let settings = Settings::default().server("*", imap, security).sending(smtp, security);
        let gateway = Gateway::start(settings.pinned(&fingerprint(&dovecot)?)).await?;
        let mut ada = Writer::of(Session::start(&gateway, ADA).await?).await?;
        ada.sends(DraftId(number), &message(&[BOB], security)).await?;
        let arrived = async || dovecot.copies(BOB);
        wait::until("the message", arrived, |&copies| copies as u64 == number).await?;
        let inbox = dovecot.inbox(BOB)?;
        let under_tls = |message: &Vec<u8>| String::from_utf8_lossy(message).contains("with ESMTPSA");
        assert!(inbox.iter().all(under_tls), "{security}");
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
    let stage = Real::with(postfix::Setup::default().size_limit(100_000)).await?;
    let mut ada = stage.enter(ADA).await?;
    let text = postern_shared::writing::DraftText::Plain("Much of the same.\n".repeat(10_000));
    accepted(ada.send(DraftId(1), &Draft { text, ..message(&[BOB], "Large") }).await?)?;
    let state = ada.stands(DraftId(1), is_at_rest).await?;
    let SendState::Failed { failure, .. } = state else { panic!("{state:?}") };
    assert!(failure.detail.contains("100000"), "{failure:?}");
    assert_eq!(stage.dovecot.copies(BOB)?, 0);
    Ok(())
}

/// Text with every known wrong end of a message in it arrives as one message, at a server that exists.
#[tokio::test]
async fn a_text_with_ends_in_it_arrives_as_one_message() -> Result<()> {
    let stage = Real::begin().await?;
    let mut ada = stage.enter(ADA).await?;
    let ends = crate::smuggling::ENDS;
    for (number, end) in (1..).zip(ends) {
        let text = postern_shared::writing::DraftText::Plain(crate::smuggling::smuggling(end, BOB));
        ada.sends(DraftId(number), &Draft { text, ..message(&[BOB], "Innocent") }).await?;
    }
    wait::until("all messages", async || stage.dovecot.copies(BOB), |&copies| copies >= ends.len()).await?;
    let inbox = stage.dovecot.inbox(BOB)?;
    assert_eq!(inbox.len(), ends.len());
    for message in inbox {
        let text = String::from_utf8_lossy(&message).into_owned();
        assert!(text.contains("\nSubject: Innocent\n") && text.contains("Gotcha"), "{text}");
    }
    Ok(())
}
