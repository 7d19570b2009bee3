//! What a mail's HTML and styles would load from elsewhere: counted, named, and only where the reader wants it
//! replaced by the address under which the gateway serves it.

use super::{ImageProxy, url::is_remote};
use postern_shared::body::RemoteContent;
use std::collections::BTreeSet;
use url::Url;

/// More hosts are not named.
const HOSTS_LIMIT: usize = 50;

/// The remote images met so far.
#[derive(Default)]
pub struct RemoteImages {
    proxy: Option<ImageProxy>,
    images: u32,
    hosts: BTreeSet<String>,
}

impl RemoteImages {
    /// None met; they come from there, or not at all.
    pub fn new(proxy: Option<ImageProxy>) -> Self {
        Self { proxy, ..Self::default() }
    }

    /// Notes an image's address if it is remote; answers where to load it from instead.
    pub fn meet(&mut self, address: &str) -> Option<String> {
        if !is_remote(address) {
            return None;
        }
        self.images = self.images.saturating_add(1);
        let host = Url::parse(address.trim()).ok().and_then(|url| url.host_str().map(str::to_owned));
        if let Some(host) = host.filter(|_| self.hosts.len() < HOSTS_LIMIT) {
            self.hosts.insert(host);
        }
        self.proxy.as_ref().and_then(|proxy| proxy(address))
    }

    /// What was met.
    pub fn found(self) -> RemoteContent {
        RemoteContent {
            images: self.images,
            hosts: self.hosts.into_iter().collect(),
            trackers: 0,
            shown: self.proxy.is_some(),
        }
    }
}
