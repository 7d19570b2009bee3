//! What the operator decides: `postern.toml`, overridden by the environment. `postern.example.toml` documents every
//! key; a test reads it.

mod check;
mod environment;
mod fingerprint;
mod network;
mod origins;
mod reading;
mod servers;
mod store;

pub use fingerprint::Fingerprint;
pub use network::Network;
pub use origins::Origins;
pub use reading::Reading;
pub use servers::{Endpoint, LoginName, Server};
pub use store::{S3Config, StoreConfig};

use serde::{Deserialize, Serialize};
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};
use url::Url;

/// The whole configuration. A key that is not here is an error.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address and port to listen at; port 0 takes a free one.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// The folder of the database and of the generated server secret. It is created where it is missing.
    #[serde(default = "default_data_dir")]
    pub data_dir: PathBuf,
    /// The address people type. Needed where it is not `http://localhost` with the port listened at.
    pub public_url: Option<Url>,
    /// Further origins the app may be opened from.
    #[serde(default)]
    pub trusted_origins: Vec<Url>,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// Who may read `/metrics`.
    #[serde(default = "default_metrics_from")]
    pub metrics_from: Vec<Network>,
    /// Whether a user may name a mail server that is not configured here.
    #[serde(default)]
    pub allow_custom_servers: bool,
    /// Whether such a server may be used without TLS.
    #[serde(default)]
    pub allow_insecure: bool,
    /// How long "Stay signed in" lasts.
    #[serde(default = "default_session_days")]
    pub session_days: u16,
    /// How long an account's connections outlive its last browser.
    #[serde(default = "default_idle_minutes")]
    pub idle_minutes: u16,
    /// The server secret, 32 bytes or more; where it is absent one is generated in `data_dir`.
    pub secret_file: Option<PathBuf>,
    /// A folder to serve the app from in place of the embedded one.
    pub app_dir: Option<PathBuf>,
    /// What is logged, and how.
    #[serde(default)]
    pub log: Log,
    /// Where the mail of POP3 accounts is kept.
    #[serde(default)]
    pub store: StoreConfig,
    /// How often people may try to sign in.
    #[serde(default)]
    pub rate_limit: RateLimit,
    /// What helps people to read their mail, and what reading may load from elsewhere.
    #[serde(default)]
    pub reading: Reading,
    /// The mail servers people may sign in to.
    #[serde(default)]
    pub servers: Vec<Server>,
}

/// Logging, to standard error.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Lines for people, or an object a line.
    pub format: LogFormat,
    /// A level, or a filter such as `info,postern_gateway=debug`.
    pub level: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// Sign-ins that may fail in a minute; so many may also come at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateLimit {
    /// For one account, from everywhere.
    pub per_account: NonZeroU32,
    /// From one client address (IPv6: one /64), for all accounts.
    pub per_address: NonZeroU32,
}

/// Why the gateway does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: std::io::Error,
    },
    /// It is not TOML, has an unknown key, or a value of the wrong form. The message names line and key.
    #[error("{path}: {error}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// The reason.
        error: Box<toml::de::Error>,
    },
    /// An environment variable has a value of the wrong form.
    #[error("{name}: {reason}")]
    Environment {
        /// The variable.
        name: &'static str,
        /// The reason.
        reason: String,
    },
    /// Values that do not make sense together.
    #[error("{}", .0.join("\n"))]
    Invalid(Vec<String>),
}

impl Config {
    /// Reads the file, applies the environment (`variable` looks one up) and checks the result.
    pub fn load(path: &Path, variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read { path: path.to_owned(), error })?;
        let mut config = Self::parse(&text)
            .map_err(|error| ConfigError::Parse { path: path.to_owned(), error: Box::new(error) })?;
        environment::apply(&mut config, variable)?;
        config.check()?;
        Ok(config)
    }

    /// Reads a configuration without checking how its values go together.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: "info".to_owned() }
    }
}

impl Default for RateLimit {
    fn default() -> Self {
        const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).unwrap();
        const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(30).unwrap();
        Self { per_account: PER_ACCOUNT, per_address: PER_ADDRESS }
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))
}

fn default_data_dir() -> PathBuf {
    PathBuf::from("/var/lib/postern")
}

fn default_metrics_from() -> Vec<Network> {
    vec![Network::single(Ipv4Addr::LOCALHOST.into()), Network::single(Ipv6Addr::LOCALHOST.into())]
}

fn default_session_days() -> u16 {
    30
}

fn default_idle_minutes() -> u16 {
    10
}

#[cfg(test)]
mod tests;
