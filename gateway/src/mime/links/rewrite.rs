//! The links of a body, each with where it really leads. It works on HTML of our own making: balanced, values in double quotes,
//! `<` and `>` only in tags.

use super::{Links, Placed};
use crate::mime::{escape::escape, sanitize::url};
use html5gum::{Token, Tokenizer};
use std::{borrow::Cow, collections::HashSet, ops::Range};

/// Bytes of a link's text that are looked at.
const TEXT_LIMIT: usize = 4096;

/// A body whose links lead where [`Links`] decided.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rewritten {
    /// The HTML.
    pub html: String,
    /// The targets that were put in: the only ones that a link of the body may have.
    pub issued: HashSet<String>,
}

/// A change of the HTML: what stands there goes, this comes.
struct Edit {
    at: Range<usize>,
    with: String,
}

/// A link whose end tag is still to come.
struct Open<'a> {
    /// Its change, which waits for its text.
    edit: usize,
    tag: &'a str,
    text: String,
}

/// Rewrites the links. Titles inside them go: they would be shown in place of the link's own.
pub fn rewrite(html: &str, links: &Links) -> Rewritten {
    if !html.contains("<a") {
        return Rewritten { html: html.to_owned(), issued: HashSet::new() };
    }
    let mut pass = Pass { links, edits: Vec::new(), open: Vec::new(), issued: HashSet::new() };
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        let is_tag = rest.starts_with('<');
        let length = match rest.find(if is_tag { '>' } else { '<' }) {
            Some(found) => found + usize::from(is_tag),
            None => rest.len(),
        };
        let piece = &rest[..length];
        if is_tag {
            pass.tag(piece, at)
        } else {
            pass.text(piece)
        }
        at += length;
    }
    while pass.open.pop().map(|open| pass.close(open)).is_some() {}
    Rewritten { html: edited(html, &pass.edits), issued: pass.issued }
}

struct Pass<'a> {
    links: &'a Links,
    edits: Vec<Edit>,
    open: Vec<Open<'a>>,
    issued: HashSet<String>,
}

impl<'a> Pass<'a> {
    fn tag(&mut self, tag: &'a str, at: usize) {
        let name = tag.trim_start_matches('<').split(|c: char| c.is_whitespace() || c == '>').next();
        match name.unwrap_or_default() {
            "a" => {
                self.edits.push(Edit { at: at..at + tag.len(), with: String::new() });
                self.open.push(Open { edit: self.edits.len() - 1, tag, text: String::new() });
            }
            "/a" => {
                if let Some(open) = self.open.pop() {
                    self.close(open);
                }
            }
            // Browsers break lines at these: words on both sides are two.
            "br" | "p" | "div" | "td" | "th" | "li" | "tr" | "/p" | "/div" | "/td" | "/li" => self.text(" "),
            _ => {}
        }
        let inside = !self.open.is_empty() && !tag.starts_with("<a");
        if let Some(title) = title(tag).filter(|_| inside) {
            self.edits.push(Edit { at: at + title.start..at + title.end, with: String::new() });
        }
    }

    fn text(&mut self, text: &str) {
        if self.open.is_empty() {
            return;
        }
        let text = decoded(&text[..text.floor_char_boundary(TEXT_LIMIT)]);
        for open in self.open.iter_mut().filter(|open| open.text.len() < TEXT_LIMIT) {
            open.text.push_str(&text);
        }
    }

    fn close(&mut self, open: Open<'a>) {
        let attributes = attributes(open.tag);
        let href = attributes.iter().find(|(name, _)| name == "href").and_then(|(_, href)| url::link(href));
        let Placed { href, title } =
            href.map_or_else(Placed::default, |href| self.links.place(&href, &open.text));
        let mut tag = "<a".to_owned();
        let kept = attributes.into_iter().filter(|(name, _)| !matches!(name.as_str(), "href" | "title"));
        let own = [("href", href.clone()), ("title", title)];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        for (name, value) in own.chain(kept) {
            tag.extend([" ", &name, "=\""]);
            escape(&value, &mut tag);
            tag.push('"');
        }
        tag.push('>');
        self.issued.extend(href);
        if let Some(edit) = self.edits.get_mut(open.edit) {
            edit.with = tag;
        }
    }
}

fn edited(html: &str, edits: &[Edit]) -> String {
    let mut text = String::with_capacity(html.len() + html.len() / 4);
    let mut at = 0;
    for edit in edits {
        text.push_str(html.get(at..edit.at.start).unwrap_or_default());
        text.push_str(&edit.with);
        at = edit.at.end;
    }
    text.push_str(html.get(at..).unwrap_or_default());
    text
}

/// Where a tag's title stands.
fn title(tag: &str) -> Option<Range<usize>> {
    let start = tag.find(" title=\"")?;
    let value = start + " title=\"".len();
    let end = tag.get(value..)?.find('"')? + value + 1;
    Some(start..end)
}

/// A start tag's attributes, decoded.
pub fn attributes(tag: &str) -> Vec<(String, String)> {
    let Some(Ok(Token::StartTag(tag))) = Tokenizer::new(tag).next() else { return Vec::new() };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect()
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    for Ok(token) in Tokenizer::new(text) {
        if let Token::String(text) = token {
            decoded.push_str(&String::from_utf8_lossy(&text));
        }
    }
    Cow::Owned(decoded)
}
