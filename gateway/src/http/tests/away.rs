//! What leads away from here: remote images and suspicious links.

use super::harness::{Gateway, credentials};
use crate::session::{ImageTicket, LinkTicket, Token};
use axum::http::{StatusCode, header};
use image::{DynamicImage, ImageFormat};
use std::{
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use url::Url;

/// A server that gives one picture to everybody, and counts.
async fn picture_server() -> (Url, Arc<AtomicUsize>) {
    let mut png = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(2, 2).write_to(&mut png, ImageFormat::Png).unwrap();
    let png = png.into_inner();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/a.png", listener.local_addr().unwrap())).unwrap();
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&visits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]).await;
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", png.len());
            let _ = stream.write_all(&[head.as_bytes(), &png].concat()).await;
        }
    });
    (url, visits)
}

async fn signed_in(lines: &str) -> (Gateway, Token) {
    let mut gateway = Gateway::start(lines).await;
    gateway.sign_in(&credentials("ada@example.org", "x")).await;
    let cookie = gateway.cookie().unwrap();
    let token = Token::parse(cookie.split_once('=').unwrap().1).unwrap();
    (gateway, token)
}

fn image(gateway: &Gateway, token: &Token, url: &Url) -> String {
    let issuer = gateway.app.sessions.issuer::<ImageTicket>(token).unwrap();
    format!("/api/images/{}", issuer.ticket(&ImageTicket { url: url.clone() }).unwrap())
}

#[tokio::test]
async fn an_image_is_shown_for_a_good_ticket_alone() {
    let (mut gateway, token) = signed_in("reading = { image_proxy_allow = [\"127.0.0.1\"] }").await;
    let (url, visits) = picture_server().await;
    let path = image(&gateway, &token, &url);
    // The frame's requests carry no cookie.
    let answer = gateway.send_as(super::harness::get(&path).body(Default::default()).unwrap(), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_TYPE), Some("image/png"));
    assert_eq!(answer.header(header::CONTENT_SECURITY_POLICY), Some("sandbox; default-src 'none'"));
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), Some("nosniff"));
    assert_eq!(answer.header(header::CACHE_CONTROL), Some("private, max-age=600"));
    assert_eq!(answer.headers["cross-origin-resource-policy"], "cross-origin");
    assert!(answer.body.starts_with(b"\x89PNG"));

    assert_eq!(gateway.get("/api/images/AAAA").await.status, StatusCode::UNAUTHORIZED);
    gateway.sign_out().await;
    assert_eq!(gateway.get(&path).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(visits.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn images_that_may_not_be_fetched_are_one_empty_answer() {
    let (url, visits) = picture_server().await;
    for lines in ["", "reading = { image_proxy = false }"] {
        let (mut gateway, token) = signed_in(lines).await;
        let answer = gateway.get(&image(&gateway, &token, &url)).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_FOUND, 0), "{lines}");
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_suspicious_link_is_explained_to_its_session_alone() {
    let (mut gateway, token) = signed_in("").await;
    let link =
        LinkTicket { url: Url::parse("https://evil.test/").unwrap(), text: "www.bank.test".to_owned() };
    let ticket = gateway.app.sessions.issuer::<LinkTicket>(&token).unwrap().ticket(&link).unwrap();
    let path = format!("/api/link/{ticket}");
    let answer = gateway.send_as(super::harness::get(&path).body(Default::default()).unwrap(), None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let policy = answer.header(header::CONTENT_SECURITY_POLICY).unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    let page = String::from_utf8(answer.body).unwrap();
    assert!(page.contains("Check this link") && page.contains("Go to evil.test"), "{page}");

    let forged = gateway.get("/api/link/AAAA").await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    assert!(String::from_utf8(forged.body).unwrap().contains("cannot be checked"));
    gateway.sign_out().await;
    assert_eq!(gateway.get(&path).await.status, StatusCode::UNAUTHORIZED);
}
