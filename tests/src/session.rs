//! A signed-in person without a browser: HTTP with the session's cookie.

use crate::{
    dovecot::PASSWORD,
    error::{Error, Result},
    gateway::Gateway,
    wire::Wire,
};
use postern_shared::{
    account::AccountKind,
    ids::AccountId,
    session::{HttpFailure, SessionInfo, SignIn},
};
use reqwest::{Client, Method, RequestBuilder, Response, header};

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

impl Session {
    /// Signs in with the password every test user has.
    pub async fn start(gateway: &Gateway, address: &str) -> Result<Self> {
        let answer = Self::try_start(gateway, &sign_in(address, PASSWORD)).await?;
        answer.map_err(|(status, failure)| Error::Unexpected {
            what: "the sign-in".to_owned(),
            got: format!("{status} {failure:?}"),
        })
    }

    /// Signs in, or tells why not.
    pub async fn try_start(gateway: &Gateway, sign_in: &SignIn) -> Result<SignInAnswer> {
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
