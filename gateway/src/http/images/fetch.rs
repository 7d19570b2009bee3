//! Fetching an image from a server that nobody here knows: no cookie, no referrer, nothing of the reader's; only
//! addresses that may be reached; only so much, and only for so long.

use crate::{
    accounts::net::{Judged, is_global},
    config::Network,
    mime::raster::{self, Limits, Raster, RasterError},
};
use reqwest::{Client, Response, header, redirect::Policy};
use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};
use url::{Host, Url};

/// How long an image may take to arrive, redirects and all.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long an idle connection is kept: a mail's images often come from one host.
const IDLE: Duration = Duration::from_secs(5);

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// How often an image may have moved.
const REDIRECTS: usize = 3;

/// Images that are decoded at once: each takes memory for its pixels.
const DECODED_AT_ONCE: usize = 2;

/// What decoding one may cost: 16 megapixels, more than any mail has a use for.
const LIMITS: Limits = Limits { pixels: 16_000_000, side: 16_384 };

/// Says no more than that it is not a person who asks.
const AGENT: &str = "Mozilla/5.0 (compatible; mail image proxy)";

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address is not one that images are fetched from.
    #[error("the address may not be asked")]
    Forbidden,
    /// Nobody answered, or not as HTTP wants it.
    #[error("the server cannot be reached: {0}")]
    Unreachable(reqwest::Error),
    /// It has none.
    #[error("the server answered {0}")]
    Status(http::StatusCode),
    /// It sent the gateway from one place to the next.
    #[error("the image moved too often")]
    Moved,
    /// It is larger than [`LARGEST`].
    #[error("the image is too large")]
    TooLarge,
    /// It took too long.
    #[error("the image did not arrive in time")]
    Timeout,
    /// It is no image, or not one that can be shown.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// The decoder failed.
    #[error("the image cannot be decoded")]
    Decoder,
}

/// Fetches images.
pub struct Fetcher {
    allowed: Arc<[Network]>,
    patience: Duration,
    decoding: Semaphore,
    /// For the ports of the web, and for all others, where only allowed networks are reached.
    clients: [OnceLock<Option<Client>>; 2],
}

impl Fetcher {
    /// A fetcher that reaches the public network and the allowed ones.
    pub fn new(allowed: &[Network]) -> Self {
        Self {
            allowed: allowed.into(),
            patience: PATIENCE,
            decoding: Semaphore::new(DECODED_AT_ONCE),
            clients: [OnceLock::new(), OnceLock::new()],
        }
    }

    /// An image, written anew.
    ///
    /// # Errors
    /// There is none that may be fetched and can be shown.
    pub async fn fetch(&self, url: &Url) -> Result<Raster, FetchError> {
        let file =
            timeout(self.patience, self.file(url.clone())).await.map_err(|_| FetchError::Timeout)??;
        let _turn = self.decoding.acquire().await.map_err(|_| FetchError::Decoder)?;
        // A decoder that panics takes its task with it and nothing else.
        let raster = tokio::task::spawn_blocking(move || raster::reencode(&file, &LIMITS));
        Ok(raster.await.map_err(|_| FetchError::Decoder)??)
    }

    async fn file(&self, mut url: Url) -> Result<Vec<u8>, FetchError> {
        for _ in 0..=REDIRECTS {
            let client = self.client(&url).ok_or(FetchError::Forbidden)?;
            let request = client.get(url.clone()).header(header::ACCEPT, "image/*");
            let response = request.send().await.map_err(FetchError::Unreachable)?;
            let status = response.status();
            if status.is_redirection() {
                url = moved(&url, &response).ok_or(FetchError::Status(status))?;
            } else if status.is_success() {
                return read(response).await;
            } else {
                return Err(FetchError::Status(status));
            }
        }
        Err(FetchError::Moved)
    }

    /// Who may ask that address: judged here as far as it says where it leads, and when its name is resolved.
    fn client(&self, url: &Url) -> Option<&Client> {
        let allowed = |address: IpAddr| is_in(&self.allowed, address);
        let of_the_web = matches!((url.scheme(), url.port()), ("http" | "https", None));
        let may_reach = |address: IpAddr| (of_the_web && is_global(address)) || allowed(address);
        let plain = url.username().is_empty() && url.password().is_none();
        let web = matches!(url.scheme(), "http" | "https");
        let leads_there = match url.host()? {
            Host::Domain(_) => true,
            // Numbers are connected to without being resolved.
            Host::Ipv4(address) => may_reach(address.into()),
            Host::Ipv6(address) => may_reach(address.into()),
        };
        if !(plain && web && leads_there) {
            return None;
        }
        let [at_web_ports, elsewhere] = &self.clients;
        let cell = if of_the_web { at_web_ports } else { elsewhere };
        let networks = Arc::clone(&self.allowed);
        cell.get_or_init(|| {
            client(Judged::new(move |address| {
                (of_the_web && is_global(address)) || is_in(&networks, address)
            }))
        })
        .as_ref()
    }
}

fn is_in(networks: &[Network], address: IpAddr) -> bool {
    networks.iter().any(|network| network.contains(address))
}

fn client(names: Judged) -> Option<Client> {
    // Another part of the program may have chosen the provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .no_proxy()
        .referer(false)
        .redirect(Policy::none())
        .dns_resolver(names)
        .user_agent(AGENT)
        .timeout(PATIENCE)
        .pool_idle_timeout(IDLE)
        .build();
    client.inspect_err(|error| tracing::warn!(%error, "remote images cannot be fetched")).ok()
}

fn moved(from: &Url, response: &Response) -> Option<Url> {
    let location = response.headers().get(header::LOCATION)?.to_str().ok()?;
    from.join(location).ok()
}

async fn read(mut response: Response) -> Result<Vec<u8>, FetchError> {
    if response.content_length().is_some_and(|length| length > LARGEST as u64) {
        return Err(FetchError::TooLarge);
    }
    let mut file = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::Unreachable)? {
        if file.len() + chunk.len() > LARGEST {
            return Err(FetchError::TooLarge);
        }
        // What is no image is not read to its end.
        if file.is_empty() && chunk.len() >= 16 && raster::sniff(&chunk).is_none() {
            return Err(RasterError::NotRaster.into());
        }
        file.extend_from_slice(&chunk);
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
