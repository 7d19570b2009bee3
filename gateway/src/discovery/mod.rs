//! Finding the mail servers of an address, and how far away they are: for "IMAP or POP3?".
//!
//! A server that the user named comes first, then the operator's. Where neither is meant and the operator allows other
//! servers: SRV records, the domain's autoconfig file, the usual names. The first way that leads to a server that
//! answers is the one taken.
//!
//! **Passwords** go to the server the user or the operator named, and to others only under TLS and where the domain
//! vouches for them: SRV records can be forged, so a server outside the domain is believed from the autoconfig file
//! alone, which comes over https (RFC 6186 §6).

mod autoconfig;
mod candidate;
#[cfg(test)]
pub(crate) mod fake;
mod measure;
mod network;
mod srv;
mod submission;

pub use network::{Internet, Network, Opened};
pub use srv::Service;
pub use submission::Outgoing;

use crate::{accounts::login::NamedBy, config::Config};
use candidate::Candidate;
use futures::{StreamExt, stream::FuturesOrdered};
use measure::{LineError, Reached, SignIn};
use postern_shared::{
    account::AccountKind,
    error::{ErrorCode, Failure},
    probe::{FoundBy, Offered, Probe},
    session::{Security, ServerAddress},
};
use secrecy::SecretString;
use std::{net::IpAddr, time::Duration};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

/// How long everything may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long one server may take to answer.
const SERVER_PATIENCE: Duration = Duration::from_secs(5);

/// An answer that nothing was found comes no earlier than this: what was refused here without a try looks like what
/// nobody answered.
const NOTHING_AFTER: Duration = Duration::from_secs(2);

/// What is asked.
#[derive(Debug)]
pub struct Question {
    /// The mail address.
    pub address: String,
    /// The mail password, where it is known.
    pub password: Option<SecretString>,
    /// The incoming server the user named, where they did.
    pub incoming: Option<ServerAddress>,
    /// The browser's address, told to configured servers that take it.
    pub client: Option<IpAddr>,
}

/// What answered.
struct Found {
    by: FoundBy,
    imap: Option<Answering>,
    pop3: Option<Answering>,
}

/// A server that answered.
struct Answering {
    candidate: Candidate,
    reached: Reached,
}

/// Finds the mail servers of an address and measures them. It takes 15 seconds at most.
///
/// # Errors
/// `WrongPassword` in the server's words; `NoServer`, `Forbidden`, `InsecureForbidden` and `BadInput` as of a sign-in.
/// A server that cannot be reached is none: it is absent from the answer.
pub async fn probe(config: &Config, network: &dyn Network, question: &Question) -> Result<Probe, Failure> {
    let begun = Instant::now();
    let deadline = begun + PATIENCE;
    // Nothing found in time is nothing found.
    let finding = timeout_at(deadline, Box::pin(find(config, network, question))).await;
    let found = finding.unwrap_or(Ok(Found::nothing()))?;
    if found.is_nothing() {
        sleep_until(begun + NOTHING_AFTER).await;
        return Ok(Probe::default());
    }
    Box::pin(measure(found, question, deadline)).await
}

async fn find(config: &Config, network: &dyn Network, question: &Question) -> Result<Found, Failure> {
    let address = question.address.as_str();
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    if let Some(named) = &question.incoming {
        let found = ask(network, FoundBy::Named, candidate::named(config, named, address)?).await;
        if !found.is_nothing() {
            return Ok(found);
        }
    } else if let Some(server) = config.server_for(&domain) {
        // A sign-in would go there and nowhere else, even while it is down.
        return Ok(ask(network, FoundBy::Configured, candidate::configured(server, address)).await);
    }
    if !config.allow_custom_servers {
        return Err(Failure::new(ErrorCode::NoServer, domain));
    }
    match candidate::public_domain(&domain) {
        Some(domain) => Ok(search(config, network, &domain, address).await),
        None => Ok(Found::nothing()),
    }
}

/// What the domain itself tells.
async fn search(config: &Config, network: &dyn Network, domain: &str, address: &str) -> Found {
    let insecure = config.allow_insecure;
    let services = srv::ask(network, domain, address, insecure, &mut draw).await;
    let offered = |candidate: &Candidate| !services.not_offered.contains(&candidate.kind);
    let found = ask(network, FoundBy::Srv, services.candidates.clone()).await;
    if !found.is_nothing() {
        return found;
    }
    for candidates in described(network, domain, address, insecure).await {
        let candidates = candidates.into_iter().filter(offered).collect();
        let found = ask(network, FoundBy::Autoconfig, candidates).await;
        if !found.is_nothing() {
            return found;
        }
    }
    let usual = candidate::usual_names(domain, address).into_iter().filter(offered).collect();
    ask(network, FoundBy::UsualNames, usual).await
}

/// The servers of the domain's autoconfig files, a list a file.
async fn described(
    network: &dyn Network,
    domain: &str,
    address: &str,
    insecure: bool,
) -> Vec<Vec<Candidate>> {
    let urls = autoconfig::urls(domain, address);
    let files = futures::future::join_all(urls.iter().map(|url| network.file(url))).await;
    files
        .into_iter()
        .flatten()
        .filter_map(|file| {
            let read = autoconfig::read(&file, address, insecure);
            read.inspect_err(|error| tracing::debug!(domain, %error, "an autoconfig file is not read")).ok()
        })
        .collect()
}

/// Tries all candidates at once, and takes of each protocol the first one in their order that answers.
async fn ask(network: &dyn Network, by: FoundBy, candidates: Vec<Candidate>) -> Found {
    let (imap, pop3) = candidates.into_iter().partition(|candidate| candidate.kind == AccountKind::Imap);
    let (imap, pop3) = tokio::join!(first(network, imap), first(network, pop3));
    Found { by, imap, pop3 }
}

async fn first(network: &dyn Network, candidates: Vec<Candidate>) -> Option<Answering> {
    let tries = candidates.into_iter().map(|candidate| async move {
        let reaching = Box::pin(measure::reach(network, &candidate));
        let reached = timeout(SERVER_PATIENCE, reaching).await.ok()?.ok()?;
        Some(Answering { candidate, reached })
    });
    let mut tries: FuturesOrdered<_> = tries.collect();
    while let Some(tried) = tries.next().await {
        if tried.is_some() {
            return tried;
        }
    }
    None
}

/// Signs in to one server, IMAP before POP3, and reads from it; to the other only where the first gave nothing. Two
/// readings at once would share the line, a wrong password would count twice, and POP3 locks the mailbox.
async fn measure(found: Found, question: &Question, deadline: Instant) -> Result<Probe, Failure> {
    let domain = question.address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain = candidate::public_domain(domain);
    let mut probe = Probe { found_by: found.by, ..Probe::default() };
    let mut refused = None;
    let mut accepted = false;
    for answering in [found.imap, found.pop3].into_iter().flatten() {
        let Answering { candidate, mut reached } = answering;
        let trip = u32::try_from(reached.round_trip.as_micros()).unwrap_or(u32::MAX);
        probe.round_trip.get_or_insert(trip);
        let mut signed_in = false;
        if let Some(password) = &question.password
            && probe.bytes_per_second.is_none()
            && is_trusted(found.by, &candidate, domain.as_deref())
        {
            let client = question.client.filter(|_| candidate.server.named_by == NamedBy::Operator);
            let with = SignIn { user: &candidate.user, password, client };
            match timeout_at(deadline, reached.sign_in(&with)).await {
                Ok(Ok(done)) => signed_in = done,
                Ok(Err(LineError::Refused(words))) => {
                    refused.get_or_insert(words);
                }
                Ok(Err(_)) | Err(_) => {}
            }
        }
        let (pushes, pipelines) = (reached.pushes(), reached.pipelines());
        let offered = Some(Offered { server: told(&candidate), pushes, pipelines });
        match candidate.kind {
            AccountKind::Imap => probe.imap = offered,
            AccountKind::Pop3 => probe.pop3 = offered,
        }
        if signed_in {
            accepted = true;
            probe.bytes_per_second = timeout_at(deadline, reached.download()).await.ok().flatten();
        }
    }
    match refused {
        Some(words) if !accepted => Err(Failure::new(ErrorCode::WrongPassword, words)),
        _ => Ok(probe),
    }
}

/// Whether a server may be given the password.
fn is_trusted(by: FoundBy, candidate: &Candidate, domain: Option<&str>) -> bool {
    let inside = || domain.is_some_and(|domain| is_inside(&candidate.server.host, domain));
    let protected = candidate.server.security != Security::None;
    match by {
        FoundBy::Configured | FoundBy::Named => true,
        FoundBy::Autoconfig => protected,
        FoundBy::Srv | FoundBy::UsualNames => protected && inside(),
        FoundBy::Nothing => false,
    }
}

/// Whether a host is the domain, or in it.
fn is_inside(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What browsers are told of a server's place.
fn told(candidate: &Candidate) -> Option<ServerAddress> {
    let server = &candidate.server;
    (server.named_by == NamedBy::User).then(|| ServerAddress {
        host: server.host.clone(),
        port: server.port,
        security: server.security,
    })
}

/// A number from zero to `most`. Where the system has no random bytes, the first server does as well.
fn draw(most: u32) -> u32 {
    let range = u64::from(most) + 1;
    let drawn = u64::from(getrandom::u32().unwrap_or_default()) % range;
    u32::try_from(drawn).unwrap_or_default()
}

impl Found {
    fn nothing() -> Self {
        Self { by: FoundBy::Nothing, imap: None, pop3: None }
    }

    fn is_nothing(&self) -> bool {
        self.imap.is_none() && self.pop3.is_none()
    }
}

#[cfg(test)]
mod tests;
