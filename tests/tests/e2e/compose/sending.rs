//! Sending, undoing it, and what is asked before.

use super::{BOB, Desk};
use crate::stage::ADA;
use postern_tests::{
    browser::{Key, Name, modifier},
    dovecot::maildir::Marks,
    error::Result,
    page::Page,
    wait,
};

#[tokio::test]
async fn a_message_is_written_sent_and_arrives() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Tea at five").await?;
    page.fill("textbox", "Message text", "Will you come?").await?;
    page.click("button", "Send").await?;
    page.see_status("Sending…").await?;
    page.see_none("dialog", "New message").await?;
    page.see("button", "Undo").await?;
    page.see_status("Sent").await?;
    page.see_none("button", "Undo").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"Tea at five\" TEXT \"Will you come?\"", 1).await?;
    desk.holds(ADA, "Sent", "SUBJECT \"Tea at five\"", 1).await
}

#[tokio::test]
async fn a_pop3_account_keeps_drafts_and_what_it_sent_here() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = crate::pop3::signed_in(&desk.gateway).await?;
    page.click("button", "Compose").await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "From here").await?;
    page.fill("textbox", "Message text", "By POP3 it came, by SMTP it goes.").await?;
    page.click("button", "Close").await?;
    page.open_folder("Drafts").await?;
    page.click_row("From here").await?;
    page.see("dialog", "New message").await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    page.see_count(0).await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"From here\" TEXT \"by SMTP it goes\"", 1).await?;
    page.open_folder("Sent").await?;
    page.see_row("From here").await?;
    // The server that mail is got from has no folder Sent of a POP3 account.
    desk.holds(ADA, "Sent", "ALL", 0).await
}

#[tokio::test]
async fn undo_brings_the_message_back_and_nothing_goes() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Too soon").await?;
    page.click("button", "Send").await?;
    page.click("button", "Undo").await?;
    page.see("dialog", "New message").await?;
    page.see_text("[aria-label='To recipients']", BOB).await?;
    // Sent again it arrives once: the first time did nothing.
    page.fill("textbox", "Subject", "In time").await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"In time\"", 1).await?;
    desk.holds(BOB, "INBOX", "ALL", 1).await
}

#[tokio::test]
async fn what_is_no_address_is_named_and_doubts_are_asked() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.click("button", "Send").await?;
    page.see_alert("Say who the message is for.").await?;
    page.fill("combobox", "To", "bob at demo").await?;
    page.press(Key::Enter).await?;
    page.click("button", "Send").await?;
    page.see_alert("“bob at demo” is not an address.").await?;
    page.press_with(modifier::SHIFT, Key::Tab).await?;
    page.click("button", "Remove bob at demo").await?;
    page.fill("combobox", "To", &format!("Bob <{BOB}>; ")).await?;
    page.fill("textbox", "Message text", "See the attached list.").await?;
    page.click("button", "Send").await?;
    page.see("dialog", "Send this message?").await?;
    page.see_text("dialog li", "speaks of a file").await?;
    page.see_text("dialog li", "The subject is empty.").await?;
    page.click("button", "Go back").await?;
    page.see_none("dialog", "Send this message?").await?;
    page.click("button", "Send").await?;
    page.click("button", "Send anyway").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "ALL", 1).await
}

#[tokio::test]
async fn a_message_for_later_waits_in_the_outbox_and_can_be_edited() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", BOB).await?;
    page.fill("textbox", "Subject", "Later").await?;
    page.click("button", "Send later").await?;
    page.click("menuitem", "In one hour").await?;
    page.see("region", "Outbox").await?;
    page.see_text("[aria-label=Outbox] li", "Later — bob@demo.test").await?;
    page.click("button", "Edit").await?;
    page.see("dialog", "New message").await?;
    page.see_none("region", Name::Is("Outbox")).await
}

#[tokio::test]
async fn what_the_server_refused_stands_in_the_outbox_with_its_words_and_is_corrected() -> Result<()> {
    let desk = Desk::begin().await?;
    let page = desk.writing().await?;
    page.fill("combobox", "To", "nobody@demo.test").await?;
    page.fill("textbox", "Subject", "Astray").await?;
    page.click("button", "Send").await?;
    page.see("region", "Outbox").await?;
    let item = "[aria-label=Outbox] li";
    page.see_text(item, "Astray — nobody@demo.test").await?;
    page.see_text(item, "Not sent. nobody@demo.test was refused: “550 ").await?;
    page.see("button", "Try again").await?;
    page.click("button", "Edit").await?;
    page.see("dialog", "New message").await?;
    page.see_none("region", "Outbox").await?;
    page.click("button", "Remove nobody@demo.test").await?;
    page.fill("combobox", "To", BOB).await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    desk.holds(BOB, "INBOX", "SUBJECT \"Astray\"", 1).await?;
    desk.holds(ADA, "Sent", "SUBJECT \"Astray\"", 1).await
}

#[tokio::test]
async fn a_mail_is_answered_and_the_answer_arrives() -> Result<()> {
    let desk = Desk::begin().await?;
    let letter = format!(
        "From: Bob <{BOB}>\r\nTo: {ADA}\r\nMessage-ID: <tea@demo.test>\r\nSubject: Tea?\r\n\
         Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\nWill you come?\r\n"
    );
    desk.dovecot.maildir(ADA, "INBOX")?.put(1_700_000_000, Marks::default(), letter.as_bytes())?;
    let page = Page::signed_in(&desk.gateway, ADA).await?;
    page.click_row("Tea?").await?;
    page.see("article", Name::Starts("Message")).await?;
    page.click("button", "Reply").await?;
    page.see("dialog", "New message").await?;
    page.see_text("[aria-label='To recipients']", "Bob").await?;
    // Plain text is answered in plain text.
    let text =
        "const text = document.querySelector('.compose-text'); return text?.value ?? text?.textContent ?? ''";
    let quoted = |text: &serde_json::Value| text.as_str().is_some_and(|text| text.contains("Will you come?"));
    wait::until("the quote", async || page.run(text, vec![]).await, quoted).await?;
    page.css(".compose-text").await?.send_keys("Gladly.").await?;
    page.click("button", "Send").await?;
    page.see_status("Sent").await?;
    let answer = "SUBJECT \"Re: Tea?\" HEADER In-Reply-To \"<tea@demo.test>\" TEXT \"Gladly.\" TEXT \"Will you come?\"";
    desk.holds(BOB, "INBOX", answer, 1).await?;
    desk.holds(ADA, "INBOX", "ANSWERED", 1).await
}
