//! What the fuzz targets share: the gateway's pure rooms, the way of a message from its bytes to its page, and what no page
//! may have.

#[path = "../../gateway/src/imap/mod.rs"]
pub mod imap;
#[path = "../../gateway/src/layers.rs"]
pub mod layers;
#[path = "../../gateway/src/sync/pop3/ledger.rs"]
pub mod ledger;
#[path = "../../gateway/src/mime/mod.rs"]
pub mod mime;
#[path = "../../gateway/src/pop3/mod.rs"]
pub mod pop3;
/// Of this room the others need one file.
pub mod sync {
    /// What is kept of POP3 mail.
    pub mod pop3 {
        pub use crate::ledger;
    }
}

use html5gum::{Token, Tokenizer};
use mime::{
    links::Links,
    page::{FetchedPart, PageOptions, Theme, render},
    reread::Reread,
    scan::{Layout, Scanned, Scanner},
    select::BodyPlan,
};

/// Elements that run, load, submit or leave by themselves. A page has none of them.
const ELEMENTS: &[&str] = &[
    "script",
    "svg",
    "math",
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "link",
    "meta",
    "base",
    "form",
    "input",
    "button",
    "video",
    "audio",
    "source",
    "track",
    "portal",
    "template",
    "noscript",
    "plaintext",
    "xmp",
];
/// Attributes that name what is loaded without a click.
const LOADING: &[&str] =
    &["src", "srcset", "background", "poster", "data", "ping", "lowsrc", "dynsrc", "style", "href"];

/// Scans a message read in pieces of `step` bytes.
pub fn scan(message: &[u8], step: usize) -> Scanned {
    let mut scanner = Scanner::new();
    message.chunks(step).for_each(|piece| scanner.push(piece));
    scanner.finish()
}

/// The page of a message, as the gateway makes it for mail that it keeps.
pub fn page_of(message: &[u8], layout: &Layout) -> String {
    let plan = BodyPlan::of(layout.structure.as_ref());
    let parts: Vec<FetchedPart> = plan
        .body
        .iter()
        .map(|text| FetchedPart {
            part: text.part.clone(),
            data: part_of(message, layout, &text.part).to_vec(),
            complete: true,
        })
        .collect();
    let picture_url = |part: &str| Some(format!("/api/picture/{part}"));
    let options = PageOptions {
        theme: Theme::System,
        picture_url: &picture_url,
        images: None,
        links: Links::default(),
        alone: true,
    };
    let rendered = render(&plan, &parts, &options);
    let again =
        rendered.empty.then(|| Reread::new(message.to_vec(), true).second_look(&plan, &options)).flatten();
    again.unwrap_or(rendered).html
}

/// The place that a scan names has to be in the message.
fn part_of<'m>(message: &'m [u8], layout: &Layout, part: &str) -> &'m [u8] {
    let Some(place) = layout.place(part) else { return &[] };
    let at = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
    message.get(at(place.start)..at(place.end)).unwrap_or_else(|| {
        panic!("part {part} stands at {place:?} of {} bytes", message.len());
    })
}

/// Reads HTML as a browser does, and says what in it runs, loads, submits or leaves.
pub fn forbidden(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        let Token::StartTag(tag) = token else { continue };
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if ELEMENTS.contains(&name.as_str()) {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in &tag.attributes {
            let (attribute, value) = (String::from_utf8_lossy(attribute), String::from_utf8_lossy(value));
            if attribute.starts_with("on")
                || LOADING.contains(&&*attribute) && loads(&name, &attribute, &value)
            {
                found.push(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }
    found
}

/// Whether the value of an attribute asks anybody but the gateway, or runs.
fn loads(element: &str, attribute: &str, value: &str) -> bool {
    match (element, attribute) {
        ("a", "href") => !["http:", "https:", "mailto:", "/compose?mailto=", "/api/link/", "#"]
            .iter()
            .any(|beginning| value.starts_with(beginning)),
        ("img", "src") => !value.starts_with("data:image/") && !value.starts_with("/api/"),
        // The value of a property is remote only by a function or a scheme.
        (_, "style") => {
            let value = value.to_ascii_lowercase();
            ["url(", "image-set", "expression(", "@import", "javascript:", "//", "\\"]
                .iter()
                .any(|bad| value.contains(bad))
        }
        _ => true,
    }
}

/// Reads HTML into a tree and writes it again, changing nothing.
pub fn read_again(html: &str) -> String {
    scraper::Html::parse_fragment(html).root_element().inner_html()
}
