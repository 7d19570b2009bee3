//! HTML as the editor has it: structure only. It is cut down to this wherever it comes from (a quote, a paste, another
//! program's draft) and wherever it goes to (the store, a message).

use crate::mime::sanitize::{balance::balance, url};
use ammonia::{Builder, UrlRelative};
use postern_shared::ids::FileId;
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// The elements. Others are unwrapped; scripts and style sheets go with their content.
const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
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

/// Where the picture of a file stands: in the editor an address of the gateway, in a message a `cid:`.
pub type Pictures = HashMap<FileId, String>;

/// The HTML's structure. A picture stays if it is one of `pictures`, at the address given there.
pub fn structure(html: &str, pictures: &Pictures) -> String {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let pictures = pictures.clone();
    let filter = move |element: &str, attribute: &str, value: &str| match (element, attribute) {
        ("a", "href") => url::link(value),
        ("img", "src") => file_of(value).and_then(|file| pictures.get(&file).cloned()),
        ("blockquote", "type") => (value == "cite").then(|| value.to_owned()),
        ("img", "alt") => Some(value.to_owned()),
        ("td" | "th", "colspan" | "rowspan") => value.parse::<u16>().ok().map(|cells| cells.to_string()),
        _ => None,
    };
    let attributes = [
        ("a", set(&["href"])),
        ("img", set(&["src", "alt"])),
        ("blockquote", set(&["type"])),
        ("td", set(&["colspan", "rowspan"])),
        ("th", set(&["colspan", "rowspan"])),
    ];
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(set(&["script", "style"]))
        .tag_attributes(attributes.into_iter().collect())
        // The filter has the last word on every address.
        .url_schemes(set(&["http", "https", "mailto", "cid"]))
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |element, attribute, value| filter(element, attribute, value).map(Cow::Owned))
        .link_rel(None)
        .strip_comments(true);
    builder.clean(&quoted(&balance(html).html)).to_string()
}

/// Balanced HTML has lost what it does not know, `type="cite"` too: every quote in a draft is one.
fn quoted(html: &str) -> String {
    html.replace("<blockquote>", "<blockquote type=\"cite\">")
}

/// The file that a picture of the editor shows: `/api/accounts/{account}/drafts/{draft}/files/{file}`.
fn file_of(address: &str) -> Option<FileId> {
    let path = address.strip_prefix("/api/accounts/")?;
    let (_, file) = path.rsplit_once("/files/")?;
    file.parse().ok().map(FileId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_stays_and_all_else_goes() {
        let pictures = Pictures::from([(FileId(7), "cid:7.x@x.test".to_owned())]);
        for (html, kept) in [
            ("<p style=\"color:red\" class=\"a\" id=\"b\" onclick=\"c()\">hi</p>", "<p>hi</p>"),
            ("<script>alert(1)</script><style>p{}</style>x", "x"),
            ("<a href=\"https://a.test/\">x</a>", "<a href=\"https://a.test/\">x</a>"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("<img src=\"https://track.test/a.gif\">", "<img>"),
            ("<img src=\"cid:7\">", "<img>"),
            ("<img src=\"/api/accounts/1/drafts/2/files/7\">", "<img src=\"cid:7.x@x.test\">"),
            ("<img src=\"/api/accounts/1/drafts/2/files/8\">", "<img>"),
            ("<font color=\"red\">x</font>", "x"),
            (
                "<blockquote type=\"cite\" cite=\"https://a.test\">x</blockquote>",
                "<blockquote type=\"cite\">x</blockquote>",
            ),
        ] {
            assert_eq!(structure(html, &pictures), kept, "{html}");
        }
    }
}
