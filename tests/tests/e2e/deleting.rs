//! Deleting strikes through where the message stands; it can always be taken back.

use crate::stage::{ADA, Stage};
use postern_tests::{
    browser::{Key, modifier},
    dovecot::{Setup, maildir::Marks},
    error::Result,
    wait,
};

#[tokio::test]
async fn delete_strikes_in_place_and_in_a_second_browser() -> Result<()> {
    let stage = Stage::with_mail(10).await?;
    let (first, second) = tokio::try_join!(stage.page(), stage.page())?;
    let before = first.see_row("Message 00008").await?;
    first.click_row("Message 00008").await?;
    first.press(Key::Delete).await?;

    for page in [&first, &second] {
        let row =
            page.see_row_that("Message 00008", "is struck", |row| row.is_struck("Message 00008")).await?;
        assert!(row.is_struck("Ines"), "the sender is struck too: {row:?}");
        assert_eq!((row.index, row.top), (before.index, before.top), "the row stays where it is");
        page.see_text("[role=\"group\"][aria-label=\"Deleted messages\"]", "1 deleted").await?;
    }
    first.see_row_that("Message 00007", "has the focus", |row| row.focused).await?;
    let names = second.all("row", "").await?.len()
        + second.all("row", postern_tests::browser::Name::Starts("deleted, ")).await?.len();
    assert_eq!(names, 1, "one row is spoken as deleted");

    let mut client = stage.other_client().await?;
    assert_eq!(client.search("DELETED").await?, [8]);
    assert_eq!(client.search("SEEN").await?.len(), 10, "deleting leaves \\Seen alone");
    Ok(())
}

#[tokio::test]
async fn delete_on_a_struck_row_and_undelete_take_the_mark_off() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let page = stage.page().await?;
    let mut client = stage.other_client().await?;
    for take_back in [Key::Delete, Key::Char('u')] {
        page.click_row("Message 00003").await?;
        page.press(Key::Delete).await?;
        page.see_row_that("Message 00003", "is struck", |row| row.deleted).await?;
        page.click_row("Message 00003").await?;
        page.press(take_back).await?;
        page.see_row_that("Message 00003", "is not struck", |row| !row.deleted && row.struck.is_empty())
            .await?;
        wait::until("nothing deleted on the server", async || client.search("DELETED").await, Vec::is_empty)
            .await?;
    }
    Ok(())
}

#[tokio::test]
async fn undo_takes_back_exactly_what_was_deleted() -> Result<()> {
    let marks = Marks { seen: true, ..Marks::default() };
    let stage = Stage::with(Setup::new(&[ADA]), 6, marks).await?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 2 +FLAGS (\\Deleted)").await?;
    let page = stage.page().await?;
    page.see_row_that("Message 00002", "is struck", |row| row.deleted).await?;

    page.click_row("Message 00004").await?;
    page.press(Key::Delete).await?;
    page.see_row_that("Message 00004", "is struck", |row| row.deleted).await?;
    page.click("button", "Undo").await?;
    page.see_row_that("Message 00004", "is not struck", |row| !row.deleted).await?;

    page.click_row("Message 00005").await?;
    page.press(Key::Delete).await?;
    page.see_row_that("Message 00005", "is struck", |row| row.deleted).await?;
    page.press(Key::Char('z')).await?;
    page.see_row_that("Message 00005", "is not struck", |row| !row.deleted).await?;
    let deleted =
        wait::until("undone on the server", async || client.search("DELETED").await, |uids| uids.len() == 1);
    assert_eq!(deleted.await?, [2], "what another client struck stays struck");
    Ok(())
}

#[tokio::test]
async fn holding_delete_strikes_each_row_once_and_reads_none() -> Result<()> {
    let stage = Stage::with(Setup::new(&[ADA]), 60, Marks::default()).await?;
    let page = stage.page().await?;
    page.focus_list().await?;
    page.press(Key::Home).await?;
    page.see_row_that("Message 00060", "has the focus", |row| row.focused).await?;
    page.hold(Key::Delete, 20).await?;

    let mut client = stage.other_client().await?;
    let struck =
        wait::until("20 struck", async || client.search("DELETED").await, |uids| uids.len() >= 20).await?;
    assert_eq!(struck, (41..=60).collect::<Vec<u32>>());
    assert_eq!(client.search("UNSEEN").await?.len(), 60, "none is opened as read");
    page.see_row_that("Message 00040", "has the focus", |row| row.focused && !row.deleted).await?;
    Ok(())
}

#[tokio::test]
async fn a_mixed_selection_deletes() -> Result<()> {
    let stage = Stage::with_mail(4).await?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 3 +FLAGS (\\Deleted)").await?;
    let page = stage.page().await?;
    page.see_row_that("Message 00003", "is struck", |row| row.deleted).await?;
    page.focus_list().await?;
    page.press(Key::Home).await?;
    for _ in 0..2 {
        page.press_with(modifier::SHIFT, Key::Down).await?;
    }
    page.see_row_that("Message 00002", "is selected", |row| row.selected).await?;
    page.press(Key::Delete).await?;
    let struck =
        wait::until("3 struck", async || client.search("DELETED").await, |uids| uids.len() == 3).await?;
    assert_eq!(struck, [2, 3, 4]);
    Ok(())
}

#[tokio::test]
async fn the_list_stays_full_while_deleted_mail_is_hidden() -> Result<()> {
    let stage = Stage::with_mail(200).await?;
    let mut client = stage.other_client().await?;
    client.ok("UID STORE 151:180 +FLAGS (\\Deleted)").await?;
    let page = stage.page().await?;
    page.see_text("[role=\"group\"][aria-label=\"Deleted messages\"]", "30 deleted").await?;
    let shown = page.rows().await?.len();
    page.click("button", "Hide deleted").await?;
    page.see_count(170).await?;
    let rows = page
        .see_rows("no struck row", |rows| {
            rows.len() >= shown && rows.iter().all(|row| !row.deleted && !row.busy)
        })
        .await?;
    assert!(rows.iter().any(|row| row.shows("Message 00200")));
    page.click("button", "Show deleted").await?;
    page.see_count(200).await
}

#[tokio::test]
async fn a_refused_store_is_rolled_back_and_said() -> Result<()> {
    let stage = Stage::with_mail(3).await?;
    let page = stage.page().await?;
    stage.proxy.refuse("UID STORE", "NO [NOPERM] The archive is sealed");
    page.click_row("Message 00002").await?;
    page.press(Key::Delete).await?;
    page.see_text("[role=\"status\"], [role=\"alert\"]", "The archive is sealed").await?;
    page.see_row_that("Message 00002", "is not struck", |row| !row.deleted && row.struck.is_empty()).await?;

    stage.proxy.refuse_nothing();
    page.click_row("Message 00002").await?;
    page.press(Key::Delete).await?;
    page.see_row_that("Message 00002", "is struck", |row| row.deleted).await?;
    Ok(())
}
