//! However often Send is asked, one message goes.

use crate::stage::{Scripted, ask_to_send, letter, outbox, send, sent, settled};
use postern_shared::{ids::DraftId, reply::Reply, writing::SendState};
use postern_tests::{
    error::Result,
    fake_smtp::{Manner, Moment},
};

const GRACE: &str = "grace@elsewhere.test";

#[tokio::test]
async fn two_clicks_send_once() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    let content = letter(&[GRACE], "Once", "Text");
    for _ in 0..3 {
        send(&mut wire, DraftId(1), &content).await?;
    }
    sent(&mut wire, DraftId(1)).await?;
    send(&mut wire, DraftId(1), &content).await?;
    // Something else goes after it: whatever the last click began has had its turn.
    send(&mut wire, DraftId(2), &letter(&[GRACE], "Another", "Text")).await?;
    sent(&mut wire, DraftId(2)).await?;
    assert_eq!((stage.times_taken("Once"), stage.smtp.taken().len()), (1, 2));
    Ok(())
}

#[tokio::test]
async fn a_socket_that_breaks_under_send_sends_once() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    stage.smtp.hold(Moment::command("DATA"));
    let content = letter(&[GRACE], "Once", "Text");
    let mut first = stage.enter().await?;
    send(&mut first, DraftId(1), &content).await?;
    stage.smtp.held(1).await?;
    // The browser heard nothing and asks again, over another socket.
    drop(first);
    let mut second = stage.enter().await?;
    send(&mut second, DraftId(1), &content).await?;
    stage.smtp.release();
    sent(&mut second, DraftId(1)).await?;
    assert_eq!(stage.times_taken("Once"), 1);
    Ok(())
}

#[tokio::test]
async fn a_sent_message_is_not_sent_after_a_restart() -> Result<()> {
    let mut stage = Scripted::start(Manner::default()).await?;
    let content = letter(&[GRACE], "Once", "Text");
    let mut wire = stage.enter().await?;
    send(&mut wire, DraftId(1), &content).await?;
    sent(&mut wire, DraftId(1)).await?;
    stage.gateway.stop().await?;
    stage.gateway.restart().await?;
    let mut wire = stage.enter().await?;
    let reply = ask_to_send(&mut wire, DraftId(1), &content).await?;
    assert!(matches!(reply, Reply::Accepted), "{reply:?}");
    send(&mut wire, DraftId(2), &letter(&[GRACE], "Another", "Text")).await?;
    sent(&mut wire, DraftId(2)).await?;
    assert_eq!((stage.times_taken("Once"), stage.smtp.taken().len()), (1, 2));
    Ok(())
}

/// What was queued goes without a browser.
#[tokio::test]
async fn a_message_goes_when_everybody_has_left() -> Result<()> {
    let stage = Scripted::start(Manner::default()).await?;
    let mut wire = stage.enter().await?;
    stage.smtp.hold(Moment::Greeting);
    send(&mut wire, DraftId(1), &letter(&[GRACE], "Alone", "Text")).await?;
    stage.smtp.held(1).await?;
    drop(wire);
    stage.smtp.release();
    stage.smtp.takes(1).await?;
    let mut wire = stage.enter().await?;
    assert!(matches!(settled(&mut wire, DraftId(1)).await?, SendState::Sent { .. }));
    assert_eq!(outbox(&mut wire).await?.len(), 1);
    Ok(())
}
