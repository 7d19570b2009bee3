//! An S3 API, of Amazon's or anybody else's.

use crate::store::StoreError;
use object_store::{
    ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
};
use secrecy::{ExposeSecret, SecretString};
use std::{net::IpAddr, time::Duration};
use url::{Host, Url};

/// Nothing comes for so long, and the request has failed.
const SILENCE: Duration = Duration::from_secs(30);

/// A request that fails is made again for so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which bucket, and how to get at it.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The API's address. Without TLS only on this machine.
    pub endpoint: Url,
    /// The bucket; it is there already.
    pub bucket: String,
    /// Its region; those of other makers mostly take any.
    pub region: String,
    /// Who asks.
    pub access_key_id: String,
    /// What they prove it with.
    pub secret_access_key: SecretString,
    /// Before the names of all objects, such as `postern/blobs`; may be empty.
    pub prefix: String,
}

pub(super) fn open(settings: &S3Settings) -> Result<AmazonS3, StoreError> {
    // The client takes the process's default and dies without one. One that is there already is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = ClientOptions::new()
        .with_allow_http(is_loopback(&settings.endpoint))
        // The whole of a large content takes as long as it takes.
        .with_timeout_disabled()
        .with_read_timeout(SILENCE);
    let retry = RetryConfig { retry_timeout: PATIENCE, ..RetryConfig::default() };
    let objects = AmazonS3Builder::new()
        .with_client_options(client)
        .with_retry(retry)
        .with_endpoint(settings.endpoint.as_str().trim_end_matches('/'))
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_access_key_id(&settings.access_key_id)
        .with_secret_access_key(settings.secret_access_key.expose_secret())
        .build()?;
    Ok(objects)
}

fn is_loopback(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
