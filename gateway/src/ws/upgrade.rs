//! `GET /api/ws`: who may open a socket, and how its frames are encoded.

use super::socket::{Peer, run};
use crate::{
    app::SharedApp,
    http::{cookie, error::ApiError, origin},
    session::Session,
};
use axum::{
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    wire::{Codec, MAX_CLIENT_FRAME},
};

/// Bytes of a socket's read buffer; frames may be larger, one socket of many thousands is idle.
const READ_BUFFER: usize = 8 * 1024;

/// Bytes that are gathered before they are written.
const WRITE_BUFFER: usize = 8 * 1024;

/// Bytes that may wait to be written: more than the largest frame.
const MAX_WRITE_BUFFER: usize = 16 * 1024 * 1024;

/// Opens a socket for a signed-in browser.
pub async fn upgrade(
    State(app): State<SharedApp>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    origin::check(&app, &headers)?;
    let session = session(&app, &headers).await?;
    let account = app.account(&session)?;
    let upgrade = upgrade.map_err(|rejection| bad_request(rejection.body_text()))?;
    let (codec, upgrade) = negotiate(upgrade)?;
    let peer = Peer { codec, session, account };
    Ok(upgrade.on_upgrade(move |socket| app.tasks.clone().track_future(run(app, socket, peer))))
}

/// The codec of the subprotocol both sides know, and the upgrade with its limits set.
fn negotiate(upgrade: WebSocketUpgrade) -> Result<(Codec, WebSocketUpgrade), ApiError> {
    let upgrade = upgrade
        .protocols(Codec::ALL.map(Codec::subprotocol))
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(MAX_WRITE_BUFFER)
        .max_frame_size(MAX_CLIENT_FRAME)
        .max_message_size(MAX_CLIENT_FRAME);
    let chosen = upgrade.selected_protocol().and_then(|name| name.to_str().ok());
    let codec = chosen.and_then(Codec::from_subprotocol).ok_or_else(|| {
        let offered = Codec::ALL.map(Codec::subprotocol).join(", ");
        bad_request(format!("the subprotocol has to be one of {offered}"))
    })?;
    Ok((codec, upgrade))
}

async fn session(app: &SharedApp, headers: &HeaderMap) -> Result<Session, ApiError> {
    let forbidden = || ApiError::with_status(StatusCode::FORBIDDEN, Failure::new(ErrorCode::NotSignedIn, ""));
    let token = cookie::token(headers, app.config.is_https()).ok_or_else(forbidden)?;
    app.sessions.open(&token).await?.ok_or_else(forbidden)
}

fn bad_request(detail: String) -> ApiError {
    ApiError::with_status(StatusCode::BAD_REQUEST, Failure::new(ErrorCode::BadInput, detail))
}

#[cfg(test)]
mod tests {
    use crate::{
        app::App,
        config::Config,
        router::router,
        session::{Credential, ServerSecret},
        store::{Mail, Store, writing::DraftFiles},
    };
    use axum::http::header;
    use postern_shared::{account::AccountKind, session::SignIn};
    use std::{net::SocketAddr, path::Path};
    use tokio::net::TcpListener;
    use tokio_tungstenite::{
        connect_async,
        tungstenite::{Error, client::IntoClientRequest},
    };

    /// A gateway with one session; returns its address and the session's cookie.
    async fn gateway(folder: &Path) -> (SocketAddr, String) {
        let text = format!(
            "data_dir = \"{}\"\n[[servers]]\nname = \"Test\"\ndomains = [\"*\"]\n\
             imap = {{ host = \"127.0.0.1\", port = 9, security = \"none\" }}",
            folder.display()
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let store = Store::open(folder).await.unwrap();
        let app = App::new(
            Config::parse(&text).unwrap(),
            store,
            Mail::memory(),
            DraftFiles::open(folder).unwrap(),
            ServerSecret::of(&[1; 32]),
            address,
        );
        let credential = Credential::new(SignIn {
            address: "ada@example.org".to_owned(),
            password: "secret".to_owned(),
            stay: false,
            kind: AccountKind::Imap,
            incoming: None,
            outgoing: None,
        });
        let account = "ada@example.org".into();
        let token = app.sessions.create(&account, &credential.unwrap(), false).await.unwrap();
        tokio::spawn(axum::serve(listener, router(app)).into_future());
        (address, format!("postern={}", token.reveal()))
    }

    /// The status of the answer, and the subprotocol it chose.
    async fn open(address: SocketAddr, headers: &[(header::HeaderName, &str)]) -> (u16, Option<String>) {
        let mut request = format!("ws://{address}/api/ws").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((_, response)) => {
                let chosen = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
                (101, chosen.map(|name| name.to_str().unwrap().to_owned()))
            }
            Err(Error::Http(response)) => (response.status().as_u16(), None),
            // The client notices by itself that none of its subprotocols was chosen.
            Err(error) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn only_the_app_with_a_session_and_a_codec_gets_a_socket() {
        let folder = tempfile::tempdir().unwrap();
        let (address, cookie) = gateway(folder.path()).await;
        let app = format!("http://{address}");
        let app = (header::ORIGIN, app.as_str());
        let evil = (header::ORIGIN, "http://evil.example");
        let signed_in = (header::COOKIE, cookie.as_str());
        let stale = (header::COOKIE, "postern=AAAA");
        let codecs = |names| (header::SEC_WEBSOCKET_PROTOCOL, names);
        let cases = [
            (vec![app.clone(), signed_in.clone(), codecs("postern.v1")], (101, Some("postern.v1"))),
            (
                vec![app.clone(), signed_in.clone(), codecs("x, postern.v1.json")],
                (101, Some("postern.v1.json")),
            ),
            (vec![app.clone(), signed_in.clone()], (400, None)),
            (vec![app.clone(), signed_in.clone(), codecs("postern.v9")], (400, None)),
            (vec![app.clone(), codecs("postern.v1")], (403, None)),
            (vec![app, stale, codecs("postern.v1")], (403, None)),
            (vec![evil, signed_in.clone(), codecs("postern.v1")], (403, None)),
            (vec![signed_in, codecs("postern.v1")], (403, None)),
        ];
        for (headers, (status, chosen)) in cases {
            assert_eq!(open(address, &headers).await, (status, chosen.map(str::to_owned)), "{headers:?}");
        }
    }
}
