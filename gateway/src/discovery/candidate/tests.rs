use super::*;

const ADA: &str = "ada@example.org";

fn config(lines: &str) -> Config {
    Config::parse(&format!("data_dir = \"/x\"\n{lines}\n")).unwrap()
}

fn address(host: &str, port: u16, security: Security) -> ServerAddress {
    ServerAddress { host: host.to_owned(), port, security }
}

fn short(candidates: &[Candidate]) -> Vec<(AccountKind, &str, u16, Security)> {
    let short = |candidate: &Candidate| (candidate.kind, candidate.server.port, candidate.server.security);
    candidates
        .iter()
        .map(|candidate| {
            let (kind, port, security) = short(candidate);
            (kind, candidate.server.host.as_str(), port, security)
        })
        .collect()
}

#[test]
fn a_named_host_is_asked_for_both_protocols() {
    use AccountKind::{Imap, Pop3};
    use Security::{None, StartTls, Tls};
    let host = "mail.example.com";
    let cases = [
        (
            address("Mail.Example.com ", 993, Tls),
            "allow_custom_servers = true",
            vec![
                (Imap, host, 993, Tls),
                (Imap, host, 143, StartTls),
                (Pop3, host, 995, Tls),
                (Pop3, host, 110, StartTls),
            ],
        ),
        (
            address(host, 110, StartTls),
            "allow_custom_servers = true",
            vec![
                (Imap, host, 993, Tls),
                (Imap, host, 143, StartTls),
                (Pop3, host, 110, StartTls),
                (Pop3, host, 995, Tls),
            ],
        ),
        (
            address(host, 143, None),
            "allow_custom_servers = true\nallow_insecure = true",
            vec![
                (Imap, host, 143, None),
                (Imap, host, 993, Tls),
                (Imap, host, 143, StartTls),
                (Pop3, host, 995, Tls),
                (Pop3, host, 110, StartTls),
                (Pop3, host, 110, None),
            ],
        ),
    ];
    for (input, lines, expected) in cases {
        let candidates = named(&config(lines), &input, ADA).unwrap();
        assert_eq!(short(&candidates), expected, "{input:?}");
        assert!(candidates.iter().all(|candidate| candidate.server.named_by == NamedBy::User));
    }
}

#[test]
fn a_host_that_cannot_be_named_says_why() {
    let custom = "allow_custom_servers = true";
    for (input, lines, expected) in [
        (address("mail.example.com", 993, Security::Tls), "", ErrorCode::Forbidden),
        (address("mail.example.com", 143, Security::None), custom, ErrorCode::InsecureForbidden),
        (address("", 993, Security::Tls), custom, ErrorCode::BadInput),
        (address("mail example", 993, Security::Tls), custom, ErrorCode::BadInput),
        (address("mail.example\r\n", 0, Security::Tls), custom, ErrorCode::BadInput),
        (address("mail.example/x", 993, Security::Tls), custom, ErrorCode::BadInput),
        (address("0x7f.1", 993, Security::Tls), custom, ErrorCode::BadInput),
    ] {
        assert_eq!(named(&config(lines), &input, ADA).unwrap_err().code, expected, "{input:?}");
    }
}

#[test]
fn only_public_domains_are_asked() {
    for (text, expected) in [
        ("Example.ORG.", Some("example.org")),
        ("bücher.example", Some("xn--bcher-kva.example")),
        ("localhost", None),
        ("127.0.0.1", None),
        ("[::1]", None),
        ("0x7f.1", None),
        ("a b.example", None),
        ("evil.example/path", None),
        ("user@evil.example:80", None),
        ("", None),
    ] {
        assert_eq!(public_domain(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn the_usual_names_are_asked_with_tls() {
    use AccountKind::{Imap, Pop3};
    let expected = [
        (Imap, "imap.example.org", 993, Security::Tls),
        (Imap, "mail.example.org", 993, Security::Tls),
        (Pop3, "pop.example.org", 995, Security::Tls),
        (Pop3, "pop3.example.org", 995, Security::Tls),
        (Pop3, "mail.example.org", 995, Security::Tls),
    ];
    assert_eq!(short(&usual_names("example.org", ADA)), expected);
    assert_eq!(usual_names(&"a".repeat(253), ADA), []);
}

#[test]
fn the_operators_server_is_asked_as_it_calls_the_user() {
    let config = config(
        "[[servers]]\nname = \"a\"\ndomains = [\"example.org\"]\nlogin = \"local-part\"\n\
         imap = { host = \"10.0.0.1\", port = 143, security = \"none\" }\n\
         pop3 = { host = \"10.0.0.1\", port = 995 }\n",
    );
    let candidates = configured(config.server_for("example.org").unwrap(), ADA);
    assert_eq!(
        short(&candidates),
        [
            (AccountKind::Imap, "10.0.0.1", 143, Security::None),
            (AccountKind::Pop3, "10.0.0.1", 995, Security::Tls)
        ]
    );
    assert!(candidates.iter().all(|one| one.server.named_by == NamedBy::Operator && one.user == "ada"));
}
