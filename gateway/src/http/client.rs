//! Who asks: the client's address, behind trusted proxies too.

use crate::{app::SharedApp, config::Network};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// The header proxies add addresses to, the nearest one last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address, as far as it is known.
    pub address: IpAddr,
    /// A proxy that is not trusted forwarded the request: the address is the proxy's.
    pub hidden: bool,
}

impl Client {
    /// The client of a request that came from `peer`: the last address that no trusted proxy speaks for.
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(*address));
        let peer = peer.to_canonical();
        if !is_trusted(&peer) {
            let hidden = headers.contains_key(FORWARDED_FOR) || headers.contains_key("forwarded");
            return Self { address: peer, hidden };
        }
        let told = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = told.flat_map(|value| value.split(',')).map(str::trim).collect();
        let mut address = peer;
        for hop in hops.iter().rev() {
            // Beyond a hop that is no address nothing can be believed.
            let Ok(hop) = hop.parse::<IpAddr>() else { break };
            address = hop.to_canonical();
            if !is_trusted(&address) {
                break;
            }
        }
        Self { address, hidden: false }
    }
}

impl FromRequestParts<SharedApp> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, Infallible> {
        // Without a peer, which only a test's request lacks, the unspecified address stands for all of them.
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.ip());
        Ok(Self::of(peer, &parts.headers, &app.config.trusted_proxies))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<Network> = vec!["10.0.0.0/8".parse().unwrap()];
        let cases: [(&str, &[&str], &str, bool); 8] = [
            ("192.0.2.1", &[], "192.0.2.1", false),
            ("192.0.2.1", &["198.51.100.7"], "192.0.2.1", true),
            ("10.0.0.1", &[], "10.0.0.1", false),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7", false),
            ("::ffff:10.0.0.1", &["198.51.100.7, 10.0.0.2"], "198.51.100.7", false),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7", false),
            ("10.0.0.1", &["203.0.113.9", "198.51.100.7"], "198.51.100.7", false),
            ("10.0.0.1", &["203.0.113.9, nonsense, 10.0.0.2"], "10.0.0.2", false),
        ];
        for (peer, values, address, hidden) in cases {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED_FOR, value.parse().unwrap());
            }
            let expected = Client { address: address.parse().unwrap(), hidden };
            assert_eq!(Client::of(peer.parse().unwrap(), &headers, &trusted), expected, "{peer} {values:?}");
        }
    }
}
