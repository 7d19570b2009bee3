//! A message from Send to Sent.

use crate::stage::{BOB, Stage, accepted, is_sent, message};
use postern_shared::{ids::DraftId, writing::SendState};
use postern_tests::error::Result;

#[tokio::test]
async fn what_is_sent_is_taken_once_and_lies_in_sent() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let (draft, content) = (DraftId(1), message(&[BOB], "hello"));
    ada.save(draft, 0, &content).await?;
    accepted(ada.send(draft, &content).await?)?;
    // However often it is asked.
    accepted(ada.send(draft, &content).await?)?;
    let state = ada.stands(draft, is_sent).await?;
    assert_eq!(state, SendState::Sent { refused: vec![] });
    accepted(ada.send(draft, &content).await?)?;
    let taken = stage.smtp.takes(1).await?;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, [BOB]);
    assert!(taken[0].text().contains("Subject: hello"), "{}", taken[0].text());
    stage.holds("Sent", "SUBJECT hello", 1).await?;
    assert_eq!(stage.smtp.taken().len(), 1);
    Ok(())
}
