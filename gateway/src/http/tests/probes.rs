use super::harness::{CLIENT, Gateway, get};
use axum::{body::Body, http::StatusCode};

#[tokio::test]
async fn health_and_readiness() {
    let mut gateway = Gateway::start("").await;
    assert_eq!(gateway.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(gateway.get("/readyz").await.status, StatusCode::OK);
    gateway.app.store.close().await;
    assert_eq!(gateway.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(gateway.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_gateway_that_stops_is_not_ready() {
    let mut gateway = Gateway::start("").await;
    gateway.app.stopping.cancel();
    assert_eq!(gateway.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn metrics_are_for_those_the_operator_names() {
    let (client, _) = CLIENT.split_once(':').unwrap();
    let mut open = Gateway::start(&format!("metrics_from = [\"{client}\"]")).await;
    let answer = open.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(String::from_utf8(answer.body).unwrap().contains("\npostern_sockets 0\n"));
    // Somebody stands behind a proxy that nobody vouches for.
    let forwarded = get("/metrics").header("x-forwarded-for", "127.0.0.1").body(Body::empty()).unwrap();
    assert_eq!(open.send(forwarded).await.status, StatusCode::FORBIDDEN);

    let mut closed = Gateway::start("").await;
    assert_eq!(closed.get("/metrics").await.status, StatusCode::FORBIDDEN);
}
