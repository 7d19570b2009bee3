//! Drafts: through a reload, from the folder Drafts, thrown away, as plain text.

use super::{BOB, Desk};
use crate::stage::ADA;
use postern_tests::{browser::Key, error::Result, page::Page, wait};
use serde_json::json;

/// What the field of that name says.
const VALUE: &str = "const field = document.querySelector(`.compose-window [aria-label='${arguments[0]}']`);\
    return field?.value ?? field?.textContent ?? null";

#[tokio::test]
async fn a_draft_is_saved_by_itself_and_outlives_a_reload() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.press(Key::Enter).await?;
    page.fill("textbox", "Subject", "Half a thought").await?;
    page.fill("textbox", "Message text", "Dear Bob").await?;
    page.see_status("Draft saved").await?;
    page.go("/").await?;
    page.see("dialog", "New message").await?;
    let says = async |field: &str| page.run(VALUE, vec![json!(field)]).await;
    wait::until("the subject", async || says("Subject").await, |text| text == "Half a thought").await?;
    let there = |text: &serde_json::Value| text.as_str().is_some_and(|text| text.contains("Dear Bob"));
    wait::until("the text", async || says("Message text").await, there).await?;
    page.see_text("[aria-label='To recipients']", BOB).await?;
    desk.holds(ADA, "Drafts", "SUBJECT \"Half a thought\"", 1).await
}

#[tokio::test]
async fn what_was_written_offline_is_there_after_a_reload() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.set_offline(true).await?;
    page.see_connection("Offline").await?;
    page.fill("textbox", "Subject", "Under ground").await?;
    let kept = "return Object.keys(localStorage).filter(name => name.startsWith('postern.draft.')).length";
    wait::until("the browser to keep it", async || page.run(kept, vec![]).await, |count| *count == 1).await?;
    page.set_offline(false).await?;
    page.go("/").await?;
    page.see("dialog", "New message").await?;
    let says = async || page.run(VALUE, vec![json!("Subject")]).await;
    wait::until("the subject", says, |text| text == "Under ground").await?;
    desk.holds(ADA, "Drafts", "SUBJECT \"Under ground\"", 1).await
}

#[tokio::test]
async fn a_draft_is_thrown_away_and_had_back() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("textbox", "Subject", "Rubbish").await?;
    page.click("button", "Discard").await?;
    page.see_status("Draft discarded").await?;
    page.see_none("dialog", "New message").await?;
    page.click("button", "Undo").await?;
    page.see("dialog", "New message").await?;
    let says = async || page.run(VALUE, vec![json!("Subject")]).await;
    wait::until("the subject", says, |text| text == "Rubbish").await?;
    Ok(())
}

#[tokio::test]
async fn another_browser_is_followed_and_never_overwritten() -> Result<()> {
    let desk = Desk::begin().await?;
    let one = desk.writing().await?;
    one.fill("textbox", "Subject", "First").await?;
    one.see_status("Draft saved").await?;
    let two = Page::signed_in(&desk.gateway, ADA).await?;
    two.open_folder("Drafts").await?;
    two.click_row("First").await?;
    two.see("dialog", "New message").await?;
    two.fill("textbox", "Subject", "Second").await?;
    let subject = async || one.run(VALUE, vec![json!("Subject")]).await;
    wait::until("the other browser's subject", subject, |text| text == "Second").await?;

    one.set_offline(true).await?;
    one.see_connection("Offline").await?;
    one.fill("textbox", "Subject", "Mine").await?;
    two.fill("textbox", "Subject", "Theirs").await?;
    desk.holds(ADA, "Drafts", "SUBJECT \"Theirs\"", 1).await?;
    one.set_offline(false).await?;
    one.see_alert("This draft was changed in another window.").await?;
    one.click("button", "Keep mine").await?;
    desk.holds(ADA, "Drafts", "SUBJECT \"Mine\"", 1).await?;
    desk.holds(ADA, "Drafts", "SUBJECT \"Theirs\"", 1).await
}
