//! Attachments: with progress, through a lost connection, taken back; pictures in the text.

use super::{BOB, Desk};
use postern_tests::{browser::Name, error::Result, page::Page, wait};
use serde_json::json;
use std::io::Write;

/// A picture of one pixel.
const DOT: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// A file of so many bytes.
fn file(folder: &tempfile::TempDir, name: &str, bytes: usize) -> Result<String> {
    let path = folder.path().join(name);
    let mut file = std::fs::File::create(&path)?;
    // Not all the same: pieces that change places would show.
    let block: Vec<u8> = (0..=250_u8).collect();
    for _ in 0..bytes / block.len() {
        file.write_all(&block)?;
    }
    Ok(path.to_string_lossy().into_owned())
}

async fn attach(page: &Page, path: &str) -> Result<()> {
    page.css(".compose-window input[type=file]").await?.send_keys(path).await?;
    Ok(())
}

/// Makes the page's uploads take so many bytes a second.
async fn slow(page: &Page, bytes_a_second: u32) -> Result<()> {
    page.set_offline(false).await?;
    let slow = json!({
        "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second
    });
    page.cdp("Network.emulateNetworkConditions", slow).await?;
    Ok(())
}

/// How many bytes of a file are said to be there, where its progress is shown.
async fn attached(page: &Page) -> Result<Option<f64>> {
    let value = "return document.querySelector('progress[aria-label^=Attaching]')?.value ?? null";
    Ok(page.run(value, vec![]).await?.as_f64())
}

#[tokio::test]
async fn a_large_file_goes_on_where_it_stopped_and_arrives_whole() -> Result<()> {
    const SIZE: usize = 25_000_000;
    let desk = Desk::begin().await?;
    let folder = tempfile::tempdir()?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Large").await?;
    slow(&page, 4_000_000).await?;
    attach(&page, &file(&folder, "large.bin", SIZE)?).await?;
    page.see("progressbar", "Attaching large.bin").await?;
    page.click("button", "Send").await?;
    page.see_alert("A file is still being attached.").await?;
    let there = async || attached(&page).await;
    let some = |bytes: &Option<f64>, least: f64| bytes.is_some_and(|bytes| bytes > least);
    let before = wait::until("some progress", there, |bytes| some(bytes, 1_000_000.0)).await?;
    wait::until("more of it", there, |bytes| some(bytes, before.unwrap_or_default() + 5_000_000.0)).await?;
    page.set_offline(true).await?;
    page.see_text(".compose-file", "Waits for the connection").await?;
    slow(&page, 4_000_000).await?;
    let again = wait::until("it to go on", there, Option::is_some).await?;
    assert!(some(&again, 3_000_000.0), "it begins anew: {again:?}");
    page.set_offline(false).await?;
    page.see("button", "Remove large.bin").await?;
    page.see_none("progressbar", Name::Starts("Attaching")).await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"Large\" LARGER 33000000", 1).await
}

#[tokio::test]
async fn a_file_is_taken_back_on_its_way_and_after() -> Result<()> {
    let desk = Desk::begin().await?;
    let folder = tempfile::tempdir()?;
    let page = desk.writing().await?;
    slow(&page, 200_000).await?;
    attach(&page, &file(&folder, "large.bin", 9_000_000)?).await?;
    page.click("button", "Cancel large.bin").await?;
    page.see_none("list", "Attachments").await?;
    page.set_offline(false).await?;
    attach(&page, &file(&folder, "small.txt", 500)?).await?;
    page.see("list", "Attachments").await?;
    page.click("button", "Remove small.txt").await?;
    page.see_none("list", "Attachments").await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Nothing in it").await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"Nothing in it\" SMALLER 20000", 1).await
}

#[tokio::test]
async fn a_pasted_picture_stands_in_the_text() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.formatting().await?;
    let paste = "const data = new DataTransfer();\
        const bytes = Uint8Array.from(atob(arguments[0]), char => char.charCodeAt(0));\
        data.items.add(new File([bytes], 'dot.png', { type: 'image/png' }));\
        const text = document.querySelector('.compose-text');\
        text.focus();\
        text.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
    page.run(paste, vec![json!(DOT)]).await?;
    let seen =
        "return document.querySelector('.compose-text img[src^=\"/api/accounts/\"]')?.naturalWidth ?? 0";
    wait::until("the picture", async || page.run(seen, vec![]).await, |width| *width == 1).await?;
    // It is no attachment to be looked at beside the text.
    page.see_none("list", "Attachments").await
}
