//! Newsletters: their style sheets work on them and on nothing else, by day, by night and on a phone.

use crate::stage::{ADA, Stage};
use postern_tests::{dovecot::maildir::Marks, error::Result, mail::Mail, page::Page};
use serde_json::json;

const HTML: &str = "<html><head><style>\
    body { margin: 0; background: #eef2f5; } \
    .button { background: #0b6bcb; color: #fff; } \
    .notice, ._body, .html { display: none !important; } \
    html, body { display: none !important; overflow: hidden !important; height: 1px !important; } \
    .cover { position: fixed !important; top: 0; left: 0; width: 100%; height: 100vh; margin: -900px; z-index: 9; } \
    @media (max-width: 480px) { .wide { display: none !important; } } \
    @media print { .button { display: none; } }\
    </style></head><body><div class=cover>cover</div><img src='https://example.org/x.png'>\
    <p style='color:#333' class=text>Dear reader</p><span class=button>Go on</span>\
    <table width=600 class=wide><tr><td>wide</td></tr></table></body></html>";

async fn open() -> Result<(Stage, Page)> {
    let mut mail = Mail::new(("News", "news@example.org"), ("Ada", ADA), "The harbour post", "Plain words.");
    mail.id = "1@newsletters.example.org".to_owned();
    mail.sent = 1_700_000_000;
    mail.html = Some(HTML.to_owned());
    let stage = Stage::with_mail(0).await?;
    stage.dovecot.maildir(ADA, "INBOX")?.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    let page = stage.page().await?;
    Ok((stage, page))
}

/// What the browser makes of a property of an element in the frame.
async fn css(page: &Page, selector: &str, property: &str) -> Result<String> {
    Ok(page.css(selector).await?.css_value(property).await?)
}

#[tokio::test]
async fn a_newsletter_has_its_layout_and_the_page_keeps_its_own() -> Result<()> {
    let (_stage, page) = open().await?;
    let colours = [
        ("light", "rgba(238, 242, 245, 1)", "rgba(11, 107, 203, 1)", "rgba(51, 51, 51, 1)"),
        ("dark", "rgba(25, 31, 38, 1)", "rgba(0, 65, 131, 1)", "rgba(214, 214, 214, 1)"),
    ];
    for (scheme, ground, button, text) in colours {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        page.cdp("Emulation.setEmulatedMedia", features).await?;
        page.click_row("The harbour post").await?;
        page.css("iframe[title=\"Message body\"]").await?.enter_frame().await?;
        page.see_text(".m-text", "Dear reader").await?;
        assert_eq!(css(&page, ".html", "background-color").await?, ground, "{scheme}");
        assert_eq!(css(&page, ".m-button", "background-color").await?, button, "{scheme}");
        assert_eq!(css(&page, ".m-text", "color").await?, text, "{scheme}");
        assert_eq!(css(&page, ".m-cover", "position").await?, "static", "{scheme}");
        page.driver().enter_default_frame().await?;
    }
    page.css("iframe[title=\"Message body\"]").await?.enter_frame().await?;
    let card = page.css(".html").await?.rect().await?;
    let cover = page.css(".m-cover").await?.rect().await?;
    assert!(cover.y >= card.y && card.height > 50.0, "{cover:?} {card:?}");
    Ok(())
}
