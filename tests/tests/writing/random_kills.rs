//! A gateway that is killed anywhere on the way of messages: nothing lost, nothing twice, or nobody knows and the user is asked.

use crate::stage::{ADA, BOB, Stage, is_at_rest, is_sent, message};
use postern_shared::{
    ids::DraftId,
    writing::{SendState, WritingCommand},
};
use postern_tests::{error::Result, wait};
use std::time::{Duration, Instant};

/// Failpoints in the way of one message, and some more, so that some are passed by.
const STEPS: u32 = 9;
/// Random kills end after this long.
const TIME: Duration = Duration::from_secs(20);
/// Of the order of the random kills.
const SEED: u64 = 5321;

/// Starts the gateway with an order to die, sends a message until it does, or with `any` is done, starts it again without, and looks
/// what became of it. Returns whether it died.
async fn round(stage: &mut Stage, order: &str, number: u64) -> Result<bool> {
    let (draft, subject) = (DraftId(number), format!("Killed {number:04}"));
    let content = message(&[BOB], &subject);
    stage.gateway.kill();
    stage.gateway.set_environment("POSTERN_FAILPOINT", Some(order));
    stage.gateway.restart().await?;
    let queued = match stage.ada().await {
        Ok(mut ada) => {
            let queued = ada.send(draft, &content).await.is_ok();
            if queued {
                // It dies, or it is done with all that follows.
                ada.stands(draft, is_at_rest).await.ok();
                in_sent(stage, &subject).await.ok();
            }
            queued
        }
        Err(_) => false,
    };
    if !queued || !order.starts_with("any") {
        stage.gateway.death().await?;
    }
    let died = stage.gateway.is_dead();
    stage.gateway.kill();
    stage.gateway.set_environment("POSTERN_FAILPOINT", None);
    stage.gateway.restart().await?;
    let mut ada = stage.ada().await?;
    let known = ada.look().await?.1.iter().any(|item| item.draft == draft);
    assert!(known || !queued, "{order}: what was accepted is there");
    if !known {
        // The answer was lost: the browser asks again, with the same id.
        ada.send(draft, &content).await?;
    }
    let over = |state: &SendState| !matches!(state, SendState::Sending | SendState::Queued { .. });
    match ada.stands(draft, over).await? {
        SendState::Sent { .. } => {}
        SendState::Unknown(_) => {
            let was_sent = stage.times_taken(&subject) > 0;
            ada.ask(WritingCommand::Settle { draft, sent: was_sent }).await?;
            if !was_sent {
                // It is a draft again, and goes as such.
                ada.send(draft, &content).await?;
                ada.stands(draft, is_sent).await?;
            }
        }
        state => panic!("{order}: {state:?}"),
    }
    assert_eq!(stage.times_taken(&subject), 1, "{order}");
    assert_eq!(in_sent(stage, &subject).await?, 1, "{order}: copies in Sent");
    Ok(died)
}

/// Waits until a message is in Sent, and tells how often.
async fn in_sent(stage: &mut Stage, subject: &str) -> Result<usize> {
    let line = format!("Subject: {subject}");
    let Stage { gateway, dovecot, .. } = stage;
    let look = async || {
        let has = |message: &Vec<u8>| String::from_utf8_lossy(message).contains(&line);
        Ok((dovecot.messages(ADA, "Sent")?.iter().filter(|message| has(message)).count(), gateway.is_dead()))
    };
    let (count, _) = wait::until("the copy in Sent", look, |(count, dead)| *count > 0 || *dead).await?;
    Ok(count)
}

#[tokio::test]
async fn random_kills_send_once() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let (end, mut deaths) = (Instant::now() + TIME, 0);
    for number in 1.. {
        let order = format!("any:{}", random.u32(1..=STEPS));
        deaths += u32::from(round(&mut stage, &order, number).await?);
        if Instant::now() > end {
            break;
        }
    }
    assert!(deaths > 0);
    Ok(())
}
