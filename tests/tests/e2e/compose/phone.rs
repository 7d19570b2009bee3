//! Writing on a phone: the message covers the page.

use super::Desk;
use crate::stage::ADA;
use postern_tests::{browser::Browser, dovecot::PASSWORD, error::Result, page::Page, wait};

#[tokio::test]
async fn what_is_behind_cannot_be_reached_and_gets_the_focus_back() -> Result<()> {
    let desk = Desk::begin().await?;
    let browser = Browser::start().await?;
    browser.be_a_phone().await?;
    let page = Page::start_in(browser, &desk.gateway).await?;
    page.sign_in(ADA, PASSWORD).await?;
    page.see("grid", "Messages").await?;
    // It floats above the list, and stands in the drawer.
    page.click("button", "Compose").await?;
    page.see("dialog", "New message").await?;
    page.click("button", "Close").await?;
    page.click("button", "Open folders").await?;
    page.click("button", "Compose").await?;
    page.see("dialog", "New message").await?;
    page.see("textbox", "Message text").await?;
    page.see_none("grid", "Messages").await?;
    page.see_none("button", "Open folders").await?;
    assert_eq!(page.sideways().await?, 0, "writing");
    // Minimised it covers nothing.
    page.click("button", "Minimise").await?;
    page.see("button", "Open folders").await?;
    page.click("button", "Minimise").await?;
    page.see_none("button", "Open folders").await?;
    page.click("button", "Close").await?;
    page.see("grid", "Messages").await?;
    let focus = "return document.activeElement.getAttribute('aria-label')";
    wait::until("the focus", async || page.run(focus, vec![]).await, |focus| focus == "Open folders").await?;
    Ok(())
}
