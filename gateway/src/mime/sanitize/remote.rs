//! What a mail's HTML and styles would load from elsewhere: counted, named, and only where the reader wants it
//! replaced by the address under which the gateway serves it. Trackers are never loaded.

use super::{
    ImageProxy,
    trackers::{self, is_tracker},
    url::is_remote,
};
use postern_shared::body::RemoteContent;
use std::collections::{BTreeSet, HashMap, HashSet};
use url::Url;

/// More hosts are not named.
const HOSTS_LIMIT: usize = 50;

/// More images are not loaded: no mail has so many.
const SHOWN_LIMIT: usize = 1_000;

/// The remote images met so far.
#[derive(Default)]
pub struct RemoteImages {
    proxy: Option<ImageProxy>,
    /// Addresses of images too small to be seen.
    unseen: HashSet<String>,
    /// Each address once, and where it is served.
    images: HashMap<String, Option<String>>,
    trackers: HashSet<String>,
    hosts: BTreeSet<String>,
}

impl RemoteImages {
    /// None met; they come from there, or not at all. `unseen` are the addresses of images too small to be seen.
    pub fn new(proxy: Option<ImageProxy>, unseen: HashSet<String>) -> Self {
        Self { proxy, unseen, ..Self::default() }
    }

    /// Notes an image's address if it is remote; answers where to load it from instead.
    pub fn meet(&mut self, address: &str) -> Option<String> {
        if !is_remote(address) {
            return None;
        }
        if let Some(known) = self.images.get(address) {
            return known.clone();
        }
        let url = absolute(address);
        if self.unseen.contains(trackers::key(address)) || url.as_ref().is_some_and(is_tracker) {
            self.trackers.insert(address.to_owned());
            return None;
        }
        let host = url.as_ref().and_then(|url| url.host_str().map(str::to_owned));
        if let Some(host) = host.filter(|_| self.hosts.len() < HOSTS_LIMIT) {
            self.hosts.insert(host);
        }
        let proxy = self.proxy.as_ref().filter(|_| self.images.len() < SHOWN_LIMIT);
        let served = proxy.zip(url).and_then(|(proxy, url)| proxy(&url));
        self.images.insert(address.to_owned(), served.clone());
        served
    }

    /// What was met.
    pub fn found(self) -> RemoteContent {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        RemoteContent {
            images: count(self.images.len()),
            hosts: self.hosts.into_iter().collect(),
            trackers: count(self.trackers.len()),
            shown: self.proxy.is_some(),
        }
    }
}

/// The address as a browser would read it on a page of its own: what begins with `//` is https.
fn absolute(address: &str) -> Option<Url> {
    let base = Url::parse("https://invalid/").ok()?;
    let url = base.join(address.trim()).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str() != Some("invalid")).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn each_image_counts_once_and_only_the_wanted_ones_are_served() {
        let proxy: ImageProxy = Arc::new(|url: &Url| Some(format!("/api/images/{}", url.path())));
        let mut images = RemoteImages::new(Some(proxy), HashSet::from(["https://b.test/1x1.gif".to_owned()]));
        assert_eq!(images.meet("https://a.test/x").as_deref(), Some("/api/images//x"));
        assert_eq!(images.meet("https://a.test/x").as_deref(), Some("/api/images//x"));
        assert_eq!(images.meet("//c.test/y").as_deref(), Some("/api/images//y"));
        for refused in
            ["https://b.test/1x1.gif", "https://u1.ct.sendgrid.net/wf/open?upn=x", "ftp://d.test/z", "/z"]
        {
            assert_eq!(images.meet(refused), None, "{refused}");
        }
        let found = images.found();
        assert_eq!((found.images, found.trackers, found.shown), (3, 2, true));
        assert_eq!(found.hosts, ["a.test", "c.test"]);
    }
}
