use super::harness::{Answer, Gateway, ORIGIN, credentials, sign_in_from};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use postern_shared::{
    error::ErrorCode,
    session::{SessionInfo, SignInOptions},
};
use serde_json::json;

const ADA: &str = "ada@example.org";

fn info(answer: &Answer) -> Vec<String> {
    answer.json::<SessionInfo>().accounts.into_iter().map(|account| account.0).collect()
}

#[tokio::test]
async fn signing_in_and_out() {
    let mut gateway = Gateway::start("").await;
    assert_eq!(gateway.get("/api/session").await.status, StatusCode::UNAUTHORIZED);

    let answer = gateway.sign_in(&credentials("Ada@Example.org", "secret")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(info(&answer), [ADA]);
    assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
    assert_eq!(info(&gateway.get("/api/session").await), [ADA]);

    let cookie = gateway.cookie();
    let answer = gateway.sign_out().await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(gateway.cookie(), None);
    gateway.app.tasks.close();
    let again = Request::get("/api/session").body(Body::empty()).unwrap();
    assert_eq!(gateway.send_as(again, cookie).await.failure().failure.code, ErrorCode::NotSignedIn);
}

#[tokio::test]
async fn the_cookie_is_for_this_host_and_out_of_reach() {
    let stay = json!({ "address": ADA, "password": "x", "stay": true, "kind": "Imap", "incoming": null, "outgoing": null });
    let plain = "; Path=/; HttpOnly; SameSite=Strict";
    let cases = [
        ("", ORIGIN, credentials(ADA, "x"), "postern=", plain.to_owned()),
        ("session_days = 2", ORIGIN, stay.clone(), "postern=", format!("{plain}; Max-Age=172800")),
        (
            "public_url = \"https://mail.example.org\"",
            "https://mail.example.org",
            credentials(ADA, "x"),
            "__Host-postern=",
            format!("{plain}; Secure"),
        ),
    ];
    for (lines, origin, body, name, attributes) in cases {
        let mut gateway = Gateway::start(lines).await;
        let answer = gateway.send(sign_in_from(origin, &body)).await;
        let cookie = answer.header(header::SET_COOKIE).unwrap();
        let (value, rest) = cookie.split_at(cookie.find(';').unwrap());
        assert!(value.starts_with(name) && value.len() > name.len() + 80, "{cookie}");
        assert_eq!(rest, attributes);
        let https = answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(https, origin.starts_with("https"));
    }
}

#[tokio::test]
async fn signing_in_again_replaces_the_session() {
    let mut gateway = Gateway::start("").await;
    gateway.sign_in(&credentials(ADA, "x")).await;
    let first = gateway.cookie();
    gateway.sign_in(&credentials("grace@example.org", "x")).await;
    assert_ne!(gateway.cookie(), first);
    assert_eq!(info(&gateway.get("/api/session").await), ["grace@example.org"]);
    let old = Request::get("/api/session").body(Body::empty()).unwrap();
    assert_eq!(gateway.send_as(old, first).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_origin_changes_nothing() {
    let mut gateway = Gateway::start("").await;
    gateway.sign_in(&credentials(ADA, "x")).await;
    for origin in ["http://localhost", "https://localhost:8080", "http://evil.example", "null"] {
        let answer = gateway.send(sign_in_from(origin, &credentials(ADA, "x"))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        let delete = Request::delete("/api/session").header(header::ORIGIN, origin);
        let answer = gateway.send(delete.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.failure().failure.code, ErrorCode::Forbidden, "{origin}");
    }
    let without = Request::delete("/api/session").body(Body::empty()).unwrap();
    assert_eq!(gateway.send(without).await.status, StatusCode::FORBIDDEN);
    assert_eq!(info(&gateway.get("/api/session").await), [ADA]);
}

#[tokio::test]
async fn what_is_no_sign_in_is_told_without_being_quoted() {
    let mut gateway = Gateway::start("").await;
    let large = credentials(ADA, &"x".repeat(70 * 1024));
    let cases = [
        (json!({ "address": 1, "password": "canary" }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!("canary"), StatusCode::UNPROCESSABLE_ENTITY),
        (credentials("ada", "canary"), StatusCode::UNPROCESSABLE_ENTITY),
        (large, StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (body, status) in cases {
        let answer = gateway.sign_in(&body).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.failure().failure.code, ErrorCode::BadInput);
        assert!(!String::from_utf8(answer.body).unwrap().contains("canary"));
    }
    let form = Request::post("/api/session").header(header::ORIGIN, ORIGIN).body(Body::from("a=b")).unwrap();
    assert_eq!(gateway.send(form).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_wrong_password_is_told_in_the_servers_words() {
    let mut gateway = Gateway::start("").await;
    let answer = gateway.sign_in(&credentials(ADA, "wrong")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let failure = answer.failure().failure;
    assert_eq!((failure.code, failure.detail.as_str()), (ErrorCode::WrongPassword, "not you"));
    assert_eq!(answer.header(header::SET_COOKIE), None);
    assert!(gateway.app.metrics.text().unwrap().contains("sign_ins_total{outcome=\"WrongPassword\"} 1"));
}

#[tokio::test]
async fn too_many_failures_have_to_wait() {
    let mut gateway = Gateway::start("rate_limit = { per_account = 2, per_address = 3 }").await;
    for _ in 0..5 {
        assert_eq!(gateway.sign_in(&credentials(ADA, "right")).await.status, StatusCode::OK);
    }
    for _ in 0..2 {
        assert_eq!(gateway.sign_in(&credentials(ADA, "wrong")).await.status, StatusCode::UNAUTHORIZED);
    }
    let answer = gateway.sign_in(&credentials(ADA, "right")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = answer.header(header::RETRY_AFTER).unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(answer.failure().retry_after, Some(seconds));
    assert_eq!(answer.failure().failure.code, ErrorCode::RateLimited);

    // Another account has its own tries; then the address has used up its.
    let wrong = credentials("grace@example.org", "wrong");
    assert_eq!(gateway.sign_in(&wrong).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gateway.sign_in(&wrong).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_sign_in_page_learns_what_it_may_offer() {
    let mut gateway = Gateway::start("allow_custom_servers = true").await;
    let options: SignInOptions = gateway.get("/api/servers").await.json();
    assert!(options.custom_servers && !options.custom_insecure);
    assert_eq!(options.servers[0].domains, ["*"]);
    assert!(!String::from_utf8(gateway.get("/api/servers").await.body).unwrap().contains("127.0.0.1"));
}
