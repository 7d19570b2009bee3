use super::harness::{Gateway, credentials};
use axum::http::{StatusCode, header};
use postern_shared::error::ErrorCode;

const OF_GRACE: &str = "/api/accounts/grace@example.org/messages/INBOX/1/2";

#[tokio::test]
async fn without_a_session_there_is_no_mail() {
    let mut gateway = Gateway::start("").await;
    for rest in ["/source", "/headers", "/fields", "/print", "/parts/2"] {
        let answer = gateway.get(&format!("{OF_GRACE}{rest}")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{rest}");
        assert_eq!(answer.failure().failure.code, ErrorCode::NotSignedIn);
    }
    assert_eq!(gateway.get("/api/pictures/AAAA").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_accounts_mail_is_out_of_reach() {
    let mut gateway = Gateway::start("").await;
    gateway.sign_in(&credentials("ada@example.org", "x")).await;
    for rest in ["/source", "/headers", "/fields", "/print", "/parts/2", "/body"] {
        assert_eq!(gateway.get(&format!("{OF_GRACE}{rest}")).await.status, StatusCode::FORBIDDEN, "{rest}");
    }
    let answer = gateway.get("/api/accounts/ada@example.org/messages/INBOX/one/2/source").await;
    assert_eq!(answer.failure().failure.code, ErrorCode::BadInput);
}

#[tokio::test]
async fn a_body_is_an_isolated_document_even_when_it_fails() {
    let mut gateway = Gateway::start("").await;
    let answer = gateway.get(&format!("{OF_GRACE}/body")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header(header::CONTENT_TYPE), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header(header::CACHE_CONTROL), Some("private, no-store"));
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
    assert_eq!(answer.header(header::REFERRER_POLICY), Some("no-referrer"));
    let policy = answer.header(header::CONTENT_SECURITY_POLICY).unwrap();
    assert!(policy.starts_with("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"));
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"));
    assert!(String::from_utf8(answer.body).unwrap().contains("You are signed out."));
}
