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

#[tokio::test]
async fn a_large_file_goes_on_where_it_stopped_and_arrives_whole() -> Result<()> {
    let desk = Desk::begin().await?;
    let folder = tempfile::tempdir()?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Large").await?;
    // Slow enough to be seen on its way.
    page.set_offline(false).await?;
    let slow =
        json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 700_000 });
    page.cdp("Network.emulateNetworkConditions", slow).await?;
    attach(&page, &file(&folder, "large.bin", 4_000_000)?).await?;
    page.see("progressbar", "Attaching large.bin").await?;
    page.click("button", "Send").await?;
    page.see_alert("A file is still being attached.").await?;
    page.set_offline(true).await?;
    page.see_text(".compose-file", "Waits for the connection").await?;
    page.set_offline(false).await?;
    page.see("button", "Remove large.bin").await?;
    page.see_none("progressbar", Name::Starts("Attaching")).await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"Large\" LARGER 5300000", 1).await
}

#[tokio::test]
async fn a_file_is_taken_back_on_its_way_and_after() -> Result<()> {
    let desk = Desk::begin().await?;
    let folder = tempfile::tempdir()?;
    let page = desk.writing().await?;
    page.set_offline(false).await?;
    let slow =
        json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000 });
    page.cdp("Network.emulateNetworkConditions", slow).await?;
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
