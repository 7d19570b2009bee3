//! The server fields of the sign-in page, and what they amount to. Pure.

use postern_shared::{
    account::AccountKind,
    session::{Security, ServerAddress, SignInOptions},
};

/// What a mail server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Mail comes in.
    Incoming(AccountKind),
    /// Mail goes out.
    Outgoing,
}

impl Purpose {
    /// The port registered for it: RFC 8314 §7 with TLS, RFC 9051, RFC 1939 and RFC 6409 without.
    pub fn port(self, security: Security) -> u16 {
        match (self, security) {
            (Purpose::Incoming(AccountKind::Imap), Security::Tls) => 993,
            (Purpose::Incoming(AccountKind::Imap), _) => 143,
            (Purpose::Incoming(AccountKind::Pop3), Security::Tls) => 995,
            (Purpose::Incoming(AccountKind::Pop3), _) => 110,
            (Purpose::Outgoing, Security::Tls) => 465,
            (Purpose::Outgoing, _) => 587,
        }
    }
}

/// One server's fields as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// The port as text.
    pub port: String,
    /// How the connection is protected.
    pub security: Security,
}

impl Endpoint {
    /// Empty fields with the usual port.
    pub fn new(purpose: Purpose) -> Self {
        Self { host: String::new(), port: purpose.port(Security::Tls).to_string(), security: Security::Tls }
    }

    /// Chooses a security, or another purpose; the port follows as long as it was the usual one.
    pub fn change(&mut self, before: Purpose, purpose: Purpose, security: Security) {
        if self.port == before.port(self.security).to_string() {
            self.port = purpose.port(security).to_string();
        }
        self.security = security;
    }

    /// The server's address; absent where no host was typed or the port is none.
    pub fn address(&self) -> Option<ServerAddress> {
        let host = self.host.trim();
        let port = self.port.trim().parse().ok().filter(|&port| port != 0)?;
        (!host.is_empty()).then(|| ServerAddress { host: host.to_owned(), port, security: self.security })
    }
}

/// Whether one of the operator's servers serves the address.
pub fn is_configured(options: &SignInOptions, address: &str) -> bool {
    let Some((_, domain)) = address.trim().rsplit_once('@') else { return false };
    let serves = |served: &String| served == "*" || served.eq_ignore_ascii_case(domain);
    options.servers.iter().any(|server| server.domains.iter().any(serves))
}

/// Whether an account type can be chosen here.
pub fn offers(options: &SignInOptions, kind: AccountKind) -> bool {
    let configured = options.servers.iter().any(|server| server.kinds.contains(&kind));
    configured || options.custom_servers || kind == AccountKind::Imap
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::session::ConfiguredServer;

    #[test]
    fn the_port_follows_the_security_until_it_was_typed() {
        let incoming = Purpose::Incoming(AccountKind::Imap);
        let mut endpoint = Endpoint::new(incoming);
        endpoint.change(incoming, incoming, Security::StartTls);
        assert_eq!(endpoint.port, "143");
        endpoint.change(incoming, Purpose::Incoming(AccountKind::Pop3), Security::Tls);
        assert_eq!(endpoint.port, "995");
        endpoint.port = "9993".into();
        endpoint.change(incoming, incoming, Security::None);
        assert_eq!((endpoint.port.as_str(), endpoint.security), ("9993", Security::None));
    }

    #[test]
    fn an_address_needs_a_host_and_a_port() {
        let endpoint = |host: &str, port: &str| Endpoint {
            host: host.into(),
            port: port.into(),
            security: Security::Tls,
        };
        assert_eq!(
            endpoint(" mail.example.org ", "993").address().map(|address| address.host),
            Some("mail.example.org".into())
        );
        for (host, port) in [("", "993"), ("mail", ""), ("mail", "0"), ("mail", "70000")] {
            assert_eq!(endpoint(host, port).address(), None);
        }
    }

    #[test]
    fn a_configured_domain_needs_no_server() {
        let server = ConfiguredServer {
            name: "E".into(),
            domains: vec!["example.org".into()],
            kinds: vec![AccountKind::Imap],
        };
        let mut options =
            SignInOptions { servers: vec![server], custom_servers: true, custom_insecure: false };
        assert!(offers(&options, AccountKind::Pop3));
        options.custom_servers = false;
        assert!(!offers(&options, AccountKind::Pop3) && offers(&options, AccountKind::Imap));
        assert!(is_configured(&options, "ada@Example.org "));
        assert!(!is_configured(&options, "ada@example.com"));
        assert!(!is_configured(&options, "ada"));
    }
}
