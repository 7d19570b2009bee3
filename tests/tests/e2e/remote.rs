//! What lies elsewhere: images that wait for the reader, trackers that are never loaded, links that are not what they seem.

use crate::stage::{ADA, Stage};
use postern_tests::{
    browser::Name,
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::Result,
    gateway::{Gateway, Settings},
    image_server::{ImageServer, SIZE},
    mail::Mail,
    page::Page,
    proxy::Proxy,
    wait,
};

const FRAME: &str = "iframe[title=\"Message body\"]";

/// A message of this HTML in Ada's inbox, and a gateway that may fetch images from this machine.
async fn with(html: &str) -> Result<Stage> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut mail = Mail::new(("Shop", "News@Shop.example"), ("Ada", ADA), "Our offers", "Plain words.");
    mail.id = "1@remote.example.org".to_owned();
    mail.sent = 1_700_000_000;
    mail.html = Some(html.to_owned());
    dovecot.maildir(ADA, "INBOX")?.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    let proxy = Proxy::start(dovecot.imap_port()).await?;
    let settings = Settings::plain(proxy.port()).line("reading = { image_proxy_allow = [\"127.0.0.1\"] }");
    let gateway = Gateway::start(settings).await?;
    Ok(Stage { gateway, proxy, dovecot })
}

fn newsletter(sink: &ImageServer) -> String {
    let url = sink.url();
    format!(
        "<p>Visible words</p><img id=hero src='{url}/hero.png' alt=Hero>\
         <img src='{url}/seen.gif' width=1 height=1><img src='{url}/hidden.gif' style='display:none'>\
         <img src='{url}/wf/open?upn=1'>"
    )
}

/// Waits until the frame shows the picture in its full size.
async fn see_picture(page: &Page) -> Result<()> {
    page.css(FRAME).await?.enter_frame().await?;
    let width = async || Ok(page.css("img[alt=Hero]").await?.prop("naturalWidth").await?);
    wait::until("the picture", width, |width| *width == Some(SIZE.0.to_string())).await?;
    page.driver().enter_default_frame().await?;
    Ok(())
}

#[tokio::test]
async fn remote_images_wait_for_the_reader_and_trackers_for_ever() -> Result<()> {
    let sink = ImageServer::start().await?;
    let stage = with(&newsletter(&sink)).await?;
    let page = stage.page().await?;
    page.click_row("Our offers").await?;
    page.see("region", "Remote content").await?;
    let region = "section[aria-label=\"Remote content\"]";
    page.see_text(region, "1 remote image on 127.0.0.1 is not loaded. 3 trackers are refused.").await?;
    page.css(FRAME).await?.enter_frame().await?;
    page.see_text("p", "Visible words").await?;
    page.driver().enter_default_frame().await?;
    assert_eq!(sink.paths(), Vec::<String>::new(), "nobody asked for images");
    assert_eq!(page.accessibility_faults().await?, Vec::<String>::new());

    page.click("button", "Load images").await?;
    page.see_text(region, "1 remote image on 127.0.0.1 is loaded. 3 trackers are still refused.").await?;
    see_picture(&page).await?;
    assert_eq!(sink.paths(), ["/hero.png"]);
    let request = sink.requests().concat().to_lowercase();
    for header in ["cookie:", "referer:", "origin:", "accept-language:", "x-forwarded"] {
        assert!(!request.contains(header), "{request}");
    }

    // Once is once.
    page.driver().refresh().await?;
    page.see_text(region, "is not loaded").await?;
    assert_eq!(sink.paths().len(), 1);
    Ok(())
}

/// What the gateway answers a browser that asks for the opened body before anybody opened it.
async fn ahead(page: &Page) -> Result<Option<u64>> {
    let ask = format!(
        "return fetch(document.querySelector('{FRAME}').src.split('?')[0] + '?ahead=1').then((answer) => answer.status)"
    );
    Ok(page.run(&ask, Vec::new()).await?.as_u64())
}

#[tokio::test]
async fn a_trusted_senders_images_are_loaded_at_once_until_settings_say_otherwise() -> Result<()> {
    let sink = ImageServer::start().await?;
    let stage = with(&newsletter(&sink)).await?;
    let (page, other) = (stage.page().await?, stage.page().await?);
    page.click_row("Our offers").await?;
    page.see("region", "Remote content").await?;
    assert_eq!(ahead(&page).await?, Some(200));
    page.click("button", "Always load from sender").await?;
    let region = "section[aria-label=\"Remote content\"]";
    page.see_text(region, "Images of this sender are always loaded.").await?;
    see_picture(&page).await?;
    assert_eq!(ahead(&page).await?, Some(204), "a pointer on a row tells the sender nothing");
    page.driver().refresh().await?;
    page.see_text(region, "Images of this sender are always loaded.").await?;
    see_picture(&page).await?;

    other.go("/settings/reading").await?;
    other.see("heading", "Reading").await?;
    other.click("button", "Remove news@shop.example").await?;
    other.see_text("main", "Nobody yet.").await?;
    page.see("button", "Always load from sender").await?;
    page.driver().refresh().await?;
    page.see_text(region, "1 remote image on 127.0.0.1 is not loaded. 3 trackers are refused.").await?;
    assert!(sink.paths().iter().all(|path| path == "/hero.png"), "{:?}", sink.paths());
    Ok(())
}

/// Follows a link of the body, and goes to the tab that it opened.
async fn follow(page: &Page, link: &str) -> Result<()> {
    let before = page.driver().windows().await?;
    page.css(FRAME).await?.enter_frame().await?;
    page.css(link).await?.click().await?;
    page.driver().enter_default_frame().await?;
    let windows = async || Ok(page.driver().windows().await?);
    let windows = wait::until("a new tab", windows, |windows| windows.len() == before.len() + 1).await?;
    for window in windows.into_iter().filter(|window| !before.contains(window)) {
        page.driver().switch_to_window(window).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_suspicious_link_is_explained_before_it_is_followed() -> Result<()> {
    let sink = ImageServer::start().await?;
    let stage = with(&format!(
        "<p><a id=bad href='{url}/landing' title='https://www.bank.test'>https://www.bank.test/login</a></p>\
         <p><a href='mailto:grace@demo.test?subject=Hello'>write</a></p><p><a href='https://example.org/x'>fine</a></p>",
        url = sink.url()
    ))
    .await?;
    let page = stage.page().await?;
    page.click_row("Our offers").await?;
    page.css(FRAME).await?.enter_frame().await?;
    let fine = page.css("p:nth-of-type(3) a").await?;
    assert_eq!(fine.attr("href").await?.as_deref(), Some("https://example.org/x"));
    assert_eq!(fine.attr("title").await?.as_deref(), Some("example.org — https://example.org/x"));
    let bad = page.css("p:nth-of-type(1) a").await?;
    assert!(bad.attr("title").await?.is_some_and(|title| title.contains("It leads to 127.0.0.1 — http://")));
    page.driver().enter_default_frame().await?;
    let mail = page.driver().window().await?;

    follow(&page, "p:nth-of-type(1) a").await?;
    page.see("dialog", "Check this link").await?;
    page.see_text("dialog", "https://www.bank.test/login").await?;
    page.see_text("dialog", "Its text names www.bank.test").await?;
    assert_eq!(page.accessibility_faults().await?, Vec::<String>::new());
    assert_eq!(sink.paths(), Vec::<String>::new(), "nothing is opened yet");
    page.click("link", Name::Starts("Go to 127.0.0.1")).await?;
    wait::until(
        "the page to be asked for",
        async || Ok(sink.paths()),
        |paths| paths.contains(&"/landing".to_owned()),
    )
    .await?;
    // The page's own icon may be asked for as well.
    let landing = sink.requests().into_iter().filter(|request| request.starts_with("GET /landing"));
    let landing = landing.collect::<String>();
    assert!(!landing.to_lowercase().contains("referer:"), "{landing}");

    page.driver().switch_to_window(mail).await?;
    follow(&page, "p:nth-of-type(2) a").await?;
    page.see("grid", "Messages").await?;
    Ok(())
}
