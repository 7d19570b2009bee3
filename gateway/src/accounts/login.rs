//! What it takes to sign in to a mail server, and how that fails.

use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    ids::AccountId,
    session::{Security, ServerAddress},
};
use secrecy::SecretString;
use std::net::IpAddr;

/// Who named a mail server, and so which addresses it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The operator's configuration: any address, self-hosters need private ones.
    Operator,
    /// A user: global unicast and mail ports only, judged at each connection.
    User,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who named it.
    pub named_by: NamedBy,
    /// SHA-256 of the one certificate (DER) the operator pinned for it, trusted whatever else is wrong with it.
    pub pinned_certificate: Option<[u8; 32]>,
}

/// The longest host name taken, in bytes (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;

impl MailServer {
    /// The server that a user named; nothing where the name or the port cannot be one's.
    pub fn named_by_user(address: &ServerAddress) -> Option<Self> {
        let ServerAddress { port, security, .. } = *address;
        let host = address.host.trim().to_lowercase();
        let usable = is_host(&host) && port != 0;
        usable.then_some(Self { host, port, security, named_by: NamedBy::User, pinned_certificate: None })
    }

    /// Where it is.
    pub fn address(&self) -> ServerAddress {
        ServerAddress { host: self.host.clone(), port: self.port, security: self.security }
    }

    /// Names a user's mailbox there.
    pub fn mailbox(&self, user: &str) -> String {
        format!("{} at {}:{}", user.to_lowercase(), self.host, self.port)
    }
}

/// Whether the text can be a host name or an address.
fn is_host(text: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    !text.is_empty() && text.len() <= MAX_HOST && text.chars().all(allowed)
}

/// Everything an account's actor needs to connect, again and again.
#[derive(Clone, Debug)]
pub struct Login {
    /// The account.
    pub account: AccountId,
    /// IMAP or POP3.
    pub kind: AccountKind,
    /// Its server for incoming mail.
    pub server: MailServer,
    /// Of a POP3 account: the IMAP server where the same user name and password are good, if there is one.
    pub imap: Option<MailServer>,
    /// Where its mail is handed over, with the same user name and password; absent where nobody named it.
    pub smtp: Option<MailServer>,
    /// What the mail server calls the user.
    pub user: String,
    /// The mail password.
    pub password: SecretString,
    /// The browser's address, told to configured servers that take it (Dovecot's `ID` with `x-originating-ip`).
    pub client: Option<IpAddr>,
}

/// Why a connection to a mail server could not be made or was lost.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The name does not resolve, nothing answers, or the address is not allowed: one error for all, so that users
    /// cannot probe the operator's network.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// The certificate is not to be trusted.
    #[error("the mail server's certificate is not to be trusted: {reason}")]
    Certificate {
        /// Why.
        reason: String,
        /// SHA-256 of the certificate, colon-separated hex, for the operator to compare and pin.
        fingerprint: Option<String>,
    },
    /// STARTTLS was asked for and is not offered.
    #[error("the mail server does not offer TLS")]
    TlsUnavailable,
    /// AUTHENTICATIONFAILED or a plain NO to the login. Never retried.
    #[error("the mail server refused the sign-in: {0}")]
    Refused(String),
    /// UNAVAILABLE, INUSE, LIMIT, a `BYE` greeting: later it may work.
    #[error("the mail server is not available: {0}")]
    Unavailable(String),
    /// Another session has the mailbox (RFC 2449 §8.1.2): later it may work. The password was right.
    #[error("another program has the mailbox open: {0}")]
    InUse(String),
    /// The server wants a while between sign-ins (RFC 2449 §8.1.1): later it works.
    #[error("the mail server wants a while between sign-ins: {0}")]
    Delay(String),
    /// It does not speak the protocol.
    #[error("the mail server does not answer as one: {0}")]
    NotMail(String),
    /// No answer in time.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The connection broke.
    #[error("the connection to the mail server broke: {0}")]
    Lost(String),
}

impl From<&ConnectError> for Failure {
    fn from(error: &ConnectError) -> Self {
        let code = match error {
            ConnectError::Unreachable => ErrorCode::ServerUnreachable,
            ConnectError::Certificate { .. } => ErrorCode::BadCertificate,
            ConnectError::TlsUnavailable => ErrorCode::TlsUnavailable,
            ConnectError::Refused(_) => ErrorCode::WrongPassword,
            ConnectError::Unavailable(_) | ConnectError::Delay(_) => ErrorCode::ServerUnavailable,
            ConnectError::InUse(_) => ErrorCode::MailboxInUse,
            ConnectError::NotMail(_) | ConnectError::Timeout | ConnectError::Lost(_) => {
                ErrorCode::ServerBroken
            }
        };
        let detail = match error {
            ConnectError::Unreachable | ConnectError::TlsUnavailable | ConnectError::Timeout => String::new(),
            ConnectError::Certificate { reason, fingerprint: Some(print) } => {
                format!("{reason} (SHA-256 {print})")
            }
            ConnectError::Certificate { reason: text, fingerprint: None }
            | ConnectError::Refused(text)
            | ConnectError::Unavailable(text)
            | ConnectError::InUse(text)
            | ConnectError::Delay(text)
            | ConnectError::NotMail(text)
            | ConnectError::Lost(text) => text.clone(),
        };
        Failure { code, detail }
    }
}
