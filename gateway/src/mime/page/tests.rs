use super::*;
use crate::mime::{
    decode::TransferEncoding::{Base64, Identity},
    links::Links,
    protection::Protection,
    select::Picture,
};
use postern_shared::body::{Attachment, FileKind};

fn plan(kind: BodyKind, formats: &[TextFormat]) -> BodyPlan {
    let part = |(index, format): (usize, &TextFormat)| TextPart {
        part: (index + 1).to_string(),
        format: *format,
        charset: None,
        encoding: Identity,
    };
    BodyPlan {
        kind,
        body: formats.iter().enumerate().map(part).collect(),
        pictures: Vec::new(),
        attachments: Vec::new(),
        truncated: false,
        spare: Vec::new(),
        notes: Vec::new(),
    }
}

fn fetched(part: &str, data: &str) -> FetchedPart {
    FetchedPart { part: part.into(), data: data.into(), complete: true }
}

fn options(theme: Theme, picture_url: &dyn Fn(&str) -> Option<String>) -> PageOptions<'_> {
    PageOptions { theme, picture_url, images: None, links: Links::default(), alone: true }
}

fn page(plan: &BodyPlan, parts: &[FetchedPart]) -> String {
    let picture_url = |part: &str| Some(format!("/picture/{part}"));
    render(plan, parts, &options(Theme::System, &picture_url)).html
}

/// What stands in the page's body.
fn body(plan: &BodyPlan, parts: &[FetchedPart]) -> String {
    let page = page(plan, parts);
    page.split_once("<body>").and_then(|(_, body)| body.strip_suffix("</body></html>")).unwrap().to_owned()
}

/// HTML on its card.
fn sheet(number: usize, html: &str) -> String {
    format!("<div class=\"html _m{number}\"><div class=\"_body\">{html}</div></div>")
}

fn note(notice: Notice) -> String {
    format!("<p class=\"notice\" role=\"note\">{notice}</p>")
}

#[test]
fn html_stands_on_its_sheet() {
    let html = plan(BodyKind::Html, &[TextFormat::Html]);
    assert_eq!(body(&html, &[fetched("1", "<p>a")]), sheet(1, "<p>a</p>"));
}

#[test]
fn the_sheet_has_the_mails_colours() {
    let html = plan(BodyKind::Html, &[TextFormat::Html]);
    let dark = body(&html, &[fetched("1", "<body bgcolor=black style='color:#eee;font-family:\"A\"'>a")]);
    let open = "<div class=\"html _m1\"><div class=\"_body\" style=\"color:#eee;font-family:'A'\">";
    assert_eq!(dark, format!("{open}a</div></div>"));
    let page = page(&html, &[fetched("1", "<body bgcolor=black>a")]);
    assert!(page.contains("<style>@layer hints{._m1{background-color:black}}</style></head>"), "{page}");
}

#[test]
fn texts_and_html_stand_in_the_mails_order() {
    let mixed = plan(
        BodyKind::Html,
        &[TextFormat::Plain(Flow::Fixed), TextFormat::Html, TextFormat::Plain(Flow::Flowed { delsp: false })],
    );
    let parts = [fetched("3", "c \nd"), fetched("1", "a"), fetched("2", "b")];
    assert_eq!(
        body(&mixed, &parts),
        format!(
            "<div class=\"text\"><div class=\"lines\">a</div></div>{}\
             <div class=\"text\"><div class=\"lines\">c d</div></div>",
            sheet(1, "b")
        )
    );
}

#[test]
fn parts_are_decoded() {
    let mut html = plan(BodyKind::Html, &[TextFormat::Html]);
    html.body[0].encoding = Base64;
    // <meta charset=koi8-r>мир
    let body = body(&html, &[fetched("1", "PG1ldGEgY2hhcnNldD1rb2k4LXI+zcnS")]);
    assert_eq!(body, sheet(1, "мир"));
}

#[test]
fn pictures_get_their_address_or_stand_below() {
    let mut html = plan(BodyKind::Html, &[TextFormat::Html]);
    let picture = |part: &str, inline| Picture { part: part.into(), content_id: format!("id{part}"), inline };
    html.pictures = vec![picture("2", true), picture("3", true), picture("4", false)];
    assert_eq!(
        body(&html, &[fetched("1", "<img src=cid:id2>")]),
        sheet(1, "<img src=\"/picture/2\">") + "<figure><img alt=\"\" src=\"/picture/3\"></figure>"
    );
}

#[test]
fn a_page_says_what_it_leaves_out() {
    let html = plan(BodyKind::Html, &[TextFormat::Html]);
    let blocked = body(&html, &[fetched("1", "<img src=https://a.test/x>a<td background=//a.test/y>")]);
    assert!(blocked.starts_with(&note(Notice::RemoteImages(1))), "{blocked}");

    let cut = body(&html, &[FetchedPart { complete: false, ..fetched("1", "beginning") }]);
    assert!(cut.starts_with(&note(Notice::Cut)) && cut.contains("beginning"), "{cut}");

    let many = body(&BodyPlan { truncated: true, ..html.clone() }, &[fetched("1", "a")]);
    assert!(many.starts_with(&note(Notice::TooManyParts)), "{many}");

    let deep = body(&html, &[fetched("1", &"<div>".repeat(1_000))]);
    assert!(deep.contains(&note(Notice::Simplified)), "{deep}");

    let source = body(&BodyPlan::of(None), &[fetched("", "Subject: x\n\n<b>")]);
    assert!(source.starts_with(&note(Notice::Source)) && source.contains("&lt;b&gt;"), "{source}");
}

#[test]
fn a_page_is_never_blank() {
    let html = plan(BodyKind::Html, &[TextFormat::Html]);
    let text = plan(BodyKind::Text, &[TextFormat::Plain(Flow::Fixed)]);
    let none = plan(BodyKind::None, &[]);
    let attached = |media_type: &str| BodyPlan {
        attachments: vec![Attachment {
            part: "1".into(),
            name: "a".into(),
            media_type: media_type.into(),
            size: 1,
            kind: FileKind::Other,
            preview: None,
            minor: false,
        }],
        ..none.clone()
    };
    let encrypted = BodyPlan {
        notes: vec![Notice::Protected(Protection::PgpEncrypted)],
        ..attached("application/pgp-encrypted")
    };
    let table = [
        (&html, vec![fetched("1", "<style>p{}</style><p>&nbsp;</p>")], Notice::Empty),
        (&text, vec![fetched("1", " \r\n\t")], Notice::Empty),
        (&text, vec![], Notice::PartMissing),
        (&text, vec![FetchedPart { complete: false, ..fetched("1", "") }], Notice::PartMissing),
        (&none, vec![], Notice::Empty),
        (&attached("application/pdf"), vec![], Notice::OnlyAttachments),
        (&encrypted, vec![], Notice::Protected(Protection::PgpEncrypted)),
    ];
    for (plan, parts, notice) in table {
        let body = body(plan, &parts);
        assert!(body.starts_with(&note(notice)), "{body}");
        assert_eq!(body.matches("notice").count(), 1, "{body}");
    }
}

#[test]
fn the_theme_is_the_apps() {
    let text = plan(BodyKind::Text, &[TextFormat::Plain(Flow::Fixed)]);
    let themes = [(Theme::System, "light dark"), (Theme::Light, "light"), (Theme::Dark, "dark")];
    for (theme, scheme) in themes {
        let page = render(&text, &[fetched("1", "a")], &options(theme, &|_| None)).html;
        assert!(page.contains(&format!(":root {{ color-scheme: {scheme}; }}")), "{page}");
    }
}

#[test]
fn cards_stand_above_the_text() {
    let plan = plan(BodyKind::Text, &[TextFormat::Card(CardKind::Delivery), TextFormat::Plain(Flow::Fixed)]);
    let report = "Final-Recipient: rfc822; a@b.test\nAction: failed\n";
    let page = body(&plan, &[fetched("1", report), fetched("2", "words")]);
    let (card, text) = (page.find("<section class=\"card\"").unwrap(), page.find("words").unwrap());
    assert!(card < text && !page.contains("class=\"notice\""), "{page}");

    // What makes no card is left out beside a text, and shown as it was sent without one.
    let beside = body(&plan, &[fetched("1", "no report"), fetched("2", "words")]);
    assert!(!beside.contains("no report"), "{beside}");
    let alone = body(&plan, &[fetched("1", "no <report>"), fetched("2", "")]);
    assert!(alone.starts_with(&note(Notice::Unread)) && alone.contains("no &lt;report&gt;"), "{alone}");
}

#[test]
fn a_blank_text_is_known_to_be() {
    let html = plan(BodyKind::Html, &[TextFormat::Html]);
    let blank = |data: &str| {
        let options = PageOptions {
            theme: Theme::System,
            picture_url: &|_| None,
            images: None,
            links: Links::default(),
            alone: true,
        };
        render(&html, &[fetched("1", data)], &options).blank
    };
    assert!(blank("<html><body><p>&nbsp;</p></body></html>"));
    assert!(!blank("<p>a</p>"));
}

#[test]
fn pgp_in_a_text_is_named() {
    let text = plan(BodyKind::Text, &[TextFormat::Plain(Flow::Fixed)]);
    let page = body(&text, &[fetched("1", "-----BEGIN PGP MESSAGE-----\nx")]);
    assert!(page.starts_with(&note(Notice::Inline(InlinePgp::Encrypted))), "{page}");
}

#[test]
fn enriched_text_is_formatted() {
    let text = plan(BodyKind::Text, &[TextFormat::Enriched(enriched::Dialect::Enriched)]);
    let page = body(&text, &[fetched("1", "<bold>a</bold> <<b>")]);
    assert!(page.contains("<b>a</b> &lt;b&gt;"), "{page}");
}

#[test]
fn styles_are_for_their_own_html_alone() {
    let html = plan(BodyKind::Html, &[TextFormat::Html, TextFormat::Html]);
    let parts = [
        fetched("1", "<style>p,.notice{color:red}</style><p>a"),
        fetched("2", "<p>b<style>body{margin:0}</style><style>x</style><!-- c"),
    ];
    let page = page(&html, &parts);
    let sheets: Vec<&str> = page.split("<style>").skip(2).filter_map(|rest| rest.split('<').next()).collect();
    let dark = "light-dark(red,#ffada0)";
    let first = format!("._m1 p,._m1 .m-notice{{color:{dark}}}");
    assert_eq!(sheets, [first.as_str(), "._m2 ._body{margin:0}"]);
    assert!(page.contains("<div class=\"html _m1\">") && page.contains("<div class=\"html _m2\">"), "{page}");
    assert_eq!(page.matches("</style>").count(), 3);
}

#[test]
fn our_own_names_are_never_a_mails() {
    for name in STYLE.split(['{', '}']).flat_map(|text| text.split(['.', '#', ' ', ':', ',', ')'])) {
        assert!(!name.starts_with("m-"), "{name}");
    }
}
