//! What others do to the mailbox shows by itself, in every browser.

use crate::stage::Stage;
use postern_tests::{error::Result, mail::numbered};

#[tokio::test]
async fn new_mail_and_foreign_flags_show_in_two_browsers() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let (first, second) = tokio::try_join!(stage.page(), stage.page())?;
    let mut client = stage.other_client().await?;
    client.append("INBOX", "", &numbered(6).to_bytes()?).await?;
    for page in [&first, &second] {
        let row = page.see_row("Message 00006").await?;
        assert_eq!(row.index, 1, "the newest is on top");
        page.see_count(6).await?;
        page.see("treeitem", "Inbox 1 unread").await?;
    }
    client.ok("UID STORE 3 +FLAGS (\\Deleted)").await?;
    for page in [&first, &second] {
        page.see_row_that("Message 00003", "is struck", |row| row.is_struck("Message 00003")).await?;
    }
    client.ok("UID EXPUNGE 3").await?;
    for page in [&first, &second] {
        page.see_no_row("Message 00003").await?;
        page.see_count(5).await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_happened_while_disconnected_is_caught_up() -> Result<()> {
    let stage = Stage::with_mail(6).await?;
    let page = stage.page().await?;
    page.see_connection("Online").await?;
    stage.proxy.go_down();
    page.see_connection("Reconnecting…").await?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 2,5 +FLAGS (\\Deleted)").await?;
    client.ok("UID EXPUNGE 5").await?;
    client.append("INBOX", "", &numbered(7).to_bytes()?).await?;

    stage.proxy.come_back();
    page.see_row("Message 00007").await?;
    page.see_no_row("Message 00005").await?;
    page.see_row_that("Message 00002", "is struck", |row| row.deleted).await?;
    page.see_count(6).await
}
