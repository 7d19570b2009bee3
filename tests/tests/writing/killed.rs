//! A gateway that is killed at every step of a message's way: it is sent once, or nobody knows and it is never sent again
//! by itself. Drafts are kept.

use crate::stage::{ADA, BOB, Stage, accepted, is_sent, message};
use postern_shared::{
    ids::DraftId,
    reply::Reply,
    writing::{Beginning, SendState, WritingCommand, WritingReply},
};
use postern_tests::{error::Result, wait};

/// What is found after a kill at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// The message goes out, as if nothing had been.
    Goes,
    /// Nobody knows, and the server has it so many times.
    Unknown(usize),
}

async fn killed(stage: &mut Stage, place: &str, work: impl AsyncFn(&Stage) -> Result<()>) -> Result<()> {
    stage.gateway.kill();
    stage.gateway.set_environment("POSTERN_FAILPOINT", Some(&format!("{place}:1")));
    stage.gateway.restart().await?;
    // It dies while it answers.
    work(stage).await.ok();
    let look = async || Ok(stage.gateway.is_dead());
    wait::until(&format!("the gateway to die at {place}"), look, |dead| *dead).await?;
    stage.gateway.set_environment("POSTERN_FAILPOINT", None);
    stage.gateway.kill();
    stage.gateway.restart().await
}

#[tokio::test]
async fn a_message_is_sent_once_or_nobody_knows() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let table = [
        ("outbox.queued", Found::Goes),
        ("outbox.all_but_end", Found::Goes),
        ("outbox.sending", Found::Unknown(0)),
        ("outbox.end_sent", Found::Unknown(1)),
        ("outbox.answered", Found::Unknown(1)),
        ("outbox.ended", Found::Goes),
        ("outbox.copied", Found::Goes),
    ];
    for (number, (place, found)) in table.into_iter().enumerate() {
        let (draft, subject) = (DraftId(number as u64 + 1), format!("kill{number}"));
        let sending = async |stage: &Stage| {
            let mut ada = stage.ada().await?;
            accepted(ada.send(draft, &message(&[BOB], &subject)).await?)?;
            ada.stands(draft, |_| false).await?;
            Ok(())
        };
        killed(&mut stage, place, sending).await?;
        let count = || stage.smtp.taken().iter().filter(|taken| taken.text().contains(&subject)).count();
        let mut ada = stage.ada().await?;
        match found {
            Found::Goes => {
                ada.stands(draft, is_sent).await?;
                assert_eq!(count(), 1, "{place}");
            }
            Found::Unknown(times) => {
                ada.stands(draft, |state| matches!(state, SendState::Unknown(_))).await?;
                assert_eq!(count(), times, "{place}");
                // Asked again it is not sent again: the browser may not have heard that it was queued.
                accepted(ada.send(draft, &message(&[BOB], &subject)).await?)?;
                accepted(ada.ask(WritingCommand::Settle { draft, sent: times == 1 }).await?)?;
                if times == 0 {
                    accepted(ada.send(draft, &message(&[BOB], &subject)).await?)?;
                }
                ada.stands(draft, is_sent).await?;
                assert_eq!(count(), 1, "{place}");
            }
        }
        stage.holds("Sent", &format!("SUBJECT {subject}"), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_draft_is_kept_and_lies_in_drafts_once() -> Result<()> {
    let mut stage = Stage::begin().await?;
    for (number, place) in ["drafts.saved", "drafts.appended", "drafts.mirrored"].into_iter().enumerate() {
        let (draft, subject) = (DraftId(number as u64 + 1), format!("draft{number}"));
        let content = message(&[BOB], &subject);
        // One lies there already.
        let first = message(&[BOB], &format!("{subject} first"));
        let base = stage.ada().await?.save(draft, 0, &first).await?;
        stage.holds("Drafts", &format!("SUBJECT \"{subject} first\""), 1).await?;
        let saving = async |stage: &Stage| {
            let mut ada = stage.ada().await?;
            ada.save(draft, base, &content).await?;
            ada.stands(draft, |_| false).await?;
            Ok(())
        };
        killed(&mut stage, place, saving).await?;
        if place == "drafts.appended" {
            // The new one is there before the old one goes.
            assert_eq!(stage.count("Drafts", &format!("SUBJECT {subject}")).await?, 2);
        }
        let mut ada = stage.ada().await?;
        let saved = ada.ask(WritingCommand::Begin { draft, from: Beginning::Saved }).await?;
        let Reply::Writing(WritingReply::Draft { content: kept, .. }) = saved else {
            panic!("{place}: {saved:?}");
        };
        assert_eq!(*kept, content, "{place}, user {ADA}");
        // Changed once more, so that a copy nobody noted would show.
        ada.save(draft, base + 1, &message(&[BOB], &format!("{subject} again"))).await?;
        stage.holds("Drafts", &format!("SUBJECT \"{subject} again\""), 1).await?;
        stage.holds("Drafts", &format!("SUBJECT {subject}"), 1).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_discarded_drafts_copy_goes_after_a_kill() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let draft = DraftId(1);
    stage.ada().await?.save(draft, 0, &message(&[BOB], "one")).await?;
    stage.holds("Drafts", "ALL", 1).await?;
    let discarding = async |stage: &Stage| {
        stage.ada().await?.ask(WritingCommand::Discard { draft }).await?;
        Ok(())
    };
    killed(&mut stage, "drafts.discarded", discarding).await?;
    let _ada = stage.ada().await?;
    stage.holds("Drafts", "ALL", 0).await
}
