//! README's picture: the demo's inbox in a real browser. Run it by `cargo xtask screenshot`.

use postern_tests::{
    browser::{Key, Name},
    demo,
    dovecot::{Dovecot, Setup},
    error::Result,
    gateway::{Gateway, Settings},
    page::Page,
};
use serde_json::json;
use std::path::PathBuf;

/// Messages struck before the picture is taken.
const STRUCK: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(binary), Some(file)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: screenshot BINARY FILE");
        return Ok(());
    };
    let dovecot = Dovecot::start(Setup::new(&[demo::ADA, demo::GRACE])).await?;
    demo::fill(&dovecot)?;
    let folder = tempfile::tempdir()?;
    let gateway = Gateway::start_at(&binary, folder.path(), Settings::plain(dovecot.imap_port()), 0).await?;
    let page = Page::signed_in(&gateway, demo::ADA).await?;
    let window = json!({ "width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", window).await?;

    let rows = page.see_rows("the inbox", |rows| rows.len() > 8 && !rows.iter().any(|row| row.busy)).await?;
    page.element_of(&rows[3]).await?.click().await?;
    for _ in 0..STRUCK {
        page.press(Key::Delete).await?;
    }
    page.see("button", "Undo").await?;
    page.click("button", "Dismiss").await?;
    page.element_of(&rows[2]).await?.click().await?;
    page.see("article", Name::Any).await?;
    page.see("treeitem", Name::Starts("Travel 1 unread")).await?;
    page.css(".message-preview:not(:empty)").await?;
    std::fs::write(file, page.picture().await?)?;
    Ok(())
}
