//! The operator's mail servers, and which of them serves an address.

use super::{Config, Fingerprint};
use crate::accounts::login::{MailServer, NamedBy};
use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    session::{ConfiguredServer, Security, ServerAddress, SignInOptions},
};
use serde::{Deserialize, Serialize};

/// The domain that stands for every other one.
const ANY_DOMAIN: &str = "*";

/// A mail server people may sign in to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its name on the sign-in page.
    pub name: String,
    /// The domains of the addresses it serves; `*` is any.
    pub domains: Vec<String>,
    /// What it calls the user.
    #[serde(default)]
    pub login: LoginName,
    /// Where it speaks IMAP.
    pub imap: Option<Endpoint>,
    /// Where it speaks POP3.
    pub pop3: Option<Endpoint>,
    /// Where it takes mail.
    pub smtp: Option<Endpoint>,
    /// The one certificate it is trusted with, whatever else is wrong with it.
    pub pinned_certificate: Option<Fingerprint>,
}

/// A host and a port.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub security: Security,
}

/// What a mail server calls the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoginName {
    /// The whole mail address.
    #[default]
    Address,
    /// What stands before the `@`.
    LocalPart,
}

impl Config {
    /// The server for a domain (in lower case): the one that names it, else the one that takes any.
    pub fn server_for(&self, domain: &str) -> Option<&Server> {
        let serving = |name: &str| self.servers.iter().find(|server| server.serves(name));
        serving(domain).or_else(|| serving(ANY_DOMAIN))
    }

    /// Whether the operator lets users name that server.
    ///
    /// # Errors
    /// Naming servers, or doing without TLS, is not allowed.
    pub fn allows(&self, named: &ServerAddress) -> Result<(), Failure> {
        if !self.allow_custom_servers {
            return Err(Failure::new(ErrorCode::Forbidden, "naming a mail server is not allowed here"));
        }
        if named.security == Security::None && !self.allow_insecure {
            return Err(Failure::new(ErrorCode::InsecureForbidden, ""));
        }
        Ok(())
    }

    /// What the sign-in page may offer.
    pub fn sign_in_options(&self) -> SignInOptions {
        SignInOptions {
            servers: self.servers.iter().map(Server::offered).collect(),
            custom_servers: self.allow_custom_servers,
            custom_insecure: self.allow_custom_servers && self.allow_insecure,
        }
    }
}

impl Server {
    /// Where the server offers mail of a kind.
    pub fn incoming(&self, kind: AccountKind) -> Option<MailServer> {
        let endpoint = match kind {
            AccountKind::Imap => self.imap.as_ref(),
            AccountKind::Pop3 => self.pop3.as_ref(),
        };
        endpoint.map(|endpoint| self.at(endpoint))
    }

    /// Where the server takes mail.
    pub fn outgoing(&self) -> Option<MailServer> {
        self.smtp.as_ref().map(|endpoint| self.at(endpoint))
    }

    fn at(&self, endpoint: &Endpoint) -> MailServer {
        MailServer {
            host: endpoint.host.clone(),
            port: endpoint.port,
            security: endpoint.security,
            named_by: NamedBy::Operator,
            pinned_certificate: self.pinned_certificate.map(|fingerprint| fingerprint.0),
        }
    }

    fn serves(&self, domain: &str) -> bool {
        self.domains.iter().any(|served| served.eq_ignore_ascii_case(domain))
    }

    fn offered(&self) -> ConfiguredServer {
        let kinds = [AccountKind::Imap, AccountKind::Pop3];
        ConfiguredServer {
            name: self.name.clone(),
            domains: self.domains.clone(),
            kinds: kinds.into_iter().filter(|kind| self.incoming(*kind).is_some()).collect(),
        }
    }
}
