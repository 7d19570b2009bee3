//! Whatever comes from a stranger or a server is text wherever the app shows it, and never markup.

use crate::stage::{ADA, put_numbered};
use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use postern_tests::{
    browser::{Key, Name},
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    page::Page,
    proxy::Proxy,
};

/// What would be found by its class if it became markup. There is no slash in it, so that a folder can be called so.
const CANARY: &str = "\"'><b class=canary>sings<img class=canary src=x:x onerror=document.title='owned'>";

/// A canary in an encoded word (RFC 2047).
fn word(place: &str) -> String {
    format!("=?utf-8?B?{}?=", BASE64.encode(format!("{place} {CANARY}")))
}

/// A mail with canaries wherever one fits.
fn letter() -> Vec<u8> {
    let quoted = CANARY.replace('"', "\\\"");
    format!(
        "From: {from} <\"a{quoted}\"@example.org>\r\nSender: {from} <{CANARY}@example.org>\r\n\
         To: {to} <ada@demo.test>, \"{quoted}\" <x@{CANARY}>\r\nCc: {to} : {to} <c@example.org>, {CANARY};\r\n\
         Reply-To: {to} <r@example.org>\r\nBcc: {to} <b@example.org>\r\nSubject: {subject}\r\n\
         Date: {CANARY}\r\nMessage-ID: <{CANARY}@example.org>\r\nIn-Reply-To: <{CANARY}>\r\nReferences: <{CANARY}>\r\n\
         List-Unsubscribe: <{CANARY}>\r\nList-Id: {CANARY}\r\nX-Mailer: {CANARY}\r\n{CANARY}: {CANARY}\r\n\
         Authentication-Results: {CANARY}; spf={CANARY} smtp.mailfrom={CANARY}\r\nMIME-Version: 1.0 ({CANARY})\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n{CANARY}\r\n--{boundary}\r\n\
         Content-Type: text/plain; charset=\"{quoted}\"\r\nContent-Description: {CANARY}\r\n\
         Content-Transfer-Encoding: {CANARY}\r\n\r\nPlain {CANARY}\r\n--{boundary}\r\n\
         Content-Type: application/x-{CANARY}; name=\"{quoted}\"\r\nContent-ID: <{CANARY}>\r\n\
         Content-Disposition: attachment; filename=\"file {quoted}\"\r\n\r\nx\r\n--{boundary}\r\n\
         Content-Type: image/png; name=\"{name}\"\r\nContent-ID: <{CANARY}>\r\nContent-Location: {CANARY}\r\n\
         Content-Disposition: {CANARY}; filename*=utf-8''{CANARY}\r\n\r\nno picture\r\n--{boundary}\r\n\
         Content-Type: text/calendar; method=REQUEST; name={CANARY}\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:{CANARY}\r\n\
         BEGIN:VEVENT\r\nSUMMARY:{CANARY}\r\nLOCATION:{CANARY}\r\nDESCRIPTION:{CANARY}\r\nUID:{CANARY}\r\n\
         ORGANIZER;CN=\"{CANARY}\":mailto:{CANARY}\r\nATTENDEE;CN={CANARY}:mailto:{CANARY}\r\n\
         DTSTART;TZID={CANARY}:20240101T100000\r\nDTEND:{CANARY}\r\nRRULE:{CANARY}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\
         --{boundary}\r\nContent-Type: message/rfc822; name={CANARY}\r\n\r\nSubject: inner {CANARY}\r\n\
         From: {from} <{CANARY}>\r\n\r\nInner {CANARY}\r\n--{boundary}--\r\n",
        from = word("sender"),
        to = word("reader"),
        subject = word("subject"),
        name = word("picture"),
        boundary = CANARY.replace(['"', '\\'], "'"),
    )
    .into_bytes()
}

/// The canary may be read, and is no element, in the page and in every frame.
async fn is_text(page: &Page, place: &str) -> Result<()> {
    assert_eq!(page.count(".canary").await?, 0, "a canary became markup in {place}");
    assert!(page.driver().title().await?.contains("Postern"), "a canary ran in {place}");
    Ok(())
}

#[tokio::test]
async fn what_strangers_write_is_text_everywhere() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let folder = format!("folder {CANARY}");
    put_numbered(&dovecot, &folder, 2, Marks { deleted: true, seen: true, ..Marks::default() })?;
    dovecot.maildir(ADA, "INBOX")?.put(1_700_000_000, Marks::default(), &letter())?;
    let proxy = Proxy::start(dovecot.imap_port()).await?;
    let gateway = Gateway::start(Settings::plain(proxy.port())).await?;
    let page = Page::signed_in(&gateway, ADA).await?;

    page.see_row("sings").await?;
    is_text(&page, "the list").await?;
    page.see("treeitem", Name::Starts(&folder)).await?;
    is_text(&page, "the folder tree").await?;

    page.click_row("sings").await?;
    page.see("heading", Name::Has("subject \"'><b class=canary>sings")).await?;
    page.click("button", "Show details").await?;
    page.see("button", Name::Starts("Download file")).await?;
    is_text(&page, "the reading pane").await?;
    page.css("iframe[title=\"Message body\"]").await?.enter_frame().await?;
    page.see_text("body", "Plain \"'><b class=canary>sings").await?;
    assert_eq!(page.count(".canary").await?, 0, "a canary became markup in the body");
    page.driver().enter_default_frame().await?;

    proxy.refuse("UID STORE", &format!("NO [NOPERM] refused {CANARY}"));
    page.focus_list().await?;
    page.press(Key::Delete).await?;
    page.see_text("[role=\"status\"], [role=\"alert\"]", &format!("refused {CANARY}")).await?;
    is_text(&page, "a failure").await?;
    proxy.refuse_nothing();

    proxy.invent(&format!("* OK [ALERT] alert {CANARY}\r\n"));
    page.click("treeitem", Name::Starts(&folder)).await?;
    page.see_text("[role=\"status\"], [role=\"alert\"]", &format!("alert {CANARY}")).await?;
    page.see_count(2).await?;
    is_text(&page, "a notice of the server, and the folder").await?;
    page.edit("Purge deleted messages").await?;
    page.see("dialog", "Purge deleted messages").await?;
    is_text(&page, "a dialog").await
}
