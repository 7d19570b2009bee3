//! The server refuses, or puts off: what it said is told, and only what may work later is tried again.

use crate::stage::{Scripted, letter, retry, send, sent, settled, stands};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::DraftId,
    writing::{RefusedRecipient, SendState},
};
use postern_tests::{
    error::Result,
    fake_smtp::{Manner, Moment},
};
use std::time::Duration;

const GRACE: &str = "grace@elsewhere.test";
const MARY: &str = "mary@elsewhere.test";
const EVE: &str = "eve@elsewhere.test";

fn refused(email: &str, reason: &str) -> RefusedRecipient {
    RefusedRecipient { email: email.to_owned(), reason: reason.to_owned() }
}

fn words(text: &str) -> Failure {
    Failure::new(ErrorCode::Refused, text)
}

#[tokio::test]
async fn what_will_not_work_is_kept_with_the_servers_words() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    let table = [
        ("MAIL", "550 5.7.1 Not you"),
        ("RCPT", "550 5.1.1 No such user"),
        ("DATA", "554 5.5.0 Never"),
        (".", "552 5.3.4 Too big"),
    ];
    for (number, (command, reply)) in (1..).zip(table) {
        let draft = DraftId(number);
        stage.smtp.answer_once(command, reply);
        send(&mut wire, draft, &letter(&[GRACE], "Refused", "Text")).await?;
        let SendState::Failed { failure, refused: each } = settled(&mut wire, draft).await? else {
            panic!("{command} was answered by {reply}");
        };
        assert_eq!(failure, words(reply));
        let expected = if command == "RCPT" { vec![refused(GRACE, reply)] } else { Vec::new() };
        assert_eq!(each, expected);
        assert_eq!(stage.smtp.taken().len(), usize::try_from(number).unwrap_or_default() - 1);
        // The user may know better.
        assert!(matches!(retry(&mut wire, draft).await?, SendState::Sent { .. }));
    }
    Ok(())
}

#[tokio::test]
async fn what_may_work_later_is_tried_again() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    let table = [
        ("AUTH", "454 4.7.0 Try later"),
        ("MAIL", "451 4.3.0 Busy"),
        ("RCPT", "450 4.2.0 Not now"),
        ("DATA", "451 4.3.0 Not yet"),
        (".", "452 4.3.1 Full"),
        ("EHLO", "421 4.3.2 Going down"),
        ("MAIL", "421 4.3.2 Going down"),
    ];
    for (number, (command, reply)) in (1..).zip(table) {
        let draft = DraftId(number);
        stage.smtp.answer_once(command, reply);
        send(&mut wire, draft, &letter(&[GRACE], "Put off", "Text")).await?;
        let state = settled(&mut wire, draft).await?;
        let SendState::Queued { delayed_by: Some(failure), .. } = state else {
            panic!("{command} was answered by {reply}: {state:?}");
        };
        assert!(failure.detail.contains(reply), "{failure:?}");
        assert!(matches!(retry(&mut wire, draft).await?, SendState::Sent { .. }));
        assert_eq!(stage.smtp.taken().len(), usize::try_from(number).unwrap_or_default());
    }
    Ok(())
}

#[tokio::test]
async fn each_recipient_has_an_answer_of_its_own() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    stage.smtp.answer(&format!("RCPT TO:<{EVE}>"), "550 5.1.1 No such user");
    stage.smtp.answer_once(&format!("RCPT TO:<{MARY}>"), "451 4.7.1 Greylisted");
    let draft = DraftId(1);
    send(&mut wire, draft, &letter(&[GRACE, EVE, MARY], "To three", "Text")).await?;
    let state = settled(&mut wire, draft).await?;
    assert!(matches!(state, SendState::Queued { delayed_by: Some(_), .. }), "{state:?}");
    let state = retry(&mut wire, draft).await?;
    assert_eq!(state, SendState::Sent { refused: vec![refused(EVE, "550 5.1.1 No such user")] });
    let to: Vec<_> = stage.smtp.taken().into_iter().map(|taken| taken.to).collect();
    assert_eq!(to, [vec![GRACE.to_owned()], vec![MARY.to_owned()]], "nobody gets it twice");
    Ok(())
}

#[tokio::test]
async fn greylisting_is_outwaited() -> Result<()> {
    let stage = Scripted::start(Manner { greylisting: true, ..Manner::default() }).await?;
    let mut wire = stage.enter().await?;
    send(&mut wire, DraftId(1), &letter(&[GRACE, MARY], "Grey", "Text")).await?;
    let state = settled(&mut wire, DraftId(1)).await?;
    assert!(matches!(state, SendState::Queued { delayed_by: Some(_), .. }), "{state:?}");
    assert_eq!(stage.smtp.taken(), []);
    assert_eq!(retry(&mut wire, DraftId(1)).await?, SendState::Sent { refused: Vec::new() });
    assert_eq!(stage.smtp.taken().len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    stage.smtp.answer("AUTH", "535 5.7.8 Not you");
    send(&mut wire, DraftId(1), &letter(&[GRACE], "Refused", "Text")).await?;
    let state = settled(&mut wire, DraftId(1)).await?;
    assert!(matches!(state, SendState::Failed { .. }), "{state:?}");
    assert_eq!(stage.smtp.count("AUTH"), 1);
    Ok(())
}

#[tokio::test]
async fn a_slow_server_takes_it_once() -> Result<()> {
    let manner = Manner {
        delay: Duration::from_millis(50),
        byte_takes: Duration::from_millis(2),
        reads: Some(20_000),
        ..Manner::default()
    };
    let stage = Scripted::start(manner).await?;
    let mut wire = stage.enter().await?;
    let text = "A line that is read slowly, and not the only one.\n".repeat(1_000);
    send(&mut wire, DraftId(1), &letter(&[GRACE], "Slow", &text)).await?;
    sent(&mut wire, DraftId(1)).await?;
    assert_eq!(stage.smtp.taken().len(), 1);
    Ok(())
}

/// While a server thinks, the message shows as being sent, and cannot be taken back.
#[tokio::test]
async fn a_silent_server_keeps_it_sending() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    stage.smtp.hold(Moment::End);
    send(&mut wire, DraftId(1), &letter(&[GRACE], "Held", "Text")).await?;
    stage.smtp.held(1).await?;
    stands(&mut wire, DraftId(1), "to be sending", |state| *state == SendState::Sending).await?;
    let undo = wire.writing(postern_shared::writing::WritingCommand::Unsend { draft: DraftId(1) }).await?;
    assert!(matches!(undo, postern_shared::reply::Reply::Failed(_)), "{undo:?}");
    stage.smtp.release();
    sent(&mut wire, DraftId(1)).await
}
