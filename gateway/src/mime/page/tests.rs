use super::*;
use crate::mime::{
    decode::TransferEncoding::{Base64, Identity},
    select::Picture,
};
use postern_shared::body::Attachment;

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
    }
}

fn fetched(part: &str, data: &str) -> FetchedPart {
    FetchedPart { part: part.into(), data: data.into(), complete: true }
}

fn page(plan: &BodyPlan, parts: &[FetchedPart]) -> String {
    let picture_url = |part: &str| Some(format!("/picture/{part}"));
    render(plan, parts, PageOptions { theme: Theme::System, picture_url: &picture_url, images: None }).html
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
        }],
        ..none.clone()
    };
    let table = [
        (&html, vec![fetched("1", "<style>p{}</style><p>&nbsp;</p>")], Notice::Empty),
        (&text, vec![fetched("1", " \r\n\t")], Notice::Empty),
        (&text, vec![], Notice::PartMissing),
        (&text, vec![FetchedPart { complete: false, ..fetched("1", "") }], Notice::PartMissing),
        (&none, vec![], Notice::Empty),
        (&attached("application/pdf"), vec![], Notice::OnlyAttachments),
        (&attached("application/pgp-encrypted"), vec![], Notice::Encrypted),
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
        let page =
            render(&text, &[fetched("1", "a")], PageOptions { theme, picture_url: &|_| None, images: None })
                .html;
        assert!(page.contains(&format!(":root {{ color-scheme: {scheme}; }}")), "{page}");
    }
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
