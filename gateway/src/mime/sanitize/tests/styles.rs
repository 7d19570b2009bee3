//! Mails with styles, and what must hold whatever the mail.

use super::*;
use proptest::prelude::*;

/// Our own newsletters: a responsive one, one with colours for the dark, a letter as mail programs write it.
const NEWSLETTERS: [&str; 3] = [
    include_str!("fixtures/responsive.html"),
    include_str!("fixtures/dark.html"),
    include_str!("fixtures/letter.html"),
];

fn surroundings(scheme: Scheme) -> Surroundings {
    let images: ImageProxy =
        Arc::new(|address: &Url| (!address.as_str().contains("no")).then(|| PIXEL.to_owned()));
    Surroundings { pictures: pictures(), images: Some(images), scheme, number: 1, ..Surroundings::default() }
}

/// A mail that says what is left of another.
fn again(safe: &Sanitized) -> String {
    format!("<style>{}</style>{}", safe.sheet, safe.html)
}

fn check(html: &str) -> Result<(), TestCaseError> {
    for (scheme, images) in [(Scheme::System, true), (Scheme::Light, true), (Scheme::Dark, false)] {
        let mut surroundings = surroundings(scheme);
        surroundings.images.take_if(|_| !images);
        let safe = sanitize(html, &surroundings);
        prop_assert_eq!(violations(&safe.html), Vec::<String>::new());
        prop_assert!(opens_harmlessly(&safe.open), "{}", safe.open);
        prop_assert_eq!(&read_again(&safe.html), &safe.html);
        for css in [&safe.sheet, &safe.hints] {
            prop_assert!(is_harmless_css(css), "{}", css);
            prop_assert!(rules_stay_below(css), "{}", css);
        }
        let twice = sanitize(&again(&safe), &surroundings);
        prop_assert_eq!(tokens(&twice.html), tokens(&safe.html));
        prop_assert_eq!(&twice.sheet, &safe.sheet);
        let length = safe.html.len() + safe.sheet.len() + safe.open.len() + safe.hints.len();
        prop_assert!(length <= 16 * html.len() + 2_000, "{} became {}", html.len(), length);
    }
    Ok(())
}

/// Whether the elements around a mail are the two of ours, with nothing on them but names and styles.
fn opens_harmlessly(open: &str) -> bool {
    let ours = ["html", "_m1", "light", "_body"];
    let tags: Vec<_> = html5gum::Tokenizer::new(open).map(|Ok(token)| token).collect();
    tags.len() == 2
        && tags.iter().all(|token| {
            let html5gum::Token::StartTag(tag) = token else { return false };
            &**tag.name == b"div"
                && tag.attributes.iter().all(|(name, value)| {
                    let value = String::from_utf8_lossy(value);
                    match &***name {
                        b"class" | b"id" => {
                            value.split(' ').all(|name| name.starts_with("m-") || ours.contains(&name))
                        }
                        b"style" => is_harmless_css(&value),
                        b"dir" | b"lang" => value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
                        _ => false,
                    }
                })
        })
}

/// Whether every selector begins with the container.
fn rules_stay_below(css: &str) -> bool {
    let preludes = css.split_inclusive('{').filter_map(|text| text.strip_suffix('{')?.rsplit('}').next());
    preludes.filter(|prelude| !prelude.starts_with("@media ")).all(|selectors| {
        selectors.split(',').all(|selector| selector == "._m1" || selector.starts_with("._m1 "))
    })
}

/// What HTML says, whatever the order of attributes: ammonia changes it where it leaves one out.
fn tokens(html: &str) -> Vec<String> {
    html5gum::Tokenizer::new(html).map(|Ok(token)| format!("{token:?}")).collect()
}

#[test]
fn newsletters_are_safe_and_keep_their_layout() {
    for html in NEWSLETTERS {
        check(html).unwrap();
        assert!(!sanitize(html, &Surroundings::default()).simplified);
    }
    let safe = sanitize(NEWSLETTERS[0], &surroundings(Scheme::System));
    for kept in [
        "._m1 .m-button a{display:inline-block;padding:12px 24px;",
        "@media screen and (max-width:480px){._m1 .m-hero-title{font-size:26px!important;",
        "._m1{background:light-dark(#eef2f5,#",
    ] {
        assert!(safe.sheet.contains(kept), "{kept} in {}", safe.sheet);
    }
    assert!(
        safe.html.contains("<h1 class=\"m-hero-title\" style=\"margin:0;color:#ffffff;"),
        "{}",
        safe.html
    );
    assert!(!safe.html.contains("96") && !safe.sheet.contains("outlook"), "what is for Outlook alone");
}

#[test]
fn classes_of_a_mail_are_not_the_pages() {
    let safe = clean("<style>.notice,#lines{color:red}</style><p class='notice _body html' id=lines>a</p>");
    assert_eq!(safe.html, "<p class=\"m-notice m-_body m-html\" id=\"m-lines\">a</p>");
    assert_eq!(safe.sheet, "._m0 .m-notice,._m0 #m-lines{color:red}");
}

#[test]
fn a_mail_with_its_own_rules_for_the_dark_is_left_alone() {
    let html = "<style>p{color:#000}@media (prefers-color-scheme:dark){p{color:#fff}}</style><p style='background:#fff'>a";
    let sheet = |scheme| sanitize(html, &surroundings(scheme)).sheet;
    let rule = "._m1 p{color:#000}";
    assert_eq!(
        sheet(Scheme::System),
        format!("{rule}@media (prefers-color-scheme:dark){{._m1 p{{color:#fff}}}}")
    );
    assert_eq!(sheet(Scheme::Light), rule);
    let both = "screen and (prefers-color-scheme:dark),screen and (prefers-color-scheme:light)";
    assert_eq!(sheet(Scheme::Dark), format!("{rule}@media {both}{{._m1 p{{color:#fff}}}}"));
    let safe = sanitize(html, &surroundings(Scheme::Dark));
    assert_eq!(safe.html, "<p style=\"background:#fff\">a</p>");
    // Nothing says that the rest of it is made for the dark.
    assert!(safe.open.starts_with("<div class=\"html _m1 light\">"), "{}", safe.open);
    let says = sanitize(
        &format!("<meta name=color-scheme content='light dark'>{html}"),
        &surroundings(Scheme::Dark),
    );
    assert!(says.open.starts_with("<div class=\"html _m1\">"), "{}", says.open);
}

#[test]
fn a_mail_without_gets_colours_for_the_dark() {
    let html = "<body bgcolor=ffffff><style>p{color:#000}</style><p>a<font color=#000>b";
    let safe = sanitize(html, &surroundings(Scheme::Dark));
    assert!(safe.sheet.starts_with("._m1 p{color:light-dark(#000,#"), "{}", safe.sheet);
    assert!(safe.hints.contains("._m1 [color=\"#000\"]{color:light-dark(#000,#"), "{}", safe.hints);
    assert!(safe.hints.contains("._m1{background-color:light-dark(#ffffff,#181b20)}"), "{}", safe.hints);
    let light = sanitize(html, &surroundings(Scheme::Light));
    assert_eq!(light.sheet, "._m1 p{color:#000}");
}

#[test]
fn pictures_in_styles_are_shown_if_the_mail_brings_them() {
    let html = "<style>p{background:url(cid:logo@mail)}a{background:url(https://a.test/x)}</style><td background=cid:logo@mail>";
    let safe =
        sanitize(&format!("<table>{html}x"), &Surroundings { images: None, ..surroundings(Scheme::Light) });
    assert_eq!(safe.sheet, format!("._m1 p{{background:url(\"{PIXEL}\")}}"));
    assert!(safe.html.contains(&format!("<td background=\"{PIXEL}\">")), "{}", safe.html);
    assert_eq!((safe.remote.images, safe.shown.len()), (1, 1));
}

#[test]
fn what_is_for_outlook_alone_is_left_out() {
    let html = "<!--[if mso]><p>a</p><style>p{}</style><![endif]--><!--[if !mso]><!--><p>b</p><!--<![endif]--><![if !mso]>c<![endif]>";
    assert_eq!(clean(html).html, "<p>b</p>c");
    assert_eq!(
        clean("<picture><source srcset='https://a.test/x'><img src='cid:logo@mail'></picture>").html,
        format!("<img src=\"{PIXEL}\">")
    );
}

#[test]
fn what_it_costs_grows_with_its_length() {
    let pieces = [
        "<style>a,a,a,a,a{color:red}</style>",
        "<style>body{color:red;background:red}</style>",
        "<style>@media print{p{color:#fff}}</style>",
        "<p class='a b c' id=x style='color:red;background:#fff;border:1px solid #eee'>a</p>",
        "<td bgcolor=#123456>a",
    ];
    for piece in pieces {
        let length = |count: usize| {
            let safe = sanitize(&piece.repeat(count), &surroundings(Scheme::Dark));
            safe.html.len() + safe.sheet.len() + safe.open.len() + safe.hints.len()
        };
        let (one, two) = (length(50), length(100));
        assert!(two <= 2 * one && one <= 16 * 50 * piece.len(), "{piece}: {one}, {two}");
    }
}

proptest! {
    #[test]
    fn reading_again_changes_nothing(
        pieces in proptest::collection::vec(
            prop_oneof![
                proptest::sample::select(HOSTILE).prop_map(str::to_owned),
                "</?(b|i|a|p|div|li|table|tr|td|pre|span|font|h1|svg|math|style|title|form|select|template)>",
                "<(a href|img src|p style|td background|p title)=['\"]?[ a-z:/.;()<>\n\t&#0-9]{0,20}['\"]?>",
                "[a-z \n<&>\"']{0,6}",
            ],
            0..12,
        ),
        cut in 0usize..400,
    ) {
        let html = pieces.concat();
        let html = &html[..html.floor_char_boundary(cut)];
        check(html)?;
    }

    #[test]
    fn styles_are_never_more_than_styles(
        rules in proptest::collection::vec(
            (
                proptest::sample::select(SELECTORS),
                proptest::collection::vec((proptest::sample::select(NAMES), proptest::sample::select(VALUES)), 0..4),
                proptest::sample::select(AROUND),
                "[ -~]{0,6}",
            ),
            0..6,
        ),
        inline in any::<bool>(),
        root in "(<(body|html) (style|class|id|bgcolor|text|dir|lang|background)=\"[ -!#-~]{0,12}\">)?",
    ) {
        let mut html = root;
        for (selector, declarations, (before, after), noise) in rules {
            let css: String = declarations.iter().map(|(name, value)| format!("{name}:{value};")).collect();
            html.push_str(&format!("<style>{before}{selector}{{{css}{noise}}}{after}</style>"));
            if inline {
                html.push_str(&format!("<p class='a {noise}' style='{}'>x</p>", css.replace('\'', "&#39;")));
            }
        }
        check(&html)?;
    }
}

const SELECTORS: &[&str] = &[
    "p",
    "body",
    "html body",
    ".a",
    "#b>c",
    "*",
    "td:nth-child(2n+1)",
    "._m1",
    "._m1 ._body",
    "._body",
    ".notice",
    "a:hover",
    "p::before",
    "[class=x]",
    "body,p,.a",
    ":root .a",
    "</style><script>",
    "<!--",
    "-->",
    "\\3c script",
    "a:not(",
    "@x",
    "{}",
];
const NAMES: &[&str] = &[
    "color",
    "background",
    "background-image",
    "BORDER",
    "margin",
    "width",
    "display",
    "position",
    "content",
    "behavior",
    "--x",
    "font-family",
    "b\\61 ckground",
    "color-scheme",
    "box-shadow",
    "cursor",
    "-moz-binding",
    "@import",
    "*zoom",
];
const VALUES: &[&str] = &[
    "red",
    "#FFF",
    "url(https://a.test/x)",
    "url('cid:logo@mail')",
    "url(https://no.test/),linear-gradient(red,#fff)",
    "rgb(250 250 250/.5)",
    "light-dark(red,blue)",
    "calc(1px + (2px*3))",
    "-9px",
    "100vh",
    "red!important",
    "expression(alert(1))",
    "'</style><script>alert(1)</script>'",
    "url(javascript:alert(1))",
    "var(--x)",
    "image-set('https://a.test' 1x)",
    "fixed",
    "none",
    "url(data:image/svg+xml;base64,AA)",
    "\\75rl(//a.test)",
    "1px solid #ddd",
    "'a b', serif",
    "url(",
    "</style>",
    "} body{color:red",
];
const AROUND: &[(&str, &str)] = &[
    ("", ""),
    ("@media print{", "}"),
    ("@media (prefers-color-scheme:dark){", "}"),
    ("@media (max-width:600px){@media screen{", "}}"),
    ("@supports (x:y){", "}"),
    ("@import url(//a.test);", ""),
    ("@media screen{", ""),
    ("<!--", "-->"),
    ("/*", "*/"),
    ("@layer guard{", "}"),
    ("@font-face{src:url(//a.test)}", ""),
    ("@media (prefers-color-scheme:light),print{", "}"),
];

#[test]
fn addresses_that_are_cut_off_leave_nothing() {
    for html in ["<style>body{background:url", "<style>body{background:url(//a.tes", "<p style='color:url'>"]
    {
        check(html).unwrap();
    }
}
