//! Servers that might answer, in the order in which they are worth a try.

use crate::{
    accounts::login::{MailServer, NamedBy},
    config::{Config, LoginName, Server},
};
use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    session::{Security, ServerAddress},
};
use std::net::IpAddr;
use url::Host;

/// The longest host name taken, in bytes (RFC 1035 §2.3.4).
const MAX_HOST: usize = 253;

/// Both protocols.
pub const KINDS: [AccountKind; 2] = [AccountKind::Imap, AccountKind::Pop3];

/// A server that might answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What it is to speak.
    pub kind: AccountKind,
    /// Where.
    pub server: MailServer,
    /// What it calls the user.
    pub user: String,
}

impl Candidate {
    /// A server at a host that is not the operator's: every rule for hosts of users holds.
    pub fn of_user(kind: AccountKind, host: &str, port: u16, security: Security, user: &str) -> Self {
        Self { kind, server: of_user(host, port, security), user: user.to_owned() }
    }
}

/// A server at a host that is not the operator's.
pub fn of_user(host: &str, port: u16, security: Security) -> MailServer {
    let host = host.to_owned();
    MailServer { host, port, security, named_by: NamedBy::User, pinned_certificate: None }
}

/// The port of implicit TLS (RFC 8314 §7).
pub fn tls_port(kind: AccountKind) -> u16 {
    match kind {
        AccountKind::Imap => 993,
        AccountKind::Pop3 => 995,
    }
}

/// The port of STARTTLS, and of no TLS at all.
pub fn plain_port(kind: AccountKind) -> u16 {
    match kind {
        AccountKind::Imap => 143,
        AccountKind::Pop3 => 110,
    }
}

/// The operator's server, as it is configured.
pub fn configured(server: &Server, address: &str) -> Vec<Candidate> {
    let user = match server.login {
        LoginName::Address => address,
        LoginName::LocalPart => address.rsplit_once('@').map_or(address, |(local_part, _)| local_part),
    };
    let of_kind = |kind| Some(Candidate { kind, server: server.incoming(kind)?, user: user.to_owned() });
    KINDS.into_iter().filter_map(of_kind).collect()
}

/// The server the user named, and what else its host may offer at the usual ports.
///
/// # Errors
/// The operator does not allow it, or the name is none.
pub fn named(config: &Config, named: &ServerAddress, user: &str) -> Result<Vec<Candidate>, Failure> {
    config.allows(named)?;
    let host = named_host(&named.host).filter(|_| named.port != 0);
    let host = host
        .ok_or_else(|| Failure::new(ErrorCode::BadInput, "the incoming server's name or port is not one"))?;
    let mut candidates = Vec::new();
    for kind in KINDS {
        let others_port = KINDS
            .into_iter()
            .any(|other| other != kind && [tls_port(other), plain_port(other)].contains(&named.port));
        let exact = (!others_port).then_some((named.port, named.security));
        let usual = [(tls_port(kind), Security::Tls), (plain_port(kind), Security::StartTls)];
        // Without TLS only where the user said so, and last.
        let plain = (named.security == Security::None).then_some((plain_port(kind), Security::None));
        for (port, security) in exact.into_iter().chain(usual).chain(plain) {
            let candidate = Candidate::of_user(kind, &host, port, security, user);
            if !candidates.contains(&candidate) {
                candidates.push(candidate);
            }
        }
    }
    Ok(candidates)
}

/// The names mail servers of a domain usually have, with TLS from the first byte.
pub fn usual_names(domain: &str, user: &str) -> Vec<Candidate> {
    let imap = ["imap", "mail"].map(|name| (AccountKind::Imap, name));
    let pop3 = ["pop", "pop3", "mail"].map(|name| (AccountKind::Pop3, name));
    let names = imap.into_iter().chain(pop3);
    names
        .map(|(kind, name)| (kind, format!("{name}.{domain}")))
        .filter(|(_, host)| host.len() <= MAX_HOST)
        .map(|(kind, host)| Candidate::of_user(kind, &host, tls_port(kind), Security::Tls, user))
        .collect()
}

/// The name of a public domain as the network writes it; none for addresses and for names without a dot, which mean
/// something on the operator's own network only.
pub fn public_domain(text: &str) -> Option<String> {
    domain_name(text.trim().trim_end_matches('.')).filter(|name| name.contains('.'))
}

/// A host as a user may name it: a domain name or an address.
fn named_host(text: &str) -> Option<String> {
    let text = text.trim();
    match text.parse::<IpAddr>() {
        Ok(address) => Some(address.to_string()),
        Err(_) => domain_name(text),
    }
}

/// Numbers that some resolvers take for addresses (`0x7f.1`) are no names.
fn domain_name(text: &str) -> Option<String> {
    match Host::parse(text) {
        Ok(Host::Domain(name)) if name.len() <= MAX_HOST && !name.is_empty() => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
