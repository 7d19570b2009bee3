//! A gateway without a network, and a browser that keeps its cookie.

use super::mail_server;
use crate::{
    app::{App, SharedApp},
    config::Config,
    router::router,
    session::ServerSecret,
    store::{Mail, Store, writing::DraftFiles},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header, request::Builder},
};
use postern_shared::session::HttpFailure;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tempfile::TempDir;
use tower::ServiceExt;

/// The origin of the app at the address the gateway believes to listen at.
pub const ORIGIN: &str = "http://localhost:8080";

/// Where requests come from.
pub const CLIENT: &str = "192.0.2.1:50000";

/// A gateway and one browser.
pub struct Gateway {
    pub app: SharedApp,
    _data: TempDir,
    router: Router,
    cookie: Option<String>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Gateway {
    /// A gateway for a mail server that agrees to everything, with more lines of configuration.
    pub async fn start(lines: &str) -> Self {
        let port = mail_server::start().await;
        Self::with_servers(lines, &[("imap", port)]).await
    }

    /// A gateway for one mail server with these protocols at ports of this machine, with more lines of configuration.
    pub async fn with_servers(lines: &str, protocols: &[(&str, u16)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut text = format!(
            "data_dir = \"{}\"\n{lines}\n[[servers]]\nname = \"Test\"\ndomains = [\"*\"]\n",
            data.path().display()
        );
        for (protocol, port) in protocols {
            text += &format!("{protocol} = {{ host = \"127.0.0.1\", port = {port}, security = \"none\" }}\n");
        }
        let config = Config::parse(&text).unwrap();
        config.check().unwrap();
        let store = Store::open(data.path()).await.unwrap();
        let listening = "127.0.0.1:8080".parse().unwrap();
        let files = DraftFiles::open(data.path()).unwrap();
        let app = App::new(config, store, Mail::memory(), files, ServerSecret::of(&[1; 32]), listening);
        Self { router: router(app.clone()), app, _data: data, cookie: None }
    }

    /// Sends a request with the browser's cookie, and keeps the cookie that comes back.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.send_as(request, self.cookie.clone()).await;
        if let Some(set) = answer.header(header::SET_COOKIE) {
            let (pair, _) = set.split_once(';').unwrap();
            let emptied = pair.ends_with('=');
            self.cookie = (!emptied).then(|| pair.to_owned());
        }
        answer
    }

    /// Sends a request with a cookie of its own.
    pub async fn send_as(&self, mut request: Request<Body>, cookie: Option<String>) -> Answer {
        let client: SocketAddr = CLIENT.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(client));
        if let Some(cookie) = cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn sign_in(&mut self, body: &Value) -> Answer {
        self.send(sign_in_from(ORIGIN, body)).await
    }

    pub async fn sign_out(&mut self) -> Answer {
        let request = Request::delete("/api/session").header(header::ORIGIN, ORIGIN);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// What the browser would send now.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.clone()
    }
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn failure(&self) -> HttpFailure {
        self.json()
    }
}

pub fn get(path: &str) -> Builder {
    Request::builder().method(Method::GET).uri(path)
}

/// What the sign-in page sends.
pub fn credentials(address: &str, password: &str) -> Value {
    json!({ "address": address, "password": password, "stay": false, "kind": "Imap", "incoming": null, "outgoing": null })
}

pub fn sign_in_from(origin: &str, body: &Value) -> Request<Body> {
    let request = Request::post("/api/session").header(header::CONTENT_TYPE, "application/json");
    request.header(header::ORIGIN, origin).body(Body::from(body.to_string())).unwrap()
}
