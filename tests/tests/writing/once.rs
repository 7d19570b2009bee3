//! However often Send is asked, one message goes.

use crate::stage::{BOB, Stage, accepted, is_sent, message};
use postern_shared::ids::DraftId;
use postern_tests::{error::Result, fake_smtp::Moment};

#[tokio::test]
async fn a_socket_that_breaks_under_send_sends_once() -> Result<()> {
    let stage = Stage::begin().await?;
    stage.smtp.hold(Moment::command("DATA"));
    let content = message(&[BOB], "once");
    let mut first = stage.ada().await?;
    accepted(first.send(DraftId(1), &content).await?)?;
    stage.smtp.held(1).await?;
    // The browser heard nothing and asks again, over another socket.
    drop(first);
    let mut second = stage.ada().await?;
    accepted(second.send(DraftId(1), &content).await?)?;
    stage.smtp.release();
    second.stands(DraftId(1), is_sent).await?;
    // Something else goes after it: whatever the second click began has had its turn.
    second.sends(DraftId(2), &message(&[BOB], "another")).await?;
    assert_eq!((stage.times_taken("once"), stage.smtp.taken().len()), (1, 2));
    Ok(())
}

#[tokio::test]
async fn a_sent_message_is_not_sent_after_a_restart() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let content = message(&[BOB], "once");
    stage.ada().await?.sends(DraftId(1), &content).await?;
    stage.gateway.stop().await?;
    stage.gateway.restart().await?;
    let mut ada = stage.ada().await?;
    accepted(ada.send(DraftId(1), &content).await?)?;
    ada.sends(DraftId(2), &message(&[BOB], "another")).await?;
    assert_eq!((stage.times_taken("once"), stage.smtp.taken().len()), (1, 2));
    Ok(())
}
