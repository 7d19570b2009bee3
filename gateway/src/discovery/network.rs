//! What discovery asks of the world outside, behind a trait: tests answer by table.

use super::{
    measure::{self, LineError},
    srv::Service,
};
use crate::accounts::{
    login::{ConnectError, MailServer},
    net::{Judged, connect_tcp, is_global, protect},
};
use async_trait::async_trait;
use hickory_resolver::{TokioResolver, proto::rr::RData};
use postern_shared::{account::AccountKind, session::Security};
use reqwest::{
    Client,
    redirect::{Attempt, Policy},
};
use std::{sync::OnceLock, time::Duration};
use tokio::time::timeout;
use url::{Host, Url};

pub use crate::accounts::net::Transport;

/// How long a name server may take to answer.
const NAME_PATIENCE: Duration = Duration::from_secs(3);

/// How long a file may take to arrive.
const FILE_PATIENCE: Duration = Duration::from_secs(5);

/// The largest file that is read, in bytes.
const LARGEST_FILE: usize = 64 * 1024;

/// How often a file may have moved.
const REDIRECTS: usize = 2;

/// The most records of one name that are looked at.
const MOST_RECORDS: usize = 32;

/// A stream to a mail server, protected or not.
pub struct Opened {
    /// The stream.
    pub transport: Box<dyn Transport>,
    /// Whether the greeting is behind us, as it is after STARTTLS.
    pub greeted: bool,
}

/// The world outside.
#[async_trait]
pub trait Network: Send + Sync {
    /// The SRV records of a name; none where there are none, or no answer.
    async fn services(&self, name: &str) -> Vec<Service>;

    /// A file of the web, 64 KiB at most; none where there is none.
    async fn file(&self, url: &Url) -> Option<Vec<u8>>;

    /// A stream to a mail server, protected as it says.
    async fn open(&self, kind: AccountKind, server: &MailServer) -> Result<Opened, ConnectError>;
}

/// The Internet.
#[derive(Default)]
pub struct Internet {
    resolver: OnceLock<Option<TokioResolver>>,
    client: OnceLock<Option<Client>>,
}

#[async_trait]
impl Network for Internet {
    async fn services(&self, name: &str) -> Vec<Service> {
        let Some(resolver) = self.resolver.get_or_init(resolver) else { return Vec::new() };
        let Ok(Ok(lookup)) = timeout(NAME_PATIENCE, resolver.srv_lookup(name)).await else {
            return Vec::new();
        };
        let records = lookup.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(Service {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                target: srv.target.to_ascii(),
            }),
            _ => None,
        });
        records.take(MOST_RECORDS).collect()
    }

    async fn file(&self, url: &Url) -> Option<Vec<u8>> {
        let client = self.client.get_or_init(client).as_ref()?;
        if !may_fetch(url) {
            return None;
        }
        timeout(FILE_PATIENCE, fetch(client, url)).await.ok()?
    }

    async fn open(&self, kind: AccountKind, server: &MailServer) -> Result<Opened, ConnectError> {
        let tcp = connect_tcp(server).await?;
        match server.security {
            Security::None => Ok(Opened { transport: Box::new(tcp), greeted: false }),
            Security::Tls => Ok(Opened { transport: protect(tcp, server).await?, greeted: false }),
            Security::StartTls => {
                let tcp = measure::start_tls(kind, tcp).await.map_err(|error| match error {
                    LineError::Refused(_) => ConnectError::TlsUnavailable,
                    other => ConnectError::Lost(other.to_string()),
                })?;
                Ok(Opened { transport: protect(tcp, server).await?, greeted: true })
            }
        }
    }
}

fn resolver() -> Option<TokioResolver> {
    let resolver = TokioResolver::builder_tokio().and_then(|builder| builder.build());
    resolver.inspect_err(|error| tracing::warn!(%error, "mail servers cannot be found by SRV records")).ok()
}

fn client() -> Option<Client> {
    // Another part of the program may have chosen the provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .https_only(true)
        .no_proxy()
        .referer(false)
        .redirect(Policy::custom(follow))
        .dns_resolver(Judged::new(is_global))
        .timeout(FILE_PATIENCE)
        .pool_max_idle_per_host(0)
        .build();
    client.inspect_err(|error| tracing::warn!(%error, "autoconfig files cannot be fetched")).ok()
}

async fn fetch(client: &Client, url: &Url) -> Option<Vec<u8>> {
    let mut response = client.get(url.clone()).send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    let mut file = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if file.len() + chunk.len() > LARGEST_FILE {
            return None;
        }
        file.extend_from_slice(&chunk);
    }
    Some(file)
}

fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() <= REDIRECTS && may_fetch(attempt.url()) {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

/// Addresses in a URL would be connected to without asking [`Judged`].
fn may_fetch(url: &Url) -> bool {
    let named = matches!(url.host(), Some(Host::Domain(_)));
    url.scheme() == "https" && named && url.port().is_none() && url.username().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::login::NamedBy;
    use futures::FutureExt;
    use reqwest::dns::Resolve;
    use tokio::net::TcpListener;

    #[test]
    fn only_https_at_named_hosts_is_fetched() {
        for (url, allowed) in [
            ("https://example.org/mail", true),
            ("http://example.org/mail", false),
            ("https://127.0.0.1/mail", false),
            ("https://2130706433/mail", false),
            ("https://[::1]/mail", false),
            ("https://example.org:8443/mail", false),
            ("https://user@example.org/mail", false),
            ("file:///etc/passwd", false),
        ] {
            assert_eq!(may_fetch(&Url::parse(url).unwrap()), allowed, "{url}");
        }
    }

    #[tokio::test]
    async fn names_that_lead_inside_are_not_resolved_for_fetching() {
        assert!(Judged::new(is_global).resolve("localhost".parse().unwrap()).await.is_err());
        assert!(client().is_some());
    }

    #[tokio::test]
    async fn a_host_inside_is_reached_for_the_operator_only() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let internet = Internet::default();
        let server = |host: &str, named_by| MailServer {
            host: host.to_owned(),
            port,
            security: Security::None,
            named_by,
            pinned_certificate: None,
        };
        for host in ["127.0.0.1", "localhost", "::ffff:127.0.0.1"] {
            for kind in [AccountKind::Imap, AccountKind::Pop3] {
                let opened = internet.open(kind, &server(host, NamedBy::User)).await;
                assert!(matches!(opened, Err(ConnectError::Unreachable)), "{host}");
            }
        }
        assert!(listener.accept().now_or_never().is_none());
        assert!(internet.open(AccountKind::Imap, &server("127.0.0.1", NamedBy::Operator)).await.is_ok());
    }
}
