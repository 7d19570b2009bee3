//! The tools for one message: source, headers, printing, saving, and who really sent it.

use crate::{pop3, stage::ADA};
use base64::{Engine, prelude::BASE64_STANDARD};
use postern_tests::{
    browser::{Key, Name},
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    page::Page,
    wait,
};
use serde_json::{Value, json};

/// The server whose findings about senders the gateway believes.
const TRUSTED: &str = "mx.demo.test";

/// Markup that must stay text wherever it stands.
const CANARY: &str = "<img src=x onerror=\"document.title='owned'\">";

/// A mail server with these messages in Ada's inbox, and a gateway that believes what [`TRUSTED`] found out.
async fn stage(mails: &[String]) -> Result<(Dovecot, Gateway)> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut inbox = dovecot.maildir(ADA, "INBOX")?;
    for (at, mail) in mails.iter().enumerate() {
        inbox.put(1_700_000_000 + at as u64, Marks::default(), mail.as_bytes())?;
    }
    let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port())
        .line(&format!("reading = {{ authserv_ids = [\"{TRUSTED}\"] }}"));
    Ok((dovecot, Gateway::start(settings).await?))
}

/// A letter whose header begins with what the mail server wrote.
fn letter(findings: &str, from: &str, subject: &str, rest: &str) -> String {
    format!(
        "Authentication-Results: {TRUSTED}; {findings}\r\nReceived: from x by {TRUSTED}; Tue, 14 Nov 2023 22:13:20 +0000\r\n\
         From: {from}\r\nTo: Ada <{ADA}>\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\nSubject: {subject}\r\n{rest}"
    )
}

fn genuine() -> String {
    let findings = "spf=pass smtp.mailfrom=x.test; dkim=pass header.d=x.test; dmarc=pass header.from=x.test";
    let rest = format!("X-Canary: {CANARY}\r\nX-Folded: one\r\n two\r\n\r\nPlain words.\r\n");
    letter(findings, "Grace Hopper <grace@x.test>", "=?utf-8?q?Gr=C3=BC=C3=9Fe?= / \"all\"", &rest)
}

fn forged() -> String {
    let rest = "Reply-To: thief@elsewhere.test\r\n\r\nPay now.\r\n";
    letter("dmarc=fail header.from=evil.test", "\"boss@bank.test\" <mallory@evil.test>", "Pay", rest)
}

async fn more(page: &Page, item: &str) -> Result<()> {
    page.click("button", "More").await?;
    page.click("menuitem", item).await
}

/// Waits until the dialog is gone by Escape and the button that opened the menu has the focus again.
async fn escape(page: &Page, dialog: &str) -> Result<()> {
    page.press(Key::Escape).await?;
    page.see_none("dialog", dialog).await?;
    let focused = "return document.activeElement.getAttribute('aria-label')";
    wait::until("the focus to return", async || page.run(focused, Vec::new()).await, |name| name == "More")
        .await?;
    Ok(())
}

/// What stands in the cells of the headers' row of that name.
async fn header_row(page: &Page, name: &str) -> Result<Value> {
    let script = "const row = [...document.querySelectorAll('.header-table tbody tr')]\
        .find(row => row.cells[0].textContent === arguments[0]);\
        return [...row.cells].slice(1).map(cell => cell.textContent)";
    page.run(script, vec![json!(name)]).await
}

/// Source, headers, and the download of the message [`genuine`] while it is open.
async fn see_source_headers_and_download(page: &Page) -> Result<()> {
    more(page, "Show source").await?;
    page.see("dialog", "Message source").await?;
    page.see_text("dialog pre", "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= / \"all\"").await?;
    page.see_text("dialog pre", CANARY).await?;
    page.see_text("dialog pre", "Plain words.").await?;
    page.see("button", "Copy").await?;
    escape(page, "Message source").await?;

    more(page, "Show headers").await?;
    page.see("dialog", "Message headers").await?;
    page.see_text("dialog .header-table", "X-Canary").await?;
    assert_eq!(header_row(page, "Subject").await?, json!(["Grüße / \"all\""]));
    assert_eq!(header_row(page, "X-Canary").await?, json!([CANARY]));
    page.click("switch", "Show as sent too").await?;
    page.see("columnheader", "As sent").await?;
    assert_eq!(header_row(page, "X-Folded").await?, json!(["one two", "one\r\n two"]));
    escape(page, "Message headers").await?;
    assert_eq!(page.count("img[src=x]").await?, 0);
    assert!(
        page.driver().title().await?.contains("Grüße") || page.driver().title().await?.contains("Postern")
    );

    let source = "const frame = document.querySelector('.body-frame').src.split('/body')[0];\
        return fetch(frame + '/source').then(answer => answer.headers.get('content-disposition'))";
    assert_eq!(
        page.run(source, Vec::new()).await?,
        "attachment; filename=\"Gr__e _ _all_.eml\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_%20_all_.eml"
    );
    Ok(())
}

async fn see_sender(page: &Page) -> Result<()> {
    page.see_text("article dl", "Grace Hopper <grace@x.test>").await?;
    page.click("button", "Show details").await?;
    page.see_text(
        "article dl",
        "This message really comes from \u{2068}x.test\u{2069}: signed (DKIM) and confirmed (DMARC).",
    )
    .await?;
    page.see_none("alert", Name::Any).await
}

async fn see_warnings(page: &Page) -> Result<()> {
    page.click_row("Pay").await?;
    page.see_text("article dl", "<mallory@evil.test>").await?;
    page.see_alert("Be careful: this message may not be from who it says.").await?;
    page.see_alert("\u{2068}evil.test\u{2069} does not confirm that it sent this message").await?;
    page.see_alert("reads like the address \u{2068}boss@bank.test\u{2069}").await?;
    page.see_text("[role=note]", "Answers to this message go to \u{2068}thief@elsewhere.test\u{2069}").await
}

#[tokio::test]
async fn an_imap_message_is_shown_as_it_stands_and_its_sender_judged() -> Result<()> {
    let (_dovecot, gateway) = stage(&[genuine(), forged()]).await?;
    let page = Page::signed_in(&gateway, ADA).await?;
    page.click_row("Grüße").await?;
    see_sender(&page).await?;
    see_source_headers_and_download(&page).await?;
    see_warnings(&page).await?;
    assert_eq!(page.accessibility_faults().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_pop3_message_is_shown_as_it_stands_and_its_sender_judged() -> Result<()> {
    let (_dovecot, gateway) = stage(&[genuine(), forged()]).await?;
    let page = pop3::signed_in(&gateway).await?;
    page.click_row("Grüße").await?;
    see_sender(&page).await?;
    see_source_headers_and_download(&page).await?;
    see_warnings(&page).await
}

#[tokio::test]
async fn a_large_source_is_cut_and_says_so() -> Result<()> {
    let lines = "a line of seventy characters, again and again, to make it long.....\r\n".repeat(40_000);
    let (_dovecot, gateway) = stage(&[letter("none", "a@x.test", "Large", &format!("\r\n{lines}"))]).await?;
    let page = Page::signed_in(&gateway, ADA).await?;
    page.click_row("Large").await?;
    more(&page, "Show source").await?;
    page.see_text("dialog [role=note]", "Only its first 2 MB are shown.").await?;
    page.see("link", "Download message").await?;
    Ok(())
}

#[tokio::test]
async fn print_prints_every_page_of_a_clean_document() -> Result<()> {
    let lines: String = (0..250).map(|line| format!("Line {line} of the mail\r\n")).collect();
    let subject = format!("Long {CANARY}");
    let mail = letter(
        "none",
        &format!("\"{}\" <a@x.test>", CANARY.replace('"', "\\\"")),
        &subject,
        &format!("\r\n{lines}"),
    );
    let (_dovecot, gateway) = stage(&[mail]).await?;
    let page = Page::signed_in(&gateway, ADA).await?;
    page.click_row("Long").await?;
    page.see_text("article dl", "a@x.test").await?;
    // The frame prints after its load event: whoever listens from that event on hears it.
    let listen = "window.printed = 0;\
        new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {\
            if (node.className === 'print-frame') node.addEventListener('load', () =>\
                node.contentWindow.addEventListener('beforeprint', () => { window.printed += 1; }));\
        }))).observe(document.body, { childList: true })";
    page.run(listen, Vec::new()).await?;
    more(&page, "Print").await?;
    let printed = async || page.run("return window.printed", Vec::new()).await;
    wait::until("the frame to print", printed, |printed| *printed == 1).await?;
    let sandbox = page.run("return document.querySelector('.print-frame').sandbox.value", Vec::new()).await?;
    assert_eq!(sandbox, "allow-same-origin allow-modals");

    let url = page.run("return document.querySelector('.print-frame').src", Vec::new()).await?;
    page.open(url.as_str().unwrap_or_default()).await?;
    page.see_text("h1", &subject).await?;
    page.see_text(".print-head", CANARY).await?;
    page.see_text(".print-head", "Tuesday, 14 November 2023").await?;
    assert_eq!(page.count("img, script").await?, 0);
    assert_eq!(page.driver().title().await?, subject);
    let pdf = page.cdp("Page.printToPDF", json!({})).await?;
    let pdf = BASE64_STANDARD.decode(pdf["data"].as_str().unwrap_or_default()).unwrap_or_default();
    let pages = String::from_utf8_lossy(&pdf).matches("/Type /Page\n").count();
    assert!((5..=12).contains(&pages), "{pages} pages");
    Ok(())
}
