//! On a phone there is one pane at a time, and nothing scrolls sideways.

use crate::stage::{ADA, Stage};
use postern_tests::{
    browser::{Browser, Name},
    dovecot::PASSWORD,
    error::Result,
    page::Page,
};

#[tokio::test]
async fn one_pane_at_a_time_and_nothing_sideways() -> Result<()> {
    let stage = Stage::with_mail(40).await?;
    let browser = Browser::start().await?;
    browser.be_a_phone().await?;
    let page = Page::start_in(browser, &stage.gateway).await?;
    assert_eq!(page.sideways().await?, 0, "sign-in");
    page.sign_in(ADA, PASSWORD).await?;
    page.see_row("Message 00040").await?;
    assert_eq!(page.sideways().await?, 0, "list");
    page.click_row("Message 00039").await?;
    page.see("article", Name::Starts("Message")).await?;
    page.see("heading", "Message 00039").await?;
    assert_eq!(page.sideways().await?, 0, "reading");
    assert!(page.all("grid", "Messages").await?.is_empty(), "the list has gone");
    page.click("button", "Back").await?;
    page.see_row("Message 00039").await?;
    page.click("button", "Open folders").await?;
    page.see("treeitem", Name::Starts("Sent")).await?;
    assert_eq!(page.sideways().await?, 0, "folders");
    page.click("treeitem", Name::Starts("Sent")).await?;
    page.see_count(0).await
}

#[tokio::test]
async fn targets_are_large_enough_for_a_thumb() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let browser = Browser::start().await?;
    browser.be_a_phone().await?;
    let page = Page::start_in(browser, &stage.gateway).await?;
    page.sign_in(ADA, PASSWORD).await?;
    page.see_row("Message 00005").await?;
    let small = "return [...document.querySelectorAll('button, [role=row], [role=treeitem], select, input')]\
        .filter(part => part.checkVisibility() && part.getClientRects().length && !part.disabled)\
        .filter(part => { const box = part.getBoundingClientRect(); return box.height < 44 && box.width > 1; })\
        .map(part => part.outerHTML.slice(0, 120))";
    assert_eq!(page.run(small, Vec::new()).await?, serde_json::json!([]));
    Ok(())
}
