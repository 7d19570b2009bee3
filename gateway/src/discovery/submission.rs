//! Where mail of an address is handed over, where neither the user nor the operator said so: what the domain itself
//! tells, under the same rules for passwords as all of discovery.

use super::{autoconfig, candidate::public_domain, draw, is_inside, network::Network, srv};
use crate::{
    accounts::{desk::FindOutgoing, login::MailServer},
    config::Config,
};
use futures::future::BoxFuture;
use std::sync::Arc;

/// Finds submission servers.
pub struct Outgoing {
    network: Arc<dyn Network>,
    allowed: bool,
}

impl Outgoing {
    /// Asks that network, if the operator allows servers that are not theirs.
    pub fn new(config: &Config, network: Arc<dyn Network>) -> Self {
        Self { network, allowed: config.allow_custom_servers }
    }

    async fn look(&self, address: &str) -> Option<MailServer> {
        let (_, domain) = address.rsplit_once('@').filter(|_| self.allowed)?;
        let domain = public_domain(&domain.to_lowercase())?;
        // SRV records can be forged: a server outside the domain is not believed from them alone (RFC 6186 §6).
        let by_records = srv::outgoing(&*self.network, &domain, &mut draw).await;
        if let Some(server) = by_records.into_iter().find(|server| is_inside(&server.host, &domain)) {
            return Some(server);
        }
        for url in autoconfig::urls(&domain, address) {
            let Some(file) = self.network.file(&url).await else { continue };
            // Never without TLS: nobody asked for that.
            if let Some(server) =
                autoconfig::outgoing(&file, address, false).ok().and_then(|found| found.into_iter().next())
            {
                return Some(server);
            }
        }
        None
    }
}

impl FindOutgoing for Outgoing {
    fn find<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Option<MailServer>> {
        Box::pin(self.look(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::login::{ConnectError, NamedBy},
        discovery::{Opened, Service},
    };
    use async_trait::async_trait;
    use postern_shared::{account::AccountKind, session::Security};
    use url::Url;

    /// A domain's records and its file.
    struct Domain {
        target: &'static str,
        file: bool,
    }

    #[async_trait]
    impl Network for Domain {
        async fn services(&self, name: &str) -> Vec<Service> {
            let found = name == "_submission._tcp.example.org." && !self.target.is_empty();
            let target = self.target.to_owned();
            found.then_some(Service { priority: 0, weight: 0, port: 587, target }).into_iter().collect()
        }

        async fn file(&self, url: &Url) -> Option<Vec<u8>> {
            let file = "<clientConfig><outgoingServer type=\"smtp\"><hostname>out.example.net</hostname>\
                        <port>465</port><socketType>SSL</socketType></outgoingServer></clientConfig>";
            (self.file && url.as_str().contains("example.org")).then(|| file.as_bytes().to_vec())
        }

        async fn open(&self, _: AccountKind, _: &MailServer) -> Result<Opened, ConnectError> {
            Err(ConnectError::Unreachable)
        }
    }

    #[tokio::test]
    async fn the_domain_is_believed_as_far_as_it_vouches_for_a_server() {
        let table = [
            ("smtp.example.org", true, Some(("smtp.example.org", 587, Security::StartTls))),
            ("smtp.example.net", true, Some(("out.example.net", 465, Security::Tls))),
            ("smtp.example.net", false, None),
            ("", false, None),
        ];
        for (target, file, expected) in table {
            let outgoing = Outgoing { network: Arc::new(Domain { target, file }), allowed: true };
            let found = outgoing.find("ada@Example.org").await;
            let told = found.as_ref().map(|server| (server.host.as_str(), server.port, server.security));
            assert_eq!(told, expected);
            assert!(found.is_none_or(|server| server.named_by == NamedBy::User));
            let forbidden = Outgoing { allowed: false, ..outgoing };
            assert_eq!(forbidden.find("ada@example.org").await, None);
        }
    }
}
