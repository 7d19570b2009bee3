//! What a user signed in with, and the login it makes under the operator's configuration.

use crate::{
    accounts::login::{Login, MailServer, NamedBy},
    config::{Config, LoginName},
};
use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    ids::AccountId,
    session::{Security, ServerAddress, SignIn},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, net::IpAddr};

/// The longest address taken, in bytes (RFC 5321 §4.5.3.1: 64 + 1 + 255).
const MAX_ADDRESS: usize = 320;

/// The longest password taken, in bytes.
const MAX_PASSWORD: usize = 1024;

/// The port of IMAP over TLS (RFC 8314 §3.2).
const IMAPS: u16 = 993;

/// What a user signed in with. Which server it is for is asked of the configuration each time, so that the operator
/// can move a server while people stay signed in.
#[derive(Clone, Debug)]
pub struct Credential {
    address: String,
    password: SecretString,
    kind: AccountKind,
    incoming: Option<ServerAddress>,
    outgoing: Option<ServerAddress>,
}

/// A credential as it is sealed.
#[derive(Serialize, Deserialize)]
struct Plain<'a> {
    address: Cow<'a, str>,
    password: Cow<'a, str>,
    kind: AccountKind,
    incoming: Option<ServerAddress>,
    /// Absent in what was sealed before mail could be sent.
    #[serde(default)]
    outgoing: Option<ServerAddress>,
}

impl Credential {
    /// Takes a sign-in's input.
    pub fn new(sign_in: SignIn) -> Result<Self, Failure> {
        let SignIn { address, password, kind, incoming, outgoing, .. } = sign_in;
        let password = SecretString::from(password);
        let address = address.trim().to_owned();
        if !is_address(&address) {
            return Err(Failure::new(ErrorCode::BadInput, "the mail address is not one"));
        }
        let length = password.expose_secret().len();
        if length == 0 || length > MAX_PASSWORD {
            return Err(Failure::new(ErrorCode::BadInput, "the password is empty or too long"));
        }
        Ok(Self { address, password, kind, incoming, outgoing })
    }

    /// The mail address, as it was typed.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The mail password.
    pub fn password(&self) -> &SecretString {
        &self.password
    }

    /// The incoming server the user named, where they did.
    pub fn incoming(&self) -> Option<&ServerAddress> {
        self.incoming.as_ref()
    }

    /// The login at the server that the configuration has for the address, or at the one the user named.
    pub fn login(&self, config: &Config, client: Option<IpAddr>) -> Result<Login, Failure> {
        let Target { account, server, imap, smtp, user } = match &self.incoming {
            Some(named) => self.named_target(config, named)?,
            None => self.configured_target(config)?,
        };
        // A server that a user named need not know where its other users are.
        let client = client.filter(|_| server.named_by == NamedBy::Operator);
        let imap = imap.filter(|_| self.kind == AccountKind::Pop3);
        let smtp = match &self.outgoing {
            Some(named) => Some(named_server(config, named, "outgoing")?),
            None => smtp,
        };
        let password = self.password.clone();
        Ok(Login { account, kind: self.kind, server, imap, smtp, user, password, client })
    }

    /// What is sealed.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let plain = Plain {
            address: Cow::Borrowed(&self.address),
            password: Cow::Borrowed(self.password.expose_secret()),
            kind: self.kind,
            incoming: self.incoming.clone(),
            outgoing: self.outgoing.clone(),
        };
        serde_json::to_vec(&plain).ok()
    }

    /// What was sealed.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let Plain { address, password, kind, incoming, outgoing } = serde_json::from_slice(bytes).ok()?;
        let password = SecretString::from(password.into_owned());
        Some(Self { address: address.into_owned(), password, kind, incoming, outgoing })
    }

    fn configured_target(&self, config: &Config) -> Result<Target, Failure> {
        let (local_part, domain) = self.address.rsplit_once('@').unwrap_or((&self.address, ""));
        let domain = domain.to_lowercase();
        let no_server = || Failure::new(ErrorCode::NoServer, domain.as_str());
        let configured = config.server_for(&domain).ok_or_else(no_server)?;
        let server = configured.incoming(self.kind).ok_or_else(no_server)?;
        let user = match configured.login {
            LoginName::Address => &self.address,
            LoginName::LocalPart => local_part,
        };
        let account = AccountId(self.address.to_lowercase());
        let (imap, smtp) = (configured.incoming(AccountKind::Imap), configured.outgoing());
        Ok(Target { account, server, imap, smtp, user: user.to_owned() })
    }

    fn named_target(&self, config: &Config, named: &ServerAddress) -> Result<Target, Failure> {
        let server = named_server(config, named, "incoming")?;
        let MailServer { host, port, security, .. } = &server;
        // Whoever runs a server can accept any address there: an account at a server that a user named is another
        // account than that of the same address at the operator's, or at any other.
        let plain = if *security == Security::None { ", without TLS" } else { "" };
        let account = AccountId(format!("{} at {host}:{port}{plain}", self.address.to_lowercase()));
        // Nobody named it: where it is usual, and never without TLS.
        let imap = Some(MailServer { port: IMAPS, security: Security::Tls, ..server.clone() });
        Ok(Target { account, server, imap, smtp: None, user: self.address.clone() })
    }
}

/// Where a credential leads.
struct Target {
    account: AccountId,
    server: MailServer,
    imap: Option<MailServer>,
    smtp: Option<MailServer>,
    user: String,
}

/// A server that the user named, as far as the operator lets them.
fn named_server(config: &Config, named: &ServerAddress, which: &str) -> Result<MailServer, Failure> {
    config.allows(named)?;
    let odd = || Failure::new(ErrorCode::BadInput, format!("the {which} server's name or port is not one"));
    MailServer::named_by_user(named).ok_or_else(odd)
}

/// Whether the text can stand for a mail address: something, `@`, something, and nothing that is not visible.
pub fn is_address(text: &str) -> bool {
    let parts = text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    parts && text.len() <= MAX_ADDRESS && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "canary-5f1d";

    fn config(custom: &str) -> Config {
        Config::parse(&format!(
            "data_dir = \"/x\"\n{custom}\n\
             [[servers]]\nname = \"a\"\ndomains = [\"example.org\"]\nlogin = \"local-part\"\n\
             imap = {{ host = \"imap.internal\", port = 993 }}\n\
             smtp = {{ host = \"smtp.internal\", port = 465 }}\n\
             [[servers]]\nname = \"b\"\ndomains = [\"example.net\"]\n\
             pop3 = {{ host = \"pop.internal\", port = 995 }}\n"
        ))
        .unwrap()
    }

    fn sign_in(address: &str) -> SignIn {
        SignIn {
            address: address.to_owned(),
            password: PASSWORD.to_owned(),
            stay: false,
            kind: AccountKind::Imap,
            incoming: None,
            outgoing: None,
        }
    }

    fn named(host: &str, security: Security) -> SignIn {
        let incoming = Some(ServerAddress { host: host.to_owned(), port: 993, security });
        SignIn { incoming, ..sign_in("Ada@example.org") }
    }

    fn login(sign_in: SignIn, custom: &str) -> Result<Login, ErrorCode> {
        Credential::new(sign_in)
            .and_then(|credential| credential.login(&config(custom), None))
            .map_err(|failure| failure.code)
    }

    #[test]
    fn the_configured_server_is_asked_as_it_calls_the_user() {
        let login = login(sign_in(" Ada@Example.org "), "").unwrap();
        assert_eq!(login.account, "ada@example.org".into());
        assert_eq!(login.user, "Ada");
        assert_eq!(login.server.host, "imap.internal");
        assert_eq!(login.server.named_by, NamedBy::Operator);
        let smtp = login.smtp.unwrap();
        assert_eq!((smtp.host.as_str(), smtp.port, smtp.named_by), ("smtp.internal", 465, NamedBy::Operator));
    }

    #[test]
    fn mail_goes_out_where_the_user_says_and_under_the_same_rules() {
        let going_out = |host: &str, security| {
            let outgoing = Some(ServerAddress { host: host.to_owned(), port: 587, security });
            SignIn { outgoing, ..named("imap.example.com", Security::Tls) }
        };
        let custom = "allow_custom_servers = true";
        let smtp = login(going_out("smtp.example.com", Security::StartTls), custom).unwrap().smtp.unwrap();
        assert_eq!((smtp.host.as_str(), smtp.named_by), ("smtp.example.com", NamedBy::User));
        // The operator's server gets no password of another one.
        assert_eq!(login(named("imap.example.com", Security::Tls), custom).unwrap().smtp, None);
        for (input, custom, expected) in [
            (going_out("smtp.example.com", Security::None), custom, ErrorCode::InsecureForbidden),
            (going_out("smtp example", Security::Tls), custom, ErrorCode::BadInput),
            (going_out("smtp.example.com", Security::Tls), "", ErrorCode::Forbidden),
        ] {
            assert_eq!(login(input.clone(), custom).err(), Some(expected), "{input:?}");
        }
    }

    #[test]
    fn a_sign_in_that_leads_nowhere_says_why() {
        let custom = "allow_custom_servers = true";
        // That server offers IMAP only.
        let pop3 = SignIn { kind: AccountKind::Pop3, ..sign_in("ada@example.org") };
        let cases = [
            (sign_in("ada"), "", ErrorCode::BadInput),
            (sign_in("@example.org"), "", ErrorCode::BadInput),
            (sign_in("ada\r\nA1 NOOP@example.org"), "", ErrorCode::BadInput),
            (SignIn { password: String::new(), ..sign_in("ada@example.org") }, "", ErrorCode::BadInput),
            (sign_in("ada@elsewhere.org"), "", ErrorCode::NoServer),
            (sign_in("ada@example.net"), "", ErrorCode::NoServer),
            (pop3, "", ErrorCode::NoServer),
            (named("imap.example.com", Security::Tls), "", ErrorCode::Forbidden),
            (named("imap.example.com", Security::None), custom, ErrorCode::InsecureForbidden),
            (named("imap example", Security::Tls), custom, ErrorCode::BadInput),
            (named("", Security::Tls), custom, ErrorCode::BadInput),
        ];
        for (input, custom, expected) in cases {
            assert_eq!(login(input.clone(), custom).err(), Some(expected), "{input:?}");
        }
    }

    #[test]
    fn an_account_at_a_named_server_is_never_the_operators() {
        let custom = "allow_custom_servers = true\nallow_insecure = true";
        let own = login(sign_in("ada@example.org"), custom).unwrap();
        let first = login(named("one.example", Security::Tls), custom).unwrap();
        let second = login(named("two.example", Security::Tls), custom).unwrap();
        let plain = login(named("one.example", Security::None), custom).unwrap();
        assert_eq!(first.server.named_by, NamedBy::User);
        assert_eq!(first.user, "Ada@example.org");
        let accounts = [&own.account, &first.account, &second.account, &plain.account];
        let distinct: std::collections::HashSet<_> = accounts.into_iter().collect();
        assert_eq!(distinct.len(), 4);
        let beside = SignIn { kind: AccountKind::Pop3, ..named("one.example", Security::None) };
        let imap = login(beside, custom).unwrap().imap.unwrap();
        assert_eq!((imap.host.as_str(), imap.port, imap.security), ("one.example", 993, Security::Tls));
        assert_eq!((imap.named_by, own.imap), (NamedBy::User, None));
    }

    #[test]
    fn a_credential_survives_its_encoding_and_never_prints_its_password() {
        let outgoing = Some(ServerAddress { host: "out.example".into(), port: 465, security: Security::Tls });
        let with_outgoing = SignIn { outgoing, ..named("one.example", Security::Tls) };
        let credential = Credential::new(with_outgoing).unwrap();
        let read = Credential::decode(&credential.encode().unwrap()).unwrap();
        let custom = config("allow_custom_servers = true");
        let login = read.login(&custom, None).unwrap();
        assert_eq!(login.account, credential.login(&custom, None).unwrap().account);
        assert_eq!(login.password.expose_secret(), PASSWORD);
        assert_eq!(login.smtp.as_ref().map(|smtp| smtp.host.as_str()), Some("out.example"));
        assert!(!format!("{credential:?}{login:?}").contains(PASSWORD));
    }
}
