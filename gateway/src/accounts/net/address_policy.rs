//! Where a connection may go that a user asked for: global unicast addresses and mail ports, judged on the resolved
//! address at every connection. Hosts the operator configured are exempt.

use crate::accounts::login::{MailServer, NamedBy};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Ports of IMAP, POP3 and message submission, with and without implicit TLS (RFC 8314 §7).
const MAIL_PORTS: [u16; 6] = [110, 143, 465, 587, 993, 995];

/// Whether the gateway may connect to `address` on behalf of whoever named `server`.
pub fn may_connect(server: &MailServer, address: SocketAddr) -> bool {
    match server.named_by {
        NamedBy::Operator => true,
        NamedBy::User => MAIL_PORTS.contains(&address.port()) && is_global(address.ip()),
    }
}

/// Whether an address is global unicast, by IANA's special-purpose registries (RFC 6890).
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol_assignments = a == 192 && b == 0 && c == 0;
    let relay_anycast = a == 192 && b == 88 && c == 99;
    let benchmarking = a == 198 && (18..20).contains(&b);
    let reserved = a == 0 || a >= 240;
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || shared
        || protocol_assignments
        || relay_anycast
        || benchmarking
        || reserved)
}

/// Only 2000::/3 is global unicast; within it, ranges that lead elsewhere (Teredo, 6to4) or nowhere are left out,
/// and so are interface identifiers of ISATAP (RFC 5214 §6.1), which carry an IPv4 address.
fn is_global_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let global_unicast = segments[0] & 0xe000 == 0x2000;
    let special = segments[0] == 0x2001 && segments[1] < 0x0200;
    let documentation = (segments[0] == 0x2001 && segments[1] == 0x0db8) || segments[0] & 0xfff0 == 0x3ff0;
    let six_to_four = segments[0] == 0x2002;
    let isatap = segments[4] & 0xfdff == 0 && segments[5] == 0x5efe;
    global_unicast && !(special || documentation || six_to_four || isatap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::session::Security;

    fn server(named_by: NamedBy) -> MailServer {
        let host = "mail.example.org".to_owned();
        MailServer { host, port: 993, security: Security::Tls, named_by, pinned_certificate: None }
    }

    #[test]
    fn users_reach_the_global_network_only() {
        for (address, allowed) in [
            ("1.1.1.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("127.0.0.1", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("172.31.0.1", false),
            ("172.32.0.1", true),
            ("192.168.0.1", false),
            ("169.254.169.254", false),
            ("192.0.0.8", false),
            ("192.0.2.1", false),
            ("192.88.99.1", false),
            ("198.19.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700:4700::1111", true),
            ("::1", false),
            ("::", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:1.1.1.1", false),
            ("::127.0.0.1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b:1::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::", false),
            ("2606:4700::5efe:7f00:1", false),
            ("2606:4700::200:5efe:7f00:1", false),
            ("3fff::1", false),
            ("fc00::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            let target = SocketAddr::new(address.parse().unwrap(), 993);
            assert_eq!(may_connect(&server(NamedBy::User), target), allowed, "{address}");
            assert!(may_connect(&server(NamedBy::Operator), target));
        }
    }

    #[test]
    fn users_reach_mail_ports_only() {
        for (port, allowed) in
            [(993, true), (143, true), (995, true), (22, false), (80, false), (6379, false)]
        {
            let target = SocketAddr::new("1.1.1.1".parse().unwrap(), port);
            assert_eq!(may_connect(&server(NamedBy::User), target), allowed, "{port}");
        }
    }
}
