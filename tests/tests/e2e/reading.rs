//! Reading: the body in its frame, attachments, and what a hostile mail may not do.

use crate::stage::{ADA, Stage};
use postern_tests::{browser::Name, dovecot::maildir::Marks, error::Result, mail::Mail, wait};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::net::TcpListener;

/// Puts one message into Ada's empty inbox.
async fn with(mail: &Mail) -> Result<Stage> {
    let stage = Stage::with_mail(0).await?;
    stage.dovecot.maildir(ADA, "INBOX")?.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    Ok(stage)
}

fn letter(subject: &str) -> Mail {
    let mut mail = Mail::new(("Mallory", "mallory@example.org"), ("Ada", ADA), subject, "Plain words.");
    mail.id = "1@reading.example.org".to_owned();
    mail.sent = 1_700_000_000;
    mail
}

#[tokio::test]
async fn a_hostile_message_asks_nobody_and_runs_nothing() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&visits);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let mut mail = letter("Look at this");
    mail.html = Some(format!(
        "<html><head><link rel=stylesheet href='{url}/a.css'><link rel=prefetch href='{url}/p'>\
         <meta http-equiv=refresh content='0;url={url}/m'><base href='{url}/'>\
         <style>@import url({url}/b.css); body {{ background: url({url}/c.png) }} \
         @font-face {{ font-family: f; src: url({url}/f.woff) }} p {{ font-family: f }}</style></head>\
         <body onload=\"document.title='owned'\"><p id=seen>Visible words</p>\
         <img src='{url}/d.png'><img srcset='{url}/e.png 2x'><img src=x onerror=\"fetch('{url}/f')\">\
         <picture><source srcset='{url}/g.png'></picture><video src='{url}/h' poster='{url}/i' autoplay></video>\
         <audio src='{url}/j' autoplay></audio><iframe src='{url}/k'></iframe><object data='{url}/l'></object>\
         <embed src='{url}/n'><svg><image href='{url}/o'/><script>fetch('{url}/q')</script></svg>\
         <div style=\"background-image: url('{url}/r')\">x</div><table background='{url}/s'><tr><td>t</td></tr></table>\
         <script>fetch('{url}/t'); parent.document.title='owned'</script>\
         <form action='{url}/u' id=f><input autofocus onfocus=\"f.submit()\"></form>\
         <a href='https://example.org/' ping='{url}/v'>a link</a></body></html>"
    ));
    let stage = with(&mail).await?;
    let page = stage.page().await?;
    page.click_row("Look at this").await?;
    let frame = page.css("iframe[title=\"Message body\"]").await?;
    frame.enter_frame().await?;
    page.see_text("p", "Visible words").await?;
    let banned =
        "script, link, iframe, object, embed, svg, video, audio, form, meta[http-equiv=refresh], base";
    assert_eq!(page.count(banned).await?, 0);
    page.driver().enter_default_frame().await?;
    assert!(page.driver().title().await?.contains("Postern"));
    // Whatever would have been asked for is asked for while a page loads; a second message has loaded by now too.
    page.driver().refresh().await?;
    page.css("iframe[title=\"Message body\"]").await?.enter_frame().await?;
    page.see_text("p", "Visible words").await?;
    assert_eq!(visits.load(Ordering::SeqCst), 0, "a remote host was asked");
    Ok(())
}

#[tokio::test]
async fn headers_text_and_attachments_are_shown_and_saved() -> Result<()> {
    let mut mail = letter("Minutes <b>of</b> the day");
    mail.cc = vec![("Grace Hopper", "grace@demo.test")];
    mail.text = Some("First line\n\n> quoted line\n\nhttps://example.org/page".to_owned());
    mail.files.push(("text/plain", "Größe & Maß.txt".into(), b"contents of the file".to_vec()));
    let stage = with(&mail).await?;
    let page = stage.page().await?;
    page.click_row("Minutes").await?;
    page.see("article", Name::Starts("Message")).await?;
    page.see("heading", "Minutes <b>of</b> the day").await?;
    page.see_text("article dl", "Mallory").await?;
    page.see_text("article dl", "Grace Hopper").await?;
    page.see("button", "Download Größe & Maß.txt").await?;
    page.css("iframe[title=\"Message body\"]").await?.enter_frame().await?;
    page.see_text("body", "First line").await?;
    page.see_text("body", "quoted line").await?;
    page.driver().enter_default_frame().await?;

    let mut client = stage.other_client().await?;
    wait::until("it to be read", async || client.search("SEEN").await, |uids| uids == &[1]).await?;
    Ok(())
}

#[tokio::test]
async fn the_address_names_what_is_shown() -> Result<()> {
    let stage = Stage::with_mail(5).await?;
    let page = stage.page().await?;
    let list = page.path().await?;
    assert!(list.starts_with("/mail/"), "{list}");
    page.click_row("Message 00004").await?;
    page.see("heading", "Message 00004").await?;
    let first = page.path().await?;
    page.click_row("Message 00002").await?;
    page.see("heading", "Message 00002").await?;
    assert_ne!(page.path().await?, first);
    page.driver().back().await?;
    page.see("heading", "Message 00004").await?;
    assert_eq!(page.path().await?, first);
    page.driver().forward().await?;
    page.see("heading", "Message 00002").await?;
    page.driver().refresh().await?;
    page.see("heading", "Message 00002").await?;
    page.open_folder("Sent").await?;
    page.see_count(0).await?;
    page.driver().back().await?;
    page.see_count(5).await
}
