use super::*;
use crate::mime::sanitize::{Loads, css::Colors};

fn sheet(text: &str) -> Sheet {
    Sheet { media: String::new(), text: text.to_owned() }
}

fn filter_all(sheets: &[Sheet], scheme: Scheme) -> Filtered {
    let mut loads = Loads::default();
    filter(sheets, "_m1", scheme, &mut Styling { loads: &mut loads, colors: Colors::AsIs })
}

fn written(text: &str) -> String {
    filter_all(&[sheet(text)], Scheme::System).css
}

#[test]
fn rules_are_for_the_container() {
    let table = [
        ("p { color : red ; }", "._m1 p{color:red}"),
        ("a, .b > #c{width:1px}", "._m1 a,._m1 .m-b>#m-c{width:1px}"),
        ("body{margin:0;background:#eee!important}", "._m1{background:#eee!important}._m1 ._body{margin:0}"),
        (
            "body, td{color:red;background:#eee}",
            "._m1{background:#eee}._m1 ._body{color:red}._m1 td{color:red;background:#eee}",
        ),
        ("<!-- p{color:red} -->", "._m1 p{color:red}"),
        (
            "@media only screen and (max-width:600px){.w{width:100%!important}@media print{p{color:red}}}",
            "@media screen and (max-width:600px){._m1 .m-w{width:100%!important}@media print{._m1 p{color:red}}}",
        ),
        ("@media (max-width:1px){p{position:fixed}}", ""),
        ("@media all{p{color:red}}", "._m1 p{color:red}"),
        ("p{color:red", "._m1 p{color:red}"),
        ("p{color:red;a{color:blue}}b{color:red}", "._m1 p{color:red}._m1 b{color:red}"),
        // Not on the list: the rule goes, the next one is read.
        ("@import url(//a.test);p{color:red}", "._m1 p{color:red}"),
        ("@font-face{font-family:x;src:url(//a.test)}@namespace x url(y);p{color:red}", "._m1 p{color:red}"),
        (
            "@keyframes x{from{color:red}}@supports (x:y){p{color:red}}@page{margin:0}@layer guard{p{color:red}}",
            "",
        ),
        ("@charset 'x';p::before{content:'x'}q:has(a){color:red}p{color:red}", "._m1 p{color:red}"),
        ("@scope (p){a{color:red}}@container (x){a{color:red}}@property --x{syntax:'*'}", ""),
        (".notice,.html,.lines{display:none}", "._m1 .m-notice,._m1 .m-html,._m1 .m-lines{display:none}"),
        ("html,body{display:none;height:100vh}", "._m1 ._body{display:none}"),
        ("}p{color:red}", ""),
        ("p{color:red}}a{color:red}b{color:red}", "._m1 p{color:red}._m1 b{color:red}"),
        ("p{font-family:'</style><script>'}", ""),
        (".\\3c\\/style{color:red}p[title='</style>']{color:red}", ""),
        ("", ""),
    ];
    for (text, css) in table {
        assert_eq!(written(text), css, "{text}");
        assert_eq!(written(css), css, "written again");
    }
}

#[test]
fn the_attribute_media_counts() {
    let of = |media: &str| Sheet { media: media.into(), text: "p{color:red}".into() };
    let sheets = [of("screen"), of("tv"), of(""), of("(max-width:9px), print")];
    assert_eq!(
        filter_all(&sheets, Scheme::System).css,
        "@media screen{._m1 p{color:red}}._m1 p{color:red}@media (max-width:9px),print{._m1 p{color:red}}"
    );
}

#[test]
fn a_sheet_of_too_many_rules_is_left_out_whole() {
    let many = "p{color:red}".repeat(RULE_LIMIT + 1);
    let wide = format!("{}p{{color:red}}", "p,".repeat(SELECTOR_LIMIT));
    for text in [many, wide, "@media all{".repeat(50) + &"p{color:red}".repeat(RULE_LIMIT + 1)] {
        let filtered =
            filter_all(&[sheet("a{color:red}"), sheet(&text), sheet("b{color:red}")], Scheme::System);
        assert_eq!(filtered.css, "._m1 a{color:red}._m1 b{color:red}", "{}", text.len());
        assert_eq!(filtered.simplified, !text.starts_with('@'));
    }
    assert!(filter_all(&[sheet(&"p{color:red}".repeat(RULE_LIMIT))], Scheme::System).css.len() > RULE_LIMIT);
}

#[test]
fn nesting_is_survived() {
    for text in
        ["@media all{", "(", "[", "{", "p{", "a:not(", "p{width:calc((", "p{background:linear-gradient("]
    {
        for closed in ["", "}])"] {
            let css = written(&(text.repeat(20_000) + &closed.repeat(20_000)));
            assert_eq!(css, "", "{text}");
        }
    }
}

#[test]
fn dark_rules_are_noticed() {
    let brings = |text: &str| {
        let mut loads = Loads::default();
        brings_dark(&[sheet(text)], &mut Styling { loads: &mut loads, colors: Colors::AsIs })
    };
    assert!(brings("@media (prefers-color-scheme: DARK) { p { color: white } }"));
    assert!(brings("@media screen { @media (prefers-color-scheme:dark) { p { color: white } } }"));
    assert!(!brings("@media (prefers-color-scheme: light) { p { color: red } }"));
    assert!(!brings(
        "@media (prefers-color-scheme: dark) { p { position: fixed } [data-ogsc] p { color: white } }"
    ));
    assert!(!brings("/* prefers-color-scheme: dark */ p { color: red }"));
    let supports = |text: &str| supports_dark(&[sheet(text)]);
    assert!(
        supports(":root { color-scheme: light dark; }")
            && supports(":root{supported-color-schemes : light dark}")
    );
    assert!(!supports(":root { color-scheme: light only; } p { color: dark }"));
    assert!(!supports("@media (prefers-color-scheme: dark) { p { color: white } }"));
}
