//! axe finds nothing wrong with sign-in, list, reading and dialog, in light and in dark.

use crate::stage::{ADA, Stage};
use postern_tests::{
    browser::{Key, Name},
    dovecot::PASSWORD,
    error::Result,
    page::Page,
};
use serde_json::json;

#[tokio::test]
async fn axe_has_nothing_to_say() -> Result<()> {
    let stage = Stage::with_mail(30).await?;
    for (scheme, subject) in [("light", "Message 00029"), ("dark", "Message 00027")] {
        let page = Page::start(&stage.gateway).await?;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        page.cdp("Emulation.setEmulatedMedia", features).await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "sign-in, {scheme}");
        page.sign_in(ADA, PASSWORD).await?;
        page.see_row("Message 00030").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "list, {scheme}");
        page.click_row(subject).await?;
        page.see("article", Name::Starts("Message")).await?;
        page.css("iframe[title=\"Message body\"]").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "reading, {scheme}");
        page.click("button", "Delete").await?;
        page.see_row_that(subject, "is struck", |row| row.deleted).await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "toast and struck row, {scheme}");
        page.edit("Purge deleted messages").await?;
        page.see("dialog", "Purge deleted messages").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "dialog, {scheme}");
        page.click("button", "Cancel").await?;
        page.press(Key::Char('?')).await?;
        page.see("dialog", "Keyboard shortcuts").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "shortcuts, {scheme}");
    }
    Ok(())
}
