//! HTML made safe: an allow-list of elements and attributes, no remote request of any kind, links that open apart.
//!
//! The steps: [`balance`] bounds what the tree costs, [`rewrite`] says where links lead, ammonia builds the tree and keeps what is on
//! the list, the filter here decides on every attribute's value. Nothing edits the HTML afterwards.

mod balance;
mod remote;
mod root;
mod style;
mod trackers;
pub(super) mod url;
mod vocabulary;

use self::remote::RemoteImages;
use super::links::{Links, rewrite};
use ::url::Url;
use ammonia::{Builder, UrlRelative};
use postern_shared::body::RemoteContent;
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

/// Sanitised HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sanitized {
    /// The HTML: what stands inside a body.
    pub html: String,
    /// The declarations of a `style` attribute for the element around it: the colours the mail is made for.
    pub style: String,
    /// What it would load from elsewhere.
    pub remote: RemoteContent,
    /// The Content-IDs of the pictures that are shown.
    pub shown: BTreeSet<String>,
    /// The layout was too large and was left out in part; the text is all there.
    pub simplified: bool,
}

/// Where the gateway serves a remote image, by its address; absent where it does not.
pub type ImageProxy = Arc<dyn Fn(&Url) -> Option<String> + Send + Sync>;

/// What the surroundings decide about a mail's HTML.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The addresses of the mail's own pictures, by Content-ID: where `cid:` leads (RFC 2392).
    pub pictures: HashMap<String, String>,
    /// Where remote images come from, once the reader wants them; absent, they are left out.
    pub images: Option<ImageProxy>,
    /// Where links lead.
    pub links: Links,
}

/// Makes HTML safe.
pub fn sanitize(html: &str, surroundings: &Surroundings) -> Sanitized {
    let balanced = balance::balance(html);
    let mut remote = RemoteImages::new(surroundings.images.clone(), trackers::find(&balanced.html));
    let root = root::filter(&balanced.root, &mut remote);
    let seen = Arc::new(Mutex::new(Seen { remote, ..Seen::default() }));
    let linked = rewrite(&balanced.html, &surroundings.links);
    let filter = AttributeFilter {
        pictures: surroundings.pictures.clone(),
        links: linked.issued,
        seen: Arc::clone(&seen),
    };
    let html = builder(filter).clean(&linked.html).to_string();
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    Sanitized {
        html,
        style: root,
        remote: seen.remote.found(),
        shown: seen.pictures,
        simplified: balanced.simplified,
    }
}

fn builder(filter: AttributeFilter) -> Builder<'static> {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<_>>();
    let elements = vocabulary::ELEMENTS.iter().map(|(name, _)| *name);
    let attributes = vocabulary::ELEMENT_ATTRIBUTES.iter().map(|(name, attributes)| (*name, set(attributes)));
    let mut builder = Builder::empty();
    builder
        .tags(elements.collect())
        .clean_content_tags(set(&["script", "style"]))
        .generic_attributes(set(vocabulary::ATTRIBUTES))
        .tag_attributes(attributes.collect())
        .url_schemes(set(&["http", "https", "mailto", "data", "cid"]))
        // The filter sees relative addresses too, and drops them.
        .url_relative(UrlRelative::PassThrough)
        .attribute_filter(move |element, attribute, value| filter.filter(element, attribute, value))
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"))
        .strip_comments(true);
    builder
}

#[derive(Default)]
struct Seen {
    remote: RemoteImages,
    pictures: BTreeSet<String>,
}

struct AttributeFilter {
    pictures: HashMap<String, String>,
    /// The targets that links may have.
    links: HashSet<String>,
    seen: Arc<Mutex<Seen>>,
}

impl AttributeFilter {
    fn filter<'v>(&self, element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
        match (element, attribute) {
            (_, "style") => self.style(value).map(Cow::Owned),
            ("a", "href") => self.links.contains(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => self.picture(value).map(Cow::Owned),
            // A set of sources stands beside `src`, which is counted.
            (_, "srcset") => None,
            (_, "background") => {
                self.seen().remote.meet(value);
                None
            }
            _ => Some(Cow::Borrowed(value)),
        }
    }

    fn style(&self, value: &str) -> Option<String> {
        let css = style::filter(value, &mut self.seen().remote);
        Some(css).filter(|css| !css.is_empty())
    }

    fn picture(&self, value: &str) -> Option<String> {
        if let Some(id) = url::content_id(value) {
            let address = self.pictures.get(&id)?.clone();
            self.seen().pictures.insert(id);
            return Some(address);
        }
        url::embedded_picture(value).or_else(|| self.seen().remote.meet(value))
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
