//! HTML made safe: an allow-list of elements and attributes, no remote request of any kind, links that open apart.
//!
//! The steps: [`balance`] bounds what the tree costs and takes out the style sheets, [`css`] writes those anew,
//! [`rewrite`] says where links lead, ammonia builds the tree and keeps what is on the list, the filter here decides on
//! every attribute's value. Nothing edits the HTML afterwards.

mod balance;
mod css;
mod hint;
mod remote;
mod root;
mod trackers;
pub(super) mod url;
mod vocabulary;

pub use self::css::Scheme;

use self::{
    css::{CARD, Colors, Styling},
    hint::Hints,
    remote::RemoteImages,
};
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
    /// The start tags of the two `<div>`s around it: the card it lies on, and its body.
    pub open: String,
    /// The rules for a `<style>` element. There is no `<` in them.
    pub sheet: String,
    /// The rules for the page's layer `hints`, likewise.
    pub hints: String,
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
    /// The page's colours.
    pub scheme: Scheme,
    /// Which HTML of the page it is: no two on one page have the same number, and the styles of each are for it alone.
    pub number: usize,
}

/// Makes HTML safe.
pub fn sanitize(html: &str, surroundings: &Surroundings) -> Sanitized {
    let balanced = balance::balance(html);
    let card = format!("{CARD}{}", surroundings.number);
    let scheme = surroundings.scheme;
    let unseen = trackers::find(&balanced.html);
    // Whether it has its own rules for the dark is found out without counting what they load.
    let mut styling = Styling { loads: &mut Loads::new(surroundings, HashSet::new()), colors: Colors::AsIs };
    let brings_dark = css::brings_dark(&balanced.sheets, &mut styling);
    let colors = if brings_dark || scheme == Scheme::Light { Colors::AsIs } else { Colors::Both };

    let mut loads = Loads::new(surroundings, unseen);
    let mut hints = Hints::default();
    let mut styling = Styling { loads: &mut loads, colors };
    let sheet = css::filter(&balanced.sheets, &card, scheme, &mut styling);
    let follows = !brings_dark || balanced.supports_dark || css::supports_dark(&balanced.sheets);
    let classes = format!("html {card}{}", if follows { "" } else { " light" });
    let open = balanced.root.open(&card, &classes, &mut styling, &mut hints);

    let seen = Arc::new(Mutex::new(Seen { loads, hints }));
    let linked = rewrite(&balanced.html, &surroundings.links);
    let filter = AttributeFilter { card, colors, links: linked.issued, seen: Arc::clone(&seen) };
    let html = builder(filter).clean(&linked.html).to_string();
    let Seen { loads, hints } = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    Sanitized {
        html,
        open,
        sheet: sheet.css,
        hints: hints.finish(),
        remote: loads.remote.found(),
        shown: loads.shown,
        simplified: balanced.simplified || sheet.simplified,
    }
}

/// HTML cut down to a vocabulary of mail and balanced, in linear time: what it costs to parse is bounded. Nothing of it is
/// safe by that.
pub(super) fn balanced(html: &str) -> String {
    balance::balance(html).html
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

/// What the mail loads.
#[derive(Default)]
pub struct Loads {
    pictures: HashMap<String, String>,
    remote: RemoteImages,
    shown: BTreeSet<String>,
}

impl Loads {
    fn new(surroundings: &Surroundings, unseen: HashSet<String>) -> Self {
        Self {
            pictures: surroundings.pictures.clone(),
            remote: RemoteImages::new(surroundings.images.clone(), unseen),
            shown: BTreeSet::new(),
        }
    }

    /// Where a picture is loaded from, if at all.
    pub fn picture(&mut self, address: &str) -> Option<String> {
        if let Some(id) = url::content_id(address) {
            let address = self.pictures.get(&id)?.clone();
            self.shown.insert(id);
            return Some(address);
        }
        url::embedded_picture(address).or_else(|| self.remote.meet(address))
    }
}

#[derive(Default)]
struct Seen {
    loads: Loads,
    hints: Hints,
}

struct AttributeFilter {
    /// The class of the container.
    card: String,
    colors: Colors,
    /// The targets that links may have.
    links: HashSet<String>,
    seen: Arc<Mutex<Seen>>,
}

impl AttributeFilter {
    fn filter<'v>(&self, element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
        match (element, attribute) {
            (_, "style") => self.style(value).map(Cow::Owned),
            (_, "class") => Some(hint::classes(value)).filter(|classes| !classes.is_empty()).map(Cow::Owned),
            (_, "id") => css::name(value.trim()).map(Cow::Owned),
            (_, "bgcolor") => {
                self.seen().hints.color(&self.card, "bgcolor", value, self.colors).map(Cow::Owned)
            }
            (_, "color") => self.seen().hints.color(&self.card, "color", value, self.colors).map(Cow::Owned),
            ("a", "href") => self.links.contains(value).then_some(Cow::Borrowed(value)),
            ("img", "src") => self.seen().loads.picture(value).map(Cow::Owned),
            // A set of sources stands beside `src`, which is counted.
            (_, "srcset") => None,
            (_, "background") => self.background(value).map(Cow::Owned),
            _ => Some(Cow::Borrowed(value)),
        }
    }

    fn style(&self, value: &str) -> Option<String> {
        let mut seen = self.seen();
        let mut styling = Styling { loads: &mut seen.loads, colors: self.colors };
        let css = css::write(&css::declarations(&mut cssparser::Parser::new(value), &mut styling));
        Some(css).filter(|css| !css.is_empty())
    }

    fn background(&self, value: &str) -> Option<String> {
        let mut seen = self.seen();
        let picture = seen.loads.picture(value)?;
        seen.hints.picture(&self.card, self.colors);
        Some(picture)
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
