//! The mail server, the network and the gateway go away and come back; the page recovers by itself.

use crate::stage::Stage;
use postern_tests::{browser::Key, error::Result, mail::numbered, wait};

#[tokio::test]
async fn a_killed_mail_server_is_waited_for() -> Result<()> {
    let mut stage = Stage::with_mail(5).await?;
    let page = stage.page().await?;
    page.see_connection("Online").await?;
    stage.dovecot.kill();
    page.see_connection("Reconnecting…").await?;
    assert_eq!(page.rows().await?.len(), 5, "what is known stays on the screen");

    stage.dovecot.restart().await?;
    page.see_connection("Online").await?;
    page.click_row("Message 00004").await?;
    page.press(Key::Delete).await?;
    let mut client = stage.other_client().await?;
    wait::until("the server's word", async || client.search("DELETED").await, |uids| uids == &[4]).await?;
    Ok(())
}

#[tokio::test]
async fn a_killed_gateway_comes_back_to_the_same_session() -> Result<()> {
    let mut stage = Stage::with_mail(5).await?;
    let page = stage.page().await?;
    let path = page.path().await?;
    stage.gateway.kill();
    wait::until(
        "the page to notice",
        async || page.run("return document.querySelector('[role=\"status\"][aria-label=\"Connection\"]')?.textContent ?? ''", Vec::new()).await,
        |state| !state.as_str().unwrap_or_default().starts_with("Online"),
    )
    .await?;
    assert_eq!(page.rows().await?.len(), 5, "what is known stays on the screen");
    stage.other_client().await?.append("INBOX", "", &numbered(6).to_bytes()?).await?;

    stage.gateway.restart().await?;
    page.see_connection("Online").await?;
    page.see_row("Message 00006").await?;
    assert_eq!(page.path().await?, path);
    page.click_row("Message 00002").await?;
    page.press(Key::Delete).await?;
    let mut client = stage.other_client().await?;
    wait::until("the server's word", async || client.search("DELETED").await, |uids| uids == &[2]).await?;
    Ok(())
}

#[tokio::test]
async fn a_change_made_offline_waits_and_is_made() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let page = stage.page().await?;
    page.see_connection("Online").await?;
    page.click_row("Message 00003").await?;
    stage.proxy.go_down();
    page.see_connection("Reconnecting…").await?;
    page.press(Key::Delete).await?;
    page.see_row_that("Message 00003", "is struck", |row| row.deleted).await?;
    stage.proxy.come_back();
    page.see_connection("Online").await?;
    let mut client = stage.other_client().await?;
    wait::until("the server's word", async || client.search("DELETED").await, |uids| uids == &[3]).await?;
    Ok(())
}
