//! Choices for reading, of an account whose mail lives here.

use crate::stage::{Stage, accepted};
use postern_shared::{command::AccountCommand, reply::Reply};
use postern_tests::error::Result;

#[tokio::test]
async fn a_trusted_sender_is_told_to_every_browser() -> Result<()> {
    let stage = Stage::with_mail(0).await?;
    let ((_, mut one), (_, mut other)) = (stage.enter().await?, stage.enter().await?);
    let trust = |sender: &str, trusted| AccountCommand::TrustSender { sender: sender.to_owned(), trusted };
    accepted(one.account(trust("News@Shop.example", true)).await?)?;
    let told = ["news@shop.example"];
    other.account_that("the sender to be trusted", |account| account.reading.trusted_senders == told).await?;
    let refused = one.account(trust("nobody", true)).await?;
    assert!(matches!(refused, Reply::Failed(_)), "{refused:?}");
    accepted(other.account(trust("news@shop.example", false)).await?)?;
    one.account_that("nobody to be trusted", |account| account.reading.trusted_senders.is_empty()).await?;
    Ok(())
}
