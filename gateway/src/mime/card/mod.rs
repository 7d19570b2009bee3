//! Cards above a body: what a part for machines says, in words for people. A delivery report, a read receipt, a
//! complaint, an invitation. Every value is text, escaped.

mod fields;
mod invitation;
mod report;
mod time;

use super::escape::escape;
use crate::imap::response::BodyPart;

/// Lines of facts on one card.
const FACTS_LIMIT: usize = 40;
/// How long one value on a card is at most, in bytes.
const VALUE_LIMIT: usize = 2000;

/// What a part for machines is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// `message/delivery-status` (RFC 3464): whether a message arrived.
    Delivery,
    /// `message/disposition-notification` (RFC 8098): whether it was read.
    Disposition,
    /// `message/feedback-report` (RFC 5965): somebody complained about it.
    Feedback,
    /// `text/calendar` (RFC 5545, RFC 6047).
    Invitation,
}

impl CardKind {
    /// The card that a part makes, if it makes one.
    pub fn of(part: &BodyPart) -> Option<Self> {
        match (part.kind.as_str(), part.subtype.as_str()) {
            ("message", "delivery-status" | "global-delivery-status") => Some(Self::Delivery),
            ("message", "disposition-notification" | "global-disposition-notification") => {
                Some(Self::Disposition)
            }
            ("message", "feedback-report") => Some(Self::Feedback),
            ("text", "calendar") | ("application", "ics") => Some(Self::Invitation),
            _ => None,
        }
    }

    /// The card for a part's text; absent if the text says nothing that a person could use.
    pub fn render(self, text: &str) -> Option<String> {
        let card = match self {
            Self::Delivery => report::delivery(text),
            Self::Disposition => report::disposition(text),
            Self::Feedback => report::feedback(text),
            Self::Invitation => invitation::invitation(text),
        }?;
        Some(card.html())
    }
}

/// A card while it is made.
#[derive(Debug, Default, PartialEq, Eq)]
struct Card {
    /// What it is, to those who cannot see its shape.
    label: &'static str,
    title: String,
    lines: Vec<String>,
    facts: Vec<(&'static str, String)>,
}

impl Card {
    fn new(label: &'static str, title: impl Into<String>) -> Self {
        Self { label, title: title.into(), ..Self::default() }
    }

    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// A fact, if there is any.
    fn fact(&mut self, term: &'static str, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() && self.facts.len() < FACTS_LIMIT {
            self.facts.push((term, value));
        }
    }

    fn html(&self) -> String {
        let mut html = format!("<section class=\"card\" aria-label=\"{}\"><h1 dir=\"auto\">", self.label);
        value(&self.title, &mut html);
        html.push_str("</h1>");
        for line in &self.lines {
            html.push_str("<p dir=\"auto\">");
            value(line, &mut html);
            html.push_str("</p>");
        }
        if !self.facts.is_empty() {
            html.push_str("<dl>");
            for (term, fact) in &self.facts {
                html.extend(["<div><dt>", term, "</dt> <dd dir=\"auto\">"]);
                value(fact, &mut html);
                html.push_str("</dd></div>");
            }
            html.push_str("</dl>");
        }
        html.push_str("</section>");
        html
    }
}

/// A value as text: cut where nobody reads on, without what changes the direction of what follows.
fn value(text: &str, html: &mut String) {
    let is_shown = |c: &char| {
        (!c.is_control() || *c == '\n') && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let cut = &text[..text.floor_char_boundary(VALUE_LIMIT)];
    escape(&cut.chars().filter(is_shown).collect::<String>(), html);
    if cut.len() < text.len() {
        html.push('…');
    }
}

#[cfg(test)]
mod tests;
