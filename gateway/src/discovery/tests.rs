use super::{fake::Fake, network::Opened, *};
use crate::accounts::login::{ConnectError, MailServer};
use async_trait::async_trait;
use std::{collections::HashMap, sync::Mutex};
use url::Url;

const ADA: &str = "ada@example.org";
const CUSTOM: &str = "allow_custom_servers = true";

/// A world by table: records, files, and servers by place. It remembers what was asked.
#[derive(Default)]
struct World {
    services: HashMap<&'static str, Vec<Service>>,
    files: HashMap<&'static str, String>,
    servers: HashMap<(&'static str, u16), Fake>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Network for World {
    async fn services(&self, name: &str) -> Vec<Service> {
        self.asked.lock().unwrap().push(name.to_owned());
        self.services.get(name).cloned().unwrap_or_default()
    }

    async fn file(&self, url: &Url) -> Option<Vec<u8>> {
        self.asked.lock().unwrap().push(url.to_string());
        self.files.get(url.as_str()).map(|file| file.clone().into_bytes())
    }

    async fn open(&self, kind: AccountKind, server: &MailServer) -> Result<Opened, ConnectError> {
        self.asked.lock().unwrap().push(format!("{}:{} {:?}", server.host, server.port, server.security));
        let fake = self.servers.get(&(server.host.as_str(), server.port)).cloned();
        let fake = fake.filter(|fake| fake.kind == kind).ok_or(ConnectError::Unreachable)?;
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(fake.serve(theirs));
        Ok(Opened { transport: Box::new(ours), greeted: false })
    }
}

impl World {
    fn at(mut self, host: &'static str, port: u16, fake: &Fake) -> Self {
        self.servers.insert((host, port), fake.clone());
        self
    }

    fn record(mut self, name: &'static str, target: &str, port: u16) -> Self {
        let service = Service { priority: 0, weight: 0, port, target: target.to_owned() };
        self.services.entry(name).or_default().push(service);
        self
    }

    fn file(mut self, url: &'static str, host: &str) -> Self {
        let server = |kind: &str, port: u16| {
            format!(
                "<incomingServer type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port>\
                 <socketType>SSL</socketType></incomingServer>"
            )
        };
        let text = format!("<clientConfig>{}{}</clientConfig>", server("imap", 993), server("pop3", 995));
        self.files.insert(url, text);
        self
    }

    fn was_asked(&self, what: &str) -> bool {
        self.asked.lock().unwrap().iter().any(|asked| asked.contains(what))
    }
}

fn config(lines: &str) -> Config {
    Config::parse(&format!(
        "data_dir = \"/x\"\n{lines}\n[[servers]]\nname = \"Own\"\ndomains = [\"own.example\"]\n\
         imap = {{ host = \"imap.internal\", port = 1143, security = \"none\" }}\n\
         pop3 = {{ host = \"pop.internal\", port = 1110, security = \"none\" }}\n"
    ))
    .unwrap()
}

fn question(address: &str, password: Option<&str>) -> Question {
    Question {
        address: address.to_owned(),
        password: password.map(|password| password.to_owned().into()),
        incoming: None,
        client: Some("192.0.2.7".parse().unwrap()),
    }
}

fn place(offered: Option<Offered>) -> Option<(String, u16)> {
    offered.and_then(|offered| offered.server).map(|server| (server.host, server.port))
}

fn at(host: &str, port: u16) -> Option<(String, u16)> {
    Some((host.to_owned(), port))
}

#[tokio::test]
async fn the_operators_servers_are_measured_and_not_named() {
    let (imap, pop3) = (Fake::imap(), Fake::pop3());
    let world = World::default().at("imap.internal", 1143, &imap).at("pop.internal", 1110, &pop3);
    let probe = probe(&config(""), &world, &question("ada@Own.example", Some("secret"))).await.unwrap();
    assert_eq!(probe.found_by, FoundBy::Configured);
    assert_eq!(probe.imap, Some(Offered { server: None, pushes: true, pipelines: true }));
    assert_eq!(probe.pop3, Some(Offered { server: None, pushes: false, pipelines: true }));
    assert!(probe.round_trip.is_some() && probe.bytes_per_second.is_some());
    assert!(imap.has_heard("ID (\"x-originating-ip\" \"192.0.2.7\")"));
    assert!(imap.has_heard("EXAMINE INBOX") && !imap.has_heard("SELECT"));
    // One reading is enough: the mailbox is not locked for another.
    assert!(!pop3.has_heard("PASS"));
    assert!(!world.was_asked("_imaps"));
}

#[tokio::test]
async fn without_a_password_nobody_signs_in() {
    let (imap, pop3) = (Fake::imap(), Fake::pop3());
    let world = World::default().at("imap.internal", 1143, &imap).at("pop.internal", 1110, &pop3);
    let probe = probe(&config(""), &world, &question("ada@own.example", None)).await.unwrap();
    assert!(probe.imap.is_some() && probe.pop3.is_some() && probe.round_trip.is_some());
    assert_eq!(probe.bytes_per_second, None);
    assert!(!imap.has_heard("AUTHENTICATE") && !pop3.has_heard("USER"));
}

#[tokio::test]
async fn a_wrong_password_is_one_only_if_nobody_takes_it() {
    let refusing = Fake { password: "other", ..Fake::imap() };
    for (pop3, expected) in [
        (Fake::pop3(), None),
        (Fake { password: "other", ..Fake::pop3() }, Some(ErrorCode::WrongPassword)),
        (Fake { greeting: "-ERR go away", ..Fake::pop3() }, Some(ErrorCode::WrongPassword)),
    ] {
        let world = World::default().at("imap.internal", 1143, &refusing).at("pop.internal", 1110, &pop3);
        let outcome = probe(&config(""), &world, &question("ada@own.example", Some("secret"))).await;
        assert_eq!(outcome.as_ref().err().map(|failure| failure.code), expected);
        match outcome {
            Ok(probe) => assert!(probe.bytes_per_second.is_some() && pop3.has_heard("TOP 3 ")),
            Err(failure) => assert_eq!(failure.detail, "not you"),
        }
    }
    let down = Fake { refusal: "NO [UNAVAILABLE] later", ..refusing };
    let world = World::default().at("imap.internal", 1143, &down);
    let found = probe(&config(""), &world, &question("ada@own.example", Some("secret"))).await.unwrap();
    assert!(found.imap.is_some() && found.bytes_per_second.is_none());
}

#[tokio::test(start_paused = true)]
async fn each_way_is_tried_where_the_one_before_leads_nowhere() {
    const FILE: &str = "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ada%40example.org";
    const SECOND: &str = "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml";
    let (imap, pop3) = (Fake::imap(), Fake::pop3());
    // Every way is described; which servers are up decides.
    let world = || {
        World::default()
            .record("_imaps._tcp.example.org.", "srv.example.org.", 993)
            .record("_pop3s._tcp.example.org.", "srv.example.org.", 995)
            .file(FILE, "first.example.org")
            .file(SECOND, "second.example.org")
    };
    for (host, by) in [
        ("srv.example.org", FoundBy::Srv),
        ("first.example.org", FoundBy::Autoconfig),
        ("second.example.org", FoundBy::Autoconfig),
        ("mail.example.org", FoundBy::UsualNames),
    ] {
        let world = world().at(host, 993, &imap).at(host, 995, &pop3);
        let probe = probe(&config(CUSTOM), &world, &question(ADA, None)).await.unwrap();
        assert_eq!(
            (probe.found_by, place(probe.imap), place(probe.pop3)),
            (by, at(host, 993), at(host, 995))
        );
    }
    let world = world();
    let probe = probe(&config(CUSTOM), &world, &question(ADA, None)).await.unwrap();
    assert_eq!(probe, Probe::default());
}

#[tokio::test]
async fn only_the_operator_allows_servers_of_others() {
    let world = World::default().at("imap.example.org", 993, &Fake::imap());
    let outcome = probe(&config(""), &world, &question(ADA, None)).await;
    assert_eq!(outcome.unwrap_err(), Failure::new(ErrorCode::NoServer, "example.org"));
    assert!(world.asked.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_operators_server_stands_even_while_it_is_down() {
    let world = World::default().at("imap.own.example", 993, &Fake::imap());
    let found = probe(&config(CUSTOM), &world, &question("ada@own.example", Some("secret"))).await;
    assert_eq!(found, Ok(Probe::default()));
    assert!(!world.was_asked("imap.own.example"));
}

#[tokio::test]
async fn a_named_server_comes_first() {
    let (imap, own) = (Fake::imap(), Fake::imap());
    let world = World::default().at("mail.example.net", 143, &imap).at("imap.internal", 1143, &own);
    let incoming =
        ServerAddress { host: "mail.example.net".to_owned(), port: 143, security: Security::StartTls };
    let question =
        Question { incoming: Some(incoming.clone()), ..question("ada@own.example", Some("secret")) };
    let found = probe(&config(CUSTOM), &world, &question).await.unwrap();
    assert_eq!(found.found_by, FoundBy::Named);
    assert_eq!(found.imap.unwrap().server, Some(incoming));
    assert!(imap.has_heard("AUTHENTICATE") && !imap.has_heard("192.0.2.7"));
    assert_eq!(own.heard(), [""; 0]);
    let forbidden = probe(&config(""), &world, &question).await.unwrap_err();
    assert_eq!(forbidden.code, ErrorCode::Forbidden);
}

#[tokio::test]
async fn what_the_domain_does_not_offer_is_not_guessed() {
    let world = World::default()
        .record("_pop3s._tcp.example.org.", ".", 0)
        .record("_pop3._tcp.example.org.", ".", 0)
        .at("mail.example.org", 993, &Fake::imap())
        .at("mail.example.org", 995, &Fake::pop3());
    let found = probe(&config(CUSTOM), &world, &question(ADA, None)).await.unwrap();
    assert_eq!((found.found_by, found.pop3), (FoundBy::UsualNames, None));
    assert!(!world.was_asked(":995"));
}

#[tokio::test]
async fn a_forged_record_gets_no_password() {
    for (target, given) in [
        ("mail.example.org.", true),
        ("evilexample.org.", false),
        ("mail.example.org.evil.example.", false),
        ("mail.evil.example.", false),
    ] {
        let imap = Fake::imap();
        let host = target.trim_end_matches('.');
        let mut world = World::default().record("_imaps._tcp.example.org.", target, 993);
        world.servers.insert((host, 993), imap.clone());
        let found = probe(&config(CUSTOM), &world, &question(ADA, Some("secret"))).await.unwrap();
        assert_eq!(found.found_by, FoundBy::Srv);
        assert_eq!(
            (imap.has_heard("AUTHENTICATE"), found.bytes_per_second.is_some()),
            (given, given),
            "{target}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_does_not_hold_up_the_answer() {
    struct Silent;
    #[async_trait]
    impl Network for Silent {
        async fn services(&self, _: &str) -> Vec<Service> {
            Vec::new()
        }
        async fn file(&self, _: &Url) -> Option<Vec<u8>> {
            None
        }
        async fn open(&self, _: AccountKind, _: &MailServer) -> Result<Opened, ConnectError> {
            std::future::pending().await
        }
    }
    let begun = Instant::now();
    assert_eq!(probe(&config(CUSTOM), &Silent, &question(ADA, None)).await, Ok(Probe::default()));
    // The clock stands still but for the patience.
    assert_eq!(begun.elapsed().as_secs(), SERVER_PATIENCE.as_secs());
}
