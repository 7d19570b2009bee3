//! The document in the frame "Message body": one whole HTML page for a body, never blank.

use super::{
    card::CardKind,
    charset_of_html::charset_of_html,
    enriched,
    escape::escape,
    links::{Links, rewrite},
    notice::Notice,
    protection::InlinePgp,
    quotes,
    sanitize::{ImageProxy, Scheme, Surroundings, sanitize},
    select::{BodyPlan, TextFormat, TextPart},
    text::{Flow, to_html},
};
use crate::{imap::charset, layers::Layer};
use postern_shared::body::{BodyKind, RemoteContent};
use std::collections::{BTreeSet, HashMap};

/// How many bytes of a body, as transferred and in all its parts, are worth fetching for [`render`].
pub const FETCH_LIMIT: u64 = 4 * 1024 * 1024;

const STYLE: &str = include_str!("page.css");

/// A fetched part, still transfer-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedPart {
    /// Its part specifier, as in the plan.
    pub part: String,
    /// Its content.
    pub data: Vec<u8>,
    /// Whether the data is all of it: false where [`FETCH_LIMIT`] or a failure cut it off.
    pub complete: bool,
}

/// The colours that the app shows itself in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the browser prefers.
    #[default]
    System,
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

/// What the surroundings decide about a page.
pub struct PageOptions<'a> {
    /// The app's colours.
    pub theme: Theme,
    /// The URL under which the gateway serves a picture, by its part specifier. The frame's origin is opaque, so no
    /// cookie comes with the request: the URL has to carry its own authority (or be a `data:` URL).
    pub picture_url: &'a dyn Fn(&str) -> Option<String>,
    /// Where remote images come from, if the reader wants them.
    pub images: Option<ImageProxy>,
    /// Where links lead.
    pub links: Links,
    /// Whether the page stands by itself: nothing around it says what it leaves out.
    pub alone: bool,
}

/// A body as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The document.
    pub html: String,
    /// What it would load from elsewhere.
    pub remote: RemoteContent,
    /// It shows nothing of what it should show: try [`BodyPlan::by_spare`].
    pub blank: bool,
    /// It says that there is no text, and nothing in the plan says why: read the source again ([`super::reread`]).
    pub empty: bool,
}

/// The page for a body. It takes time linear in the data; call it where blocking is allowed.
pub fn render(plan: &BodyPlan, parts: &[FetchedPart], options: &PageOptions<'_>) -> Rendered {
    let fetched: HashMap<&str, &FetchedPart> =
        parts.iter().map(|fetched| (fetched.part.as_str(), fetched)).collect();
    let mut page = Page::new(plan, options);
    for text in &plan.body {
        match fetched.get(text.part.as_str()) {
            Some(fetched) => page.part(text, fetched),
            None => page.notices.push(Notice::PartMissing),
        }
    }
    page.left_over_pictures(plan);
    page.finish(plan, options)
}

struct Page {
    notices: Vec<Notice>,
    /// What stands above the text.
    cards: String,
    /// Parts that should have made cards.
    unread: Vec<String>,
    body: String,
    /// The mail's style sheets.
    sheets: String,
    remote: RemoteContent,
    /// Whether there is anything to see.
    visible: bool,
    surroundings: Surroundings,
    shown: BTreeSet<String>,
    is_source: bool,
}

impl Page {
    fn new(plan: &BodyPlan, options: &PageOptions<'_>) -> Self {
        let scheme = match options.theme {
            Theme::System => Scheme::System,
            Theme::Light => Scheme::Light,
            Theme::Dark => Scheme::Dark,
        };
        let (images, links) = (options.images.clone(), options.links.clone());
        let mut surroundings = Surroundings { images, links, scheme, ..Surroundings::default() };
        for picture in &plan.pictures {
            if let Some(url) = (options.picture_url)(&picture.part) {
                surroundings.pictures.entry(picture.content_id.clone()).or_insert(url);
            }
        }
        Self {
            notices: plan.notes.clone(),
            cards: String::new(),
            unread: Vec::new(),
            body: String::new(),
            sheets: String::new(),
            remote: RemoteContent { shown: surroundings.images.is_some(), ..RemoteContent::default() },
            visible: false,
            surroundings,
            shown: BTreeSet::new(),
            is_source: plan.kind == BodyKind::Source,
        }
    }

    fn part(&mut self, text: &TextPart, fetched: &FetchedPart) {
        let bytes = text.encoding.decode(&fetched.data);
        let told = text.charset.as_deref();
        match text.format {
            TextFormat::Html => self.html(&charset::decode(&bytes, charset_of_html(told, &bytes).as_deref())),
            TextFormat::Plain(flow) => self.text(&charset::decode(&bytes, told), flow),
            TextFormat::Enriched(dialect) => {
                self.html(&enriched::to_html(&charset::decode(&bytes, told), dialect));
            }
            TextFormat::Card(kind) => self.card(&charset::decode(&bytes, told), kind),
        }
        if !fetched.complete {
            self.notices.push(if fetched.data.is_empty() { Notice::PartMissing } else { Notice::Cut });
        }
    }

    fn html(&mut self, html: &str) {
        if !Layer::Sanitizer.is_on() {
            self.visible = true;
            return self.body.push_str(html);
        }
        self.surroundings.number += 1;
        let folded = quotes::fold(html);
        let sanitized = sanitize(folded.as_deref().unwrap_or(html), &self.surroundings);
        self.remote.images = self.remote.images.saturating_add(sanitized.remote.images);
        self.remote.trackers = self.remote.trackers.saturating_add(sanitized.remote.trackers);
        self.remote.hosts.extend(sanitized.remote.hosts);
        if sanitized.simplified {
            self.notices.push(Notice::Simplified);
        }
        self.visible |= is_visible(&sanitized.html);
        self.shown.extend(sanitized.shown);
        if !sanitized.hints.is_empty() {
            self.sheets.extend(["<style>@layer hints{", &sanitized.hints, "}</style>"]);
        }
        if !sanitized.sheet.is_empty() {
            self.sheets.extend(["<style>", &sanitized.sheet, "</style>"]);
        }
        self.body.extend([sanitized.open.as_str(), &sanitized.html, "</div></div>"]);
    }

    fn card(&mut self, text: &str, kind: CardKind) {
        match kind.render(text) {
            Some(card) => self.cards.push_str(&card),
            None => self.unread.push(text.to_owned()),
        }
    }

    /// Where there is nothing else, what could not be understood is shown as it was sent.
    fn unread(&mut self) {
        let unread = std::mem::take(&mut self.unread);
        let shown = self.visible || !self.cards.is_empty();
        for text in unread.iter().filter(|text| !shown && !text.trim().is_empty()) {
            self.visible = true;
            self.notices.push(Notice::Unread);
            self.body.extend(["<div class=\"text source\">", &to_html(text, Flow::Fixed), "</div>"]);
        }
    }

    fn text(&mut self, text: &str, flow: Flow) {
        if let Some(inline) = InlinePgp::of(text).filter(|_| !self.is_source) {
            self.notices.push(Notice::Inline(inline));
        }
        let class = if self.is_source { "text source" } else { "text" };
        let linked = rewrite(&to_html(text, flow), &self.surroundings.links);
        // Quote marks alone are nothing to see.
        self.visible |= is_visible(&linked.html);
        self.body.extend(["<div class=\"", class, "\">", &linked.html, "</div>"]);
    }

    /// Pictures that belong to the text and that the text does not show stand below it.
    fn left_over_pictures(&mut self, plan: &BodyPlan) {
        for picture in plan.pictures.iter().filter(|picture| picture.inline) {
            if self.shown.contains(&picture.content_id) {
                continue;
            }
            let Some(url) = self.surroundings.pictures.get(&picture.content_id) else { continue };
            self.body.push_str("<figure><img alt=\"\" src=\"");
            escape(url, &mut self.body);
            self.body.push_str("\"></figure>");
            self.visible = true;
        }
    }

    fn finish(mut self, plan: &BodyPlan, options: &PageOptions<'_>) -> Rendered {
        let blank = !self.visible;
        self.unread();
        if self.is_source && self.visible {
            self.notices.push(Notice::Source);
        }
        if options.alone && self.remote.images > 0 && !self.remote.shown {
            self.notices.push(Notice::RemoteImages(self.remote.images));
        }
        if plan.truncated {
            self.notices.push(Notice::TooManyParts);
        }
        let shows_nothing = !self.visible && self.cards.is_empty();
        // What the server does not find, a second look may.
        let is_explained = |notice: &Notice| notice.explains_emptiness() && *notice != Notice::PartMissing;
        let empty = shows_nothing && plan.attachments.is_empty() && !self.notices.iter().any(is_explained);
        if shows_nothing && !self.notices.iter().any(Notice::explains_emptiness) {
            self.notices.push(Notice::empty(plan));
        }
        self.notices.dedup();
        let scheme = match options.theme {
            Theme::System => "light dark",
            Theme::Light => "light",
            Theme::Dark => "dark",
        };
        let length = self.cards.len() + self.body.len() + self.sheets.len() + STYLE.len();
        let mut page = String::with_capacity(length + 1024);
        page.push_str("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>Message body</title>");
        page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.push_str("<meta name=\"referrer\" content=\"no-referrer\">");
        page.push_str("<meta http-equiv=\"x-dns-prefetch-control\" content=\"off\">");
        page.extend(["<style>:root { color-scheme: ", scheme, "; }\n", STYLE, "</style>"]);
        page.extend([self.sheets.as_str(), "</head><body>"]);
        for notice in &self.notices {
            page.push_str("<p class=\"notice\" role=\"note\">");
            escape(&notice.to_string(), &mut page);
            page.push_str("</p>");
        }
        page.extend([self.cards.as_str(), self.body.as_str(), "</body></html>"]);
        // Several parts may have images of the same hosts.
        self.remote.hosts.sort();
        self.remote.hosts.dedup();
        Rendered { html: page, remote: self.remote, blank, empty }
    }
}

/// Whether sanitised HTML has any text or picture.
fn is_visible(html: &str) -> bool {
    let is_blank = |text: &str| text.split("&nbsp;").all(|text| text.trim().is_empty());
    let has_text =
        html.split('<').any(|piece| !is_blank(piece.split_once('>').map_or(piece, |(_, text)| text)));
    has_text || html.contains(" src=\"")
}

#[cfg(test)]
mod tests;
