//! Names for HTTP, under the rules for addresses: what is resolved is judged, and connected to as it was judged.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use tokio::net::lookup_host;

/// Resolves a name once for each connection, and keeps the addresses that may be reached.
#[derive(Clone)]
pub struct Judged(Arc<dyn Fn(IpAddr) -> bool + Send + Sync>);

impl Judged {
    /// Keeps those for which `may_reach` holds.
    pub fn new(may_reach: impl Fn(IpAddr) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(may_reach))
    }
}

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let may_reach = Arc::clone(&self.0);
        Box::pin(async move {
            let resolved = lookup_host((name.as_str(), 443)).await?;
            let allowed: Vec<SocketAddr> = resolved.filter(|address| may_reach(address.ip())).collect();
            if allowed.is_empty() {
                return Err("no address that may be reached".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
