//! A signed-in person without a browser: HTTP with the session's cookie.

use crate::{
    crypto,
    dovecot::PASSWORD,
    error::{Error, Result},
    gateway::Gateway,
    wire::Wire,
};
use postern_shared::{
    account::AccountKind,
    ids::{AccountId, MessageKey},
    session::{HttpFailure, SessionInfo, SignIn},
};
use reqwest::{Client, Method, RequestBuilder, Response, Url, header};

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    url: String,
    cookie: String,
    /// The account that is signed in.
    pub account: AccountId,
}

/// The answer to a sign-in: a session, or the status and why not.
pub type SignInAnswer = std::result::Result<Session, (u16, HttpFailure)>;

/// A sign-in to a configured server.
pub fn sign_in(address: &str, password: &str) -> SignIn {
    SignIn {
        address: address.to_owned(),
        password: password.to_owned(),
        stay: true,
        kind: AccountKind::Imap,
        incoming: None,
        outgoing: None,
    }
}

/// A sign-in to a configured server by POP3.
pub fn sign_in_pop3(address: &str, password: &str) -> SignIn {
    SignIn { kind: AccountKind::Pop3, ..sign_in(address, password) }
}

impl Session {
    /// Signs in with the password every test user has.
    pub async fn start(gateway: &Gateway, address: &str) -> Result<Self> {
        Self::start_as(gateway, &sign_in(address, PASSWORD)).await
    }

    /// Signs in by POP3 with the password every test user has.
    pub async fn start_pop3(gateway: &Gateway, address: &str) -> Result<Self> {
        Self::start_as(gateway, &sign_in_pop3(address, PASSWORD)).await
    }

    async fn start_as(gateway: &Gateway, sign_in: &SignIn) -> Result<Self> {
        let answer = Self::try_start(gateway, sign_in).await?;
        answer.map_err(|(status, failure)| Error::Unexpected {
            what: "the sign-in".to_owned(),
            got: format!("{status} {failure:?}"),
        })
    }

    /// Signs in, or tells why not.
    pub async fn try_start(gateway: &Gateway, sign_in: &SignIn) -> Result<SignInAnswer> {
        crypto::provide();
        let (client, url) = (Client::new(), gateway.url());
        let request = client.post(format!("{url}/api/session")).header(header::ORIGIN, &url).json(sign_in);
        let response = request.send().await?;
        if !response.status().is_success() {
            let status = response.status().as_u16();
            return Ok(Err((status, response.json().await?)));
        }
        let cookie = cookie(&response);
        let info: SessionInfo = response.json().await?;
        let account = info.accounts.into_iter().next().unwrap_or_default();
        Ok(Ok(Self { client, url, cookie, account }))
    }

    /// A request as the app would make it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        request.header(header::COOKIE, &self.cookie).header(header::ORIGIN, &self.url)
    }

    /// The source of a message, byte by byte.
    pub async fn source(&self, key: &MessageKey) -> Result<Vec<u8>> {
        let MessageKey { folder, validity, uid } = key;
        let account = &self.account;
        let mut url = Url::parse(&self.url).map_err(|error| Error::Unexpected {
            what: "the gateway's address".to_owned(),
            got: error.to_string(),
        })?;
        if let Ok(mut path) = url.path_segments_mut() {
            let (validity, uid) = (validity.0.to_string(), uid.0.to_string());
            path.extend([
                "api",
                "accounts",
                account.as_str(),
                "messages",
                folder.as_str(),
                &validity,
                &uid,
                "source",
            ]);
        }
        let response = self.request(Method::GET, url.path()).send().await?.error_for_status()?;
        Ok(response.bytes().await?.to_vec())
    }

    /// Signs out.
    pub async fn end(&self) -> Result<Response> {
        Ok(self.request(Method::DELETE, "/api/session").send().await?)
    }

    /// Opens a socket.
    pub async fn socket(&self) -> Result<Wire> {
        Wire::hello(self).await
    }

    pub(crate) fn origin(&self) -> &str {
        &self.url
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn socket_url(&self) -> String {
        format!("{}/api/ws", self.url.replacen("http", "ws", 1))
    }
}

/// What a response wants to be kept, as it is sent back.
fn cookie(response: &Response) -> String {
    let set = response.headers().get_all(header::SET_COOKIE).iter();
    let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}
