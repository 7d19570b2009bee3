//! Writing by keyboard alone, and what axe has to say.

use super::{BOB, Desk, formatted};
use crate::stage::ADA;
use postern_tests::{
    browser::{Key, Name, modifier},
    dovecot::maildir::Marks,
    error::Result,
    page::Page,
    wait,
};
use serde_json::json;

/// The name of what has the focus.
async fn focus(page: &Page, name: &str) -> Result<()> {
    let script = "const active = document.activeElement;\
        return active.getAttribute('aria-label') ?? active.textContent";
    wait::until(
        &format!("the focus on {name}"),
        async || page.run(script, vec![]).await,
        |focus| focus == name,
    )
    .await?;
    Ok(())
}

/// Whether a text is there, beside the editor's own marks and empty lines.
fn holds(found: &serde_json::Value, text: &str) -> bool {
    found.as_str().is_some_and(|found| found.trim_matches(['\u{200b}', '\n']) == text)
}

async fn letters(page: &Page, text: &str) -> Result<()> {
    for char in text.chars() {
        page.press(Key::Char(char)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_message_is_written_and_sent_by_keys() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = Page::signed_in(&desk.gateway, ADA).await?;
    page.see_row("Message 00003").await?;
    page.focus_list().await?;
    page.press(Key::Char('c')).await?;
    page.see("dialog", "New message").await?;
    formatted(&page).await?;
    focus(&page, "To").await?;
    letters(&page, BOB).await?;
    page.press(Key::Char(',')).await?;
    page.see_text("[aria-label='To recipients']", BOB).await?;
    // Back to the chip, into it, and out again.
    page.press(Key::Left).await?;
    focus(&page, BOB).await?;
    page.press(Key::Enter).await?;
    focus(&page, "To").await?;
    page.press(Key::Tab).await?;
    page.see_text("[aria-label='To recipients']", BOB).await?;
    for stop in ["Add Bcc", "From", "Subject"] {
        page.press(Key::Tab).await?;
        focus(&page, stop).await?;
    }
    letters(&page, "By keys").await?;
    page.press(Key::Tab).await?;
    focus(&page, "Message text").await?;
    page.press_with(modifier::CTRL, Key::Char('b')).await?;
    letters(&page, "bold").await?;
    let bold = "return document.querySelector('.compose-text b')?.textContent ?? null";
    wait::until("bold text", async || page.run(bold, vec![]).await, |text| holds(text, "bold")).await?;
    page.press_with(modifier::CTRL, Key::Enter).await?;
    page.see_status("Sent").await?;
    page.see_none("dialog", "New message").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"By keys\" TEXT \"bold\"", 1).await
}

#[tokio::test]
async fn enter_begins_one_line() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    // The editor is loaded with the first message, and is there for the second one.
    for message in ["the first", "the second"] {
        formatted(&page).await?;
        page.click("textbox", "Message text").await?;
        letters(&page, "one").await?;
        page.press(Key::Enter).await?;
        letters(&page, "two").await?;
        // So does Enter with Shift.
        page.press_with(modifier::SHIFT, Key::Enter).await?;
        letters(&page, "three").await?;
        let html = "return document.querySelector('.compose-text').innerHTML";
        let wanted = "<div>one</div><div>two</div><div>three</div>";
        let read = async || page.run(html, vec![]).await;
        let all = |html: &serde_json::Value| html.as_str().is_some_and(|html| html.contains("three"));
        let written = wait::until("the lines", read, all).await?;
        assert_eq!(written, wanted, "{message}");
        page.click("button", "Close").await?;
        page.click("button", "Compose").await?;
        page.see("textbox", "Message text").await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_is_written_above_the_quote_line_by_line() -> Result<()> {
    let desk = Desk::begin().await?;
    let letter = format!(
        "From: Bob <{BOB}>\r\nTo: {ADA}\r\nSubject: Tea?\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n\
         <p>Will you come?</p>\r\n"
    );
    desk.dovecot.maildir(ADA, "INBOX")?.put(1_700_000_000, Marks::default(), letter.as_bytes())?;
    let page = Page::signed_in(&desk.gateway, ADA).await?;
    page.click_row("Tea?").await?;
    page.see("article", Name::Starts("Message")).await?;
    page.press(Key::Char('r')).await?;
    page.see_text(".compose-text blockquote", "Will you come?").await?;
    // The cursor is there already.
    focus(&page, "Message text").await?;
    letters(&page, "one").await?;
    page.press(Key::Enter).await?;
    letters(&page, "two").await?;
    let html = "return document.querySelector('.compose-text').innerHTML";
    let both = |html: &serde_json::Value| html.as_str().is_some_and(|html| html.contains("two"));
    let written = wait::until("both lines", async || page.run(html, vec![]).await, both).await?;
    let written = written.as_str().unwrap_or_default().to_owned();
    assert!(written.starts_with("<div>one</div><div>two</div><div><br></div>"), "{written}");
    assert!(written.ends_with("<blockquote><p>Will you come?</p></blockquote>"), "{written}");
    Ok(())
}

#[tokio::test]
async fn axe_has_nothing_to_say_about_writing() -> Result<()> {
    let desk = Desk::begin().await?;
    for scheme in ["light", "dark"] {
        let page = desk.formatting().await?;
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        page.cdp("Emulation.setEmulatedMedia", features).await?;
        page.fill("combobox", "To", "bob@demo.test, nobody").await?;
        page.press(Key::Enter).await?;
        page.click("button", "Send").await?;
        page.see_alert("is not an address").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "compose, {scheme}");
        page.click("button", "Plain text").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "plain text, {scheme}");
        page.go("/settings/writing").await?;
        page.see("heading", "Writing").await?;
        page.see("button", "Add identity").await?;
        assert_eq!(page.accessibility_faults().await?, [""; 0], "settings, {scheme}");
    }
    Ok(())
}

#[tokio::test]
async fn formats_are_switched_and_lost_only_when_that_is_wanted() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.formatting().await?;
    page.fill("textbox", "Message text", "one").await?;
    page.click("button", "Bulleted list").await?;
    page.see_text(".compose-text ul li", "one").await?;
    assert!(page.see("button", "Bulleted list").await?.is("pressed"));
    page.click("button", "Plain text").await?;
    page.see("dialog", "Use plain text?").await?;
    page.click("button", "Cancel").await?;
    page.see_text(".compose-text ul li", "one").await?;
    page.click("button", "Plain text").await?;
    page.click("button", "Use plain text").await?;
    let text = "return document.querySelector('textarea.compose-text')?.value ?? null";
    wait::until("plain text", async || page.run(text, vec![]).await, |text| holds(text, "- one")).await?;
    page.click("button", "Plain text").await?;
    page.see_text("div.compose-text div", "- one").await?;
    let complaints = page.console().await?;
    assert!(!complaints.iter().any(|line| line.contains("Content Security Policy")), "{complaints:?}");
    Ok(())
}
