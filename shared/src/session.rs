//! Signing in over HTTP: `POST`, `GET` and `DELETE /api/session`, `GET /api/servers`.

use crate::{account::AccountKind, error::Failure, ids::AccountId};
use serde::{Deserialize, Serialize};

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// TLS after `STARTTLS`, never without it.
    StartTls,
    /// Nothing. Needs the operator's permission.
    None,
}

/// A server a user names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServerAddress {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
}

/// The body of `POST /api/session`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The mail address.
    pub address: String,
    /// The mail password.
    pub password: String,
    /// Keep the cookie after the browser closes.
    pub stay: bool,
    /// IMAP or POP3.
    pub kind: AccountKind,
    /// Incoming server; absent where the operator's configuration serves the address's domain.
    pub incoming: Option<ServerAddress>,
    /// Outgoing server; absent likewise.
    pub outgoing: Option<ServerAddress>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("address", &self.address)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The answer to `POST` and `GET /api/session`: who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SessionInfo {
    /// The accounts of the session, the first one signed in with first.
    pub accounts: Vec<AccountId>,
}

/// The answer to `GET /api/servers`: what the sign-in page may offer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SignInOptions {
    /// The configured servers.
    pub servers: Vec<ConfiguredServer>,
    /// Whether a user may name a server of their own.
    pub custom_servers: bool,
    /// Whether such a server may be used without TLS.
    pub custom_insecure: bool,
}

/// A configured server, without its address: browsers need not know it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConfiguredServer {
    /// Its name.
    pub name: String,
    /// The domains it serves; `*` is any.
    pub domains: Vec<String>,
    /// The account types it offers.
    pub kinds: Vec<AccountKind>,
}

/// The body of every failed HTTP answer of the API.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HttpFailure {
    /// What failed.
    pub failure: Failure,
    /// Seconds to wait before the next try, where the answer is 429.
    pub retry_after: Option<u32>,
}
