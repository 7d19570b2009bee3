//! Servers that are slow, put off, or break off before the end of a message.

use crate::stage::{BOB, Stage, Writer, accepted, failed, is_at_rest, is_sent, message};
use postern_shared::{
    error::ErrorCode,
    ids::DraftId,
    writing::{Draft, DraftText, SendState, WritingCommand},
};
use postern_tests::{
    error::Result,
    fake_smtp::{Manner, Moment},
};
use std::time::Duration;

const CAROL: &str = "carol@demo.test";

/// It is put off, and goes when it is tried again.
async fn is_outwaited(stage: &Stage, ada: &mut Writer, draft: DraftId, what: &str) -> Result<()> {
    let before = stage.smtp.taken().len();
    accepted(ada.send(draft, &message(&[BOB, CAROL], "hello")).await?)?;
    let state = ada.stands(draft, is_at_rest).await?;
    assert!(matches!(state, SendState::Queued { delayed_by: Some(_), .. }), "{what}: {state:?}");
    assert_eq!(stage.smtp.taken().len(), before, "{what}");
    accepted(ada.ask(WritingCommand::Retry { draft }).await?)?;
    assert_eq!(ada.stands(draft, is_sent).await?, SendState::Sent { refused: Vec::new() }, "{what}");
    assert_eq!(stage.smtp.taken().len(), before + 1, "{what}");
    Ok(())
}

#[tokio::test]
async fn a_break_before_the_message_is_tried_again() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    // Whoever looks first has the server asked how much it takes: that connection is over then.
    ada.look().await?;
    let commands = ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"].map(Moment::command);
    for (number, at) in (1..).zip([Moment::Greeting].into_iter().chain(commands)) {
        stage.smtp.cut(at.clone());
        is_outwaited(&stage, &mut ada, DraftId(number), &format!("{at:?}")).await?;
    }
    // LOGIN asks for one thing after the other.
    stage.smtp.behave(|manner| manner.extensions = vec!["AUTH LOGIN".to_owned()]);
    for (number, at) in (10..).zip(["AUTH", "(name)", "(password)"]) {
        stage.smtp.cut(Moment::command(at));
        is_outwaited(&stage, &mut ada, DraftId(number), at).await?;
    }
    Ok(())
}

#[tokio::test]
async fn greylisting_is_outwaited() -> Result<()> {
    let stage = Stage::begin().await?;
    stage.smtp.behave(|manner| manner.greylisting = true);
    let mut ada = stage.ada().await?;
    is_outwaited(&stage, &mut ada, DraftId(1), "greylisting").await
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    stage.smtp.answer("AUTH", "535 5.7.8 Not you");
    accepted(ada.send(DraftId(1), &message(&[BOB], "hello")).await?)?;
    let state = ada.stands(DraftId(1), is_at_rest).await?;
    assert!(matches!(state, SendState::Failed { .. }), "{state:?}");
    assert_eq!(stage.smtp.count("AUTH"), 1);
    Ok(())
}

#[tokio::test]
async fn a_slow_server_takes_it_once() -> Result<()> {
    let stage = Stage::begin().await?;
    stage.smtp.behave(|manner| {
        *manner = Manner {
            delay: Duration::from_millis(50),
            byte_takes: Duration::from_millis(2),
            reads: Some(20_000),
            ..Manner::default()
        };
    });
    let mut ada = stage.ada().await?;
    let text = DraftText::Plain("A line that is read slowly, and not the only one.\n".repeat(1_000));
    ada.sends(DraftId(1), &Draft { text, ..message(&[BOB], "slow") }).await?;
    assert_eq!(stage.smtp.taken().len(), 1);
    Ok(())
}

/// While a server thinks, the message shows as being sent, and cannot be taken back.
#[tokio::test]
async fn a_silent_server_keeps_it_sending() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let draft = DraftId(1);
    stage.smtp.hold(Moment::End);
    accepted(ada.send(draft, &message(&[BOB], "held")).await?)?;
    stage.smtp.held(1).await?;
    ada.stands(draft, |state| *state == SendState::Sending).await?;
    let undone = failed(ada.ask(WritingCommand::Unsend { draft }).await?)?;
    assert_eq!(undone.code, ErrorCode::CannotUndo);
    stage.smtp.release();
    ada.stands(draft, is_sent).await?;
    Ok(())
}
