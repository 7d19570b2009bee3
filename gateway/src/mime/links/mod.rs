//! Links of mails: where each one leads, what is suspicious about it, and what stands in its place.
//!
//! | module | subject |
//! |---|---|
//! | [`host`] | hosts: as people read them, whose they are, what they look like |
//! | [`judge`] | what is suspicious about a link |
//! | [`rewrite`] | the links of a body |

pub mod host;
pub mod judge;
mod rewrite;

pub use rewrite::{Rewritten, attributes, rewrite};

use judge::Link;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::sync::Arc;

/// The page that warns of a link, by the link and the text that stands for it; absent where none can be made.
pub type WarningPage = Arc<dyn Fn(&Link) -> Option<String> + Send + Sync>;

/// Longer addresses lead nowhere if they are suspicious: no page could carry them.
const WARNED_LIMIT: usize = 4096;

/// Bytes of an address that a title shows.
const TITLE_LIMIT: usize = 300;

/// Where links of a mail lead.
#[derive(Clone, Default)]
pub struct Links {
    /// The page that warns; without one, suspicious links lead nowhere.
    pub warning: Option<WarningPage>,
}

/// What stands in a link's place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Where it leads; absent: nowhere.
    pub href: Option<String>,
    /// What it says when it is pointed at: where it really leads.
    pub title: Option<String>,
}

impl Links {
    /// Decides about a link with that target, for which that text stands.
    pub fn place(&self, href: &str, text: &str) -> Placed {
        let starts = |scheme: &str| href.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme));
        if starts("mailto:") {
            return mail(href);
        }
        let Some(link) = Link::new(href, text) else { return Placed::default() };
        let leads_to = format!("{} — {}", link.shown_host(), shortened(link.url().as_str()));
        if link.reasons().is_empty() {
            return Placed { href: Some(link.url().to_string()), title: Some(leads_to) };
        }
        let warned = self.warning.as_ref().filter(|_| link.url().as_str().len() <= WARNED_LIMIT);
        let href = warned.and_then(|page| page(&link));
        Placed { href, title: Some(format!("Check this link. It leads to {leads_to}")) }
    }
}

/// `mailto:` opens the app's own window for a new message.
fn mail(href: &str) -> Placed {
    let people = href.get("mailto:".len()..).unwrap_or_default();
    let people = people.split('?').next().unwrap_or_default();
    let people = percent_decode_str(people).decode_utf8_lossy();
    let people: String = people.chars().filter(|c| !c.is_control()).collect();
    Placed {
        href: Some(format!("/compose?mailto={}", utf8_percent_encode(href, NON_ALPHANUMERIC))),
        title: Some(format!("Write to {}", shortened(&people))),
    }
}

fn shortened(text: &str) -> String {
    let end = text.floor_char_boundary(TITLE_LIMIT);
    if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
