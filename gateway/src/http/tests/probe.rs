use super::harness::{Answer, CLIENT, Gateway, ORIGIN, credentials};
use crate::{
    discovery::fake::Fake,
    http::{client::Client, probe},
};
use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use futures::FutureExt;
use postern_shared::{
    error::ErrorCode,
    probe::{FoundBy, Offered, Probe, ProbeRequest},
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::TcpListener;

const ADA: &str = "ada@example.org";

/// Serves a fake on this machine for as long as the test runs; returns its port.
async fn listen(fake: &Fake) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let fake = fake.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(fake.clone().serve(stream));
        }
    });
    port
}

async fn gateway(lines: &str) -> (Gateway, Fake, Fake) {
    let (imap, pop3) = (Fake::imap(), Fake::pop3());
    let ports = [("imap", listen(&imap).await), ("pop3", listen(&pop3).await)];
    (Gateway::with_servers(lines, &ports).await, imap, pop3)
}

fn asking(address: Option<&str>, password: Option<&str>) -> Value {
    json!({ "address": address, "password": password, "incoming": null })
}

fn request(origin: &str, body: &Value) -> Request<Body> {
    let request = Request::post("/api/probe").header(header::CONTENT_TYPE, "application/json");
    request.header(header::ORIGIN, origin).body(Body::from(body.to_string())).unwrap()
}

async fn ask(gateway: &mut Gateway, address: Option<&str>, password: Option<&str>) -> Answer {
    gateway.send(request(ORIGIN, &asking(address, password))).await
}

#[tokio::test]
async fn the_configured_servers_are_told_without_a_session() {
    let (mut gateway, imap, pop3) = gateway("").await;
    let answer = ask(&mut gateway, Some(ADA), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
    let probe: Probe = answer.json();
    assert_eq!(probe.found_by, FoundBy::Configured);
    assert_eq!(probe.imap, Some(Offered { server: None, pushes: true, pipelines: true }));
    assert_eq!(probe.pop3, Some(Offered { server: None, pushes: false, pipelines: true }));
    assert!(probe.round_trip.is_some() && probe.bytes_per_second.is_none());
    assert!(!imap.has_heard("AUTHENTICATE") && !pop3.has_heard("PASS"));
    let told = String::from_utf8(answer.body).unwrap();
    assert!(!told.contains("127.0.0.1"));

    let probe: Probe = ask(&mut gateway, Some(ADA), Some("secret")).await.json();
    assert!(probe.bytes_per_second.is_some());
    assert!(imap.has_heard("x-originating-ip\" \"192.0.2.1\""));
}

#[tokio::test]
async fn a_session_lends_its_address_and_password_to_its_own_server_only() {
    let (mut gateway, ..) = gateway("allow_custom_servers = true").await;
    assert_eq!(ask(&mut gateway, None, None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gateway.sign_in(&credentials(ADA, "secret")).await.status, StatusCode::OK);
    let probe: Probe = ask(&mut gateway, None, None).await.json();
    assert!(probe.bytes_per_second.is_some());

    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, gateway.cookie().unwrap().parse().unwrap());
    let elsewhere = json!({ "host": "evil.example", "port": 993, "security": "tls" });
    for (address, incoming, lent) in [
        (json!(null), json!(null), true),
        (json!(ADA), json!(null), true),
        (json!("grace@example.org"), json!(null), false),
        (json!(null), elsewhere.clone(), false),
        (json!(ADA), elsewhere, false),
    ] {
        let body = json!({ "address": address, "password": null, "incoming": incoming });
        let body: ProbeRequest = serde_json::from_value(body).unwrap();
        let client = Client { address: CLIENT.parse::<SocketAddr>().unwrap().ip(), hidden: false };
        let (question, account) =
            probe::question(&gateway.app, client, &headers, body.clone()).await.unwrap();
        assert_eq!((question.password.is_some(), account.is_some()), (lent, lent), "{address} {incoming}");
        assert_eq!(question.incoming, body.incoming);
    }
}

#[tokio::test]
async fn a_wrong_password_counts_as_that_of_a_sign_in() {
    let (mut gateway, ..) = gateway("rate_limit = { per_account = 2, per_address = 30 }").await;
    for _ in 0..3 {
        assert_eq!(ask(&mut gateway, Some(ADA), Some("secret")).await.status, StatusCode::OK);
    }
    for _ in 0..2 {
        let answer = ask(&mut gateway, Some(ADA), Some("wrong")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let failure = answer.failure().failure;
        assert_eq!((failure.code, failure.detail.as_str()), (ErrorCode::WrongPassword, "not you"));
    }
    let answer = ask(&mut gateway, Some(ADA), Some("secret")).await;
    assert_eq!(answer.failure().failure.code, ErrorCode::RateLimited);
    let answer = gateway.sign_in(&credentials(ADA, "secret")).await;
    assert_eq!(answer.failure().failure.code, ErrorCode::RateLimited);
}

#[tokio::test]
async fn looking_is_limited_by_itself() {
    let (mut gateway, ..) = gateway("rate_limit = { per_account = 10, per_address = 2 }").await;
    for _ in 0..2 {
        assert_eq!(ask(&mut gateway, Some(ADA), None).await.status, StatusCode::OK);
    }
    let answer = ask(&mut gateway, Some(ADA), None).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.header(header::RETRY_AFTER).is_some());
    // Signing in is another matter.
    assert_eq!(gateway.sign_in(&credentials(ADA, "secret")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_no_probe_is_refused_without_being_quoted() {
    let (mut gateway, imap, pop3) = gateway("").await;
    let answer = gateway.send(request("http://evil.example", &asking(Some(ADA), Some("canary")))).await;
    assert_eq!(answer.failure().failure.code, ErrorCode::Forbidden);
    for body in [
        json!("canary"),
        json!({ "address": 1, "password": "canary" }),
        asking(Some("ada"), Some("canary")),
        asking(Some("ada"), None),
        asking(Some("ada\r\nDELE 1@example.org"), None),
    ] {
        let answer = gateway.send(request(ORIGIN, &body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.failure().failure.code, ErrorCode::BadInput);
        assert!(!String::from_utf8(answer.body).unwrap().contains("canary"));
    }
    assert_eq!((imap.heard(), pop3.heard()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn a_named_host_inside_is_never_reached_and_looks_like_none() {
    let (mut gateway, imap, pop3) = gateway("allow_custom_servers = true\nallow_insecure = true").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // Without a public domain nothing is looked for elsewhere.
    let incoming = json!({ "host": "127.0.0.1", "port": port, "security": "none" });
    let body = json!({ "address": "ada@local", "password": "secret", "incoming": incoming });
    let answer = gateway.send(request(ORIGIN, &body)).await;
    assert_eq!((answer.status, answer.json::<Probe>()), (StatusCode::OK, Probe::default()));
    assert!(listener.accept().now_or_never().is_none());
    assert_eq!((imap.heard(), pop3.heard()), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn naming_a_server_takes_the_operators_permission() {
    let (mut gateway, ..) = gateway("").await;
    let incoming = json!({ "host": "mail.example.net", "port": 993, "security": "tls" });
    let body = json!({ "address": ADA, "password": null, "incoming": incoming });
    assert_eq!(gateway.send(request(ORIGIN, &body)).await.failure().failure.code, ErrorCode::Forbidden);
}
