//! The HTML that a draft may have: structure, links and its own pictures. It is held to that wherever it comes from: the
//! editor, what was pasted into it, the message it quotes. How the reader sees it is the reader's.

use crate::mime::sanitize::balanced;
use ammonia::{Builder, UrlRelative};
use postern_shared::ids::FileId;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};
use url::Url;

const ELEMENTS: [&str; 36] = [
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "col",
    "colgroup",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// The elements that have a direction of their own.
const BLOCKS: [&str; 11] = ["div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th"];

/// HTML of which nothing is left but structure: no styles, no classes, nothing that is loaded from elsewhere. `picture`
/// says for the `src` of a picture what it is to be; a picture of which it knows nothing keeps its `alt` alone.
pub fn structure_only(
    html: &str,
    picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> String {
    builder(picture).clean(&balanced(html)).to_string()
}

/// The same for readers elsewhere: each block has the direction of what it says, as it has in the editor.
pub fn directed(html: &str, picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> String {
    let mut builder = builder(picture);
    for block in BLOCKS {
        builder.set_tag_attribute_value(block, "dir", "auto");
    }
    builder.clean(&balanced(html)).to_string()
}

fn builder(picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Builder<'static> {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let attributes: HashMap<&str, HashSet<&str>> = HashMap::from([
        ("a", set(&["href"])),
        ("img", set(&["src", "alt"])),
        ("ol", set(&["start"])),
        ("td", set(&["colspan", "rowspan"])),
        ("th", set(&["colspan", "rowspan"])),
    ]);
    let values = HashMap::from([("blockquote", HashMap::from([("type", set(&["cite"]))]))]);
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.into_iter().collect())
        .clean_content_tags(set(&["script", "style", "title"]))
        // The direction of a paragraph is what its writer meant.
        .generic_attributes(set(&["dir"]))
        .tag_attributes(attributes)
        .tag_attribute_values(values)
        .url_schemes(set(&["http", "https", "mailto", "cid"]))
        // The filter below sees relative addresses too.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true)
        .attribute_filter(move |element, attribute, value| match (element, attribute) {
            ("a", "href") => leads_out(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => picture(value).map(Cow::Owned),
            (_, "colspan" | "rowspan" | "start") => is_number(value).then_some(Cow::Borrowed(value)),
            (_, "dir") => matches!(value, "ltr" | "rtl" | "auto").then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    builder
}

/// The file of a draft that the editor shows as a picture: `/api/accounts/{account}/drafts/{draft}/files/{file}`.
pub fn file_of(src: &str) -> Option<FileId> {
    let mut parts = src.strip_prefix("/api/accounts/")?.split('/');
    let (_account, drafts, _draft, files, file) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_one = drafts == "drafts" && files == "files" && parts.next().is_none();
    let digits = !file.is_empty() && file.bytes().all(|byte| byte.is_ascii_digit());
    (is_one && digits).then(|| file.parse().ok().map(FileId)).flatten()
}

fn leads_out(href: &str) -> bool {
    Url::parse(href).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"))
}

fn is_number(value: &str) -> bool {
    value.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(src: &str) -> Option<String> {
        file_of(src).map(|file| format!("cid:{file}@x.test"))
    }

    #[test]
    fn only_structure_is_left() {
        let table = [
            (r#"<p style="color:red" class=x id=y onclick="z()">a</p>"#, "<p>a</p>"),
            ("<script>a</script><style>b</style><p>c", "<p>c</p>"),
            (
                r#"<a href="https://x.test/?a=1&b" target=_top>a</a>"#,
                r#"<a href="https://x.test/?a=1&amp;b">a</a>"#,
            ),
            (r#"<a href="mailto:a@x.test">a</a>"#, r#"<a href="mailto:a@x.test">a</a>"#),
            (
                r#"<a href="javascript:a()">a</a><a href="/api/x">b</a><a href="//x.test">c</a>"#,
                "<a>a</a><a>b</a><a>c</a>",
            ),
            (r#"<a href="cid:1@x.test">a</a>"#, "<a>a</a>"),
            (r#"<img src="https://x.test/a.png" alt="a" width=9>"#, r#"<img alt="a">"#),
            (r#"<img src="data:image/png;base64,AA==" srcset="https://x.test/b">"#, "<img>"),
            (
                r#"<img src="/api/accounts/a@x.test/drafts/7/files/3" alt="">"#,
                r#"<img alt="" src="cid:3@x.test">"#,
            ),
            (r#"<img src="/api/accounts/a@x.test/drafts/7/files/3/../../4">"#, "<img>"),
            (
                r#"<blockquote type="cite" cite="https://x.test">a</blockquote>"#,
                r#"<blockquote type="cite">a</blockquote>"#,
            ),
            (r#"<blockquote type="b">a</blockquote>"#, "<blockquote>a</blockquote>"),
            (r#"<ol start="3"><li>a</ol>"#, r#"<ol start="3"><li>a</li></ol>"#),
            (
                r#"<table background="https://x.test"><tr><td colspan=2 bgcolor=red>a</table>"#,
                r#"<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>"#,
            ),
            ("<font color=red>a</font><span>b</span><!-- c -->", "ab"),
            (r#"<p dir="rtl">א</p><p dir="x">b</p>"#, r#"<p dir="rtl">א</p><p>b</p>"#),
            (r#"<svg><image href="https://x.test"/></svg><iframe src="https://x.test"></iframe>"#, ""),
            ("<pre>  a\n b</pre>", "<pre>  a\n b</pre>"),
        ];
        for (html, expected) in table {
            assert_eq!(structure_only(html, own), expected, "{html}");
        }
    }

    #[test]
    fn blocks_that_go_out_have_a_direction() {
        let html = "<div>שלום</div><blockquote><p dir=\"rtl\">a</p></blockquote><ul><li>b</li></ul>";
        let expected = "<div dir=\"auto\">שלום</div><blockquote><p dir=\"auto\">a</p></blockquote>\
                        <ul><li dir=\"auto\">b</li></ul>";
        assert_eq!(directed(html, own), expected);
    }

    #[test]
    fn what_is_structure_stays_as_it_is() {
        let html = "<p>a <b>b</b> <i>c</i> <u>d</u> <s>e</s> <code>f</code></p><ul><li>g</li></ul><hr>\
                    <h1>h</h1><blockquote type=\"cite\"><p>i<br>j</p></blockquote>";
        assert_eq!(structure_only(html, own), html);
    }

    #[test]
    fn hostile_nesting_costs_no_more_than_its_length() {
        let deep = "<b><i><table><a>".repeat(50_000);
        assert!(structure_only(&deep, own).len() < deep.len() * 4);
    }
}
