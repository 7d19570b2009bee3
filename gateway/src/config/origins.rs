//! The origins the app may be opened from (RFC 6454): requests that change something, and sockets, come from nowhere
//! else.

use super::Config;
use std::{collections::HashSet, net::SocketAddr};
use url::{Host, Url};

/// The exact origins that are trusted.
#[derive(Clone, Debug)]
pub struct Origins(HashSet<String>);

impl Origins {
    /// The configured origins and, at a loopback address, the ways a browser on this machine names it.
    pub fn of(config: &Config, listening: SocketAddr) -> Self {
        let configured = config.public_url.iter().chain(&config.trusted_origins);
        let mut origins: HashSet<String> = configured.map(|url| url.origin().ascii_serialization()).collect();
        if listening.ip().is_loopback() {
            let port = listening.port();
            for host in ["localhost", "127.0.0.1", "[::1]"] {
                origins.extend(local(host, port));
            }
        }
        Self(origins)
    }

    /// Whether an `Origin` header's value is one of them.
    pub fn contains(&self, origin: &str) -> bool {
        self.0.contains(origin)
    }
}

/// A browser leaves the scheme's own port out of an origin, and so does the URL's serialisation.
fn local(host: &str, port: u16) -> Option<String> {
    let url = Url::parse(&format!("http://{host}:{port}")).ok()?;
    Some(url.origin().ascii_serialization())
}

/// Whether only this machine is meant: where plain http is as good as https.
pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
