//! Mail servers by SRV records (RFC 6186, RFC 8314 §5.1).

use super::{
    candidate::{Candidate, KINDS, of_user, public_domain},
    network::Network,
};
use crate::accounts::login::MailServer;
use postern_shared::{account::AccountKind, session::Security};

/// The most servers of one protocol that are tried.
const MOST: usize = 4;

/// One SRV record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Lower comes first.
    pub priority: u16,
    /// The share of the choices among equal priorities.
    pub weight: u16,
    /// TCP port.
    pub port: u16,
    /// The host; `.` alone: the service is not offered.
    pub target: String,
}

/// What a domain's records say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Services {
    /// The servers, for each protocol in the order of trying.
    pub candidates: Vec<Candidate>,
    /// The protocols that the domain says it does not offer.
    pub not_offered: Vec<AccountKind>,
}

/// Asks for a domain's records. `draw` gives a number from zero to the one it is given.
pub async fn ask(
    network: &dyn Network,
    domain: &str,
    user: &str,
    insecure: bool,
    draw: &mut (dyn FnMut(u32) -> u32 + Send),
) -> Services {
    let [imaps, imap, pop3s, pop3] = ["_imaps._tcp", "_imap._tcp", "_pop3s._tcp", "_pop3._tcp"]
        .map(|service| format!("{service}.{domain}."));
    let (imaps, imap, pop3s, pop3) = tokio::join!(
        network.services(&imaps),
        network.services(&imap),
        network.services(&pop3s),
        network.services(&pop3)
    );
    let mut services = Services::default();
    for (kind, tls, plain) in [(KINDS[0], imaps, imap), (KINDS[1], pop3s, pop3)] {
        let silent = |records: &[Service]| records.is_empty() || refuses(records);
        if silent(&tls) && silent(&plain) && (refuses(&tls) || refuses(&plain)) {
            services.not_offered.push(kind);
        }
        services.candidates.extend(candidates(kind, tls, plain, user, insecure, draw));
    }
    services
}

/// TLS from the first byte before STARTTLS, and both before none, whatever the priorities between them (RFC 8314).
fn candidates(
    kind: AccountKind,
    tls: Vec<Service>,
    plain: Vec<Service>,
    user: &str,
    insecure: bool,
    draw: &mut (dyn FnMut(u32) -> u32 + Send),
) -> Vec<Candidate> {
    let plain = order(plain, draw);
    let unprotected = if insecure { plain.clone() } else { Vec::new() };
    let rounds =
        [(order(tls, draw), Security::Tls), (plain, Security::StartTls), (unprotected, Security::None)];
    let mut candidates = Vec::new();
    for (services, security) in rounds {
        for service in services {
            if let Some(host) = public_domain(&service.target) {
                candidates.push(Candidate::of_user(kind, &host, service.port, security, user));
            }
        }
    }
    candidates.truncate(MOST);
    candidates
}

/// Where a domain's records say that mail is handed over (RFC 6186 §3.1, RFC 8314 §5.1), in the order of trying: always
/// under TLS.
pub async fn outgoing(
    network: &dyn Network,
    domain: &str,
    draw: &mut (dyn FnMut(u32) -> u32 + Send),
) -> Vec<MailServer> {
    let [tls, plain] =
        ["_submissions._tcp", "_submission._tcp"].map(|service| format!("{service}.{domain}."));
    let (tls, plain) = tokio::join!(network.services(&tls), network.services(&plain));
    let tls = order(tls, draw).into_iter().map(|service| (service, Security::Tls));
    let plain = order(plain, draw).into_iter().map(|service| (service, Security::StartTls));
    let at = |(service, security): (Service, Security)| {
        Some(of_user(&public_domain(&service.target)?, service.port, security))
    };
    tls.chain(plain).filter_map(at).take(MOST).collect()
}

fn refuses(records: &[Service]) -> bool {
    matches!(records, [Service { target, .. }] if target == ".")
}

/// The order of trying (RFC 2782): by priority, and among equals each first as often as its weight says.
fn order(mut left: Vec<Service>, draw: &mut (dyn FnMut(u32) -> u32 + Send)) -> Vec<Service> {
    left.retain(|service| service.target != "." && service.port != 0);
    // Weightless ones first: then a draw of zero may choose them.
    left.sort_by_key(|service| (service.priority, service.weight));
    let mut ordered = Vec::with_capacity(left.len());
    while let Some(first) = left.first() {
        let equals = left.iter().take_while(|service| service.priority == first.priority);
        let sums = equals.scan(0u32, |sum, service| {
            *sum = sum.saturating_add(u32::from(service.weight));
            Some(*sum)
        });
        let sums: Vec<u32> = sums.collect();
        let drawn = draw(sums.last().copied().unwrap_or_default());
        let chosen = sums.iter().position(|sum| *sum >= drawn).unwrap_or_default();
        ordered.push(left.remove(chosen));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(priority: u16, weight: u16, target: &str) -> Service {
        Service { priority, weight, port: 993, target: target.to_owned() }
    }

    fn targets(services: &[Service]) -> Vec<&str> {
        services.iter().map(|service| service.target.as_str()).collect()
    }

    #[test]
    fn priority_orders_and_weight_draws() {
        let records = vec![
            service(20, 0, "last.example"),
            service(10, 30, "heavy.example"),
            service(10, 0, "light.example"),
            service(10, 10, "middle.example"),
        ];
        let lowest = order(records.clone(), &mut |_| 0);
        assert_eq!(targets(&lowest), ["light.example", "middle.example", "heavy.example", "last.example"]);
        let highest = order(records.clone(), &mut |sum| sum);
        assert_eq!(targets(&highest)[0], "heavy.example");
        assert_eq!(targets(&highest)[3], "last.example");
        // 1 to 10 of 40 choose the one of weight 10.
        assert_eq!(targets(&order(records.clone(), &mut |sum| sum.min(10)))[0], "middle.example");
        assert_eq!(targets(&order(records, &mut |sum| sum.min(11)))[0], "heavy.example");
    }

    #[test]
    fn tls_comes_first_and_nothing_unprotected_unasked() {
        let tls = vec![service(50, 0, "tls.example.")];
        let plain = vec![Service { port: 143, ..service(0, 0, "plain.example.") }];
        let protections = |insecure| {
            let found =
                candidates(AccountKind::Imap, tls.clone(), plain.clone(), "ada", insecure, &mut |_| 0);
            let described = |one: Candidate| (one.server.host, one.server.port, one.server.security);
            found.into_iter().map(described).collect::<Vec<_>>()
        };
        let secure = [
            ("tls.example".to_owned(), 993, Security::Tls),
            ("plain.example".to_owned(), 143, Security::StartTls),
        ];
        assert_eq!(protections(false), secure);
        assert_eq!(protections(true)[..2], secure);
        assert_eq!(protections(true)[2], ("plain.example".to_owned(), 143, Security::None));
    }

    #[test]
    fn targets_that_are_no_public_names_are_left_out_and_many_are_cut() {
        let odd = [".", "localhost.", "127.0.0.1.", "10.0.0.1", "a b.example", ""];
        let records = odd.map(|target| service(0, 0, target)).to_vec();
        assert_eq!(candidates(AccountKind::Imap, records, Vec::new(), "ada", true, &mut |_| 0), []);
        let many = (0..200).map(|number| service(number, 0, &format!("m{number}.example."))).collect();
        let found = candidates(AccountKind::Imap, many, Vec::new(), "ada", false, &mut |_| 0);
        assert_eq!(found.len(), MOST);
        assert_eq!(found[0].server.host, "m0.example");
    }
}
