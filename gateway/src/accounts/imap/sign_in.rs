//! From a stream to a signed-in session: greeting, STARTTLS, capabilities, authentication, `ID`, `ENABLE`.

use super::{
    connect::{Opened, Transport},
    tap::{Taken, Tap},
};
use crate::{
    accounts::{
        login::{ConnectError, Login, NamedBy},
        net::CONNECT_PATIENCE,
    },
    imap::{
        capabilities::Capabilities,
        response::{Code, StatusKind, StatusResponse, Untagged},
    },
};
use async_imap::{Authenticator, Client, Session};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};

/// The driver over our tap.
pub type Driver = Session<Tap<Box<dyn Transport>>>;
type Greeted<S> = Client<Tap<S>>;

/// Reads the greeting and says STARTTLS (RFC 9051 §6.2.1). Gives the bare stream back, and nothing of what was said
/// on it: neither capabilities nor octets that came before the handshake.
pub async fn start_tls<S>(stream: S) -> Result<S, ConnectError>
where
    S: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin,
{
    let (mut client, _) = greet(stream).await?;
    match command(&mut client, "STARTTLS").await? {
        Answer { status, .. } if status.kind == StatusKind::Ok => Ok(client.into_inner().into_inner()),
        _ => Err(ConnectError::TlsUnavailable),
    }
}

/// Signs in on an opened stream. The capabilities are those of the signed-in state where the server told them along
/// with its OK, else none: ask.
pub async fn sign_in(opened: Opened, login: &Login) -> Result<(Driver, Option<Capabilities>), ConnectError> {
    let (mut client, told) = match opened.greeted {
        true => (Client::new(Tap::new(opened.transport, CONNECT_PATIENCE)), None),
        false => greet(opened.transport).await?,
    };
    let capabilities = match told {
        Some(capabilities) => capabilities,
        None => command(&mut client, "CAPABILITY").await?.capabilities().unwrap_or_default(),
    };
    if let (Some(address), NamedBy::Operator, true) =
        (login.client, login.server.named_by, capabilities.has("ID"))
    {
        // Dovecot counts failed sign-ins by this address, if it trusts us, and only if told before the sign-in.
        command(&mut client, &format!("ID (\"x-originating-ip\" \"{address}\")")).await?;
    }
    authenticate(client, &capabilities, login).await
}

/// Reads the greeting. A server that says we are signed in already is not trusted (RFC 9051 §11.1).
async fn greet<S>(stream: S) -> Result<(Greeted<S>, Option<Capabilities>), ConnectError>
where
    S: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin,
{
    let mut tap = Tap::new(stream, CONNECT_PATIENCE);
    tap.wake_for_untagged(true);
    let mut client = Client::new(tap);
    if let Err(error) = client.read_response().await {
        return Err(lost(&client, &error));
    }
    let greeting = client.get_mut().take();
    client.get_mut().wake_for_untagged(false);
    match greeting.untagged.first() {
        Some(Untagged::Status(StatusResponse { kind: StatusKind::Ok, code, .. })) => {
            let told = match code {
                Some(Code::Capability(names)) => Some(Capabilities::new(names.iter().cloned())),
                _ => None,
            };
            Ok((client, told))
        }
        Some(Untagged::Status(StatusResponse { kind: StatusKind::Bye, text, .. })) => {
            Err(ConnectError::Unavailable(text.clone()))
        }
        Some(Untagged::Status(StatusResponse { kind: StatusKind::PreAuth, .. })) => {
            Err(ConnectError::NotMail("it takes us for signed in already".to_owned()))
        }
        _ => Err(ConnectError::NotMail("its greeting is not IMAP".to_owned())),
    }
}

/// What a command before the sign-in was answered.
struct Answer {
    untagged: Vec<Untagged>,
    status: StatusResponse,
}

impl Answer {
    fn capabilities(&self) -> Option<Capabilities> {
        told_capabilities(&self.untagged, &self.status)
    }
}

/// Runs a command of our own words before the sign-in.
async fn command<S>(client: &mut Greeted<S>, text: &str) -> Result<Answer, ConnectError>
where
    S: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin,
{
    // Its opinion of the status is not asked for: the tap knows.
    let result = client.run_command_and_check_ok(text, None).await;
    let Taken { untagged, tagged, .. } = client.get_mut().take();
    match (tagged, result) {
        (Some((_, status)), _) => Ok(Answer { untagged, status }),
        (None, Err(error)) => Err(lost_in_driver(client, error)),
        (None, Ok(())) => Err(ConnectError::NotMail("it ended a command without a status".to_owned())),
    }
}

/// AUTH PLAIN with an initial response (RFC 4959) before LOGIN, which some servers cannot do with every password.
async fn authenticate(
    client: Greeted<Box<dyn Transport>>,
    capabilities: &Capabilities,
    login: &Login,
) -> Result<(Driver, Option<Capabilities>), ConnectError> {
    let password = login.password.expose_secret();
    if login.user.contains('\0') || password.contains('\0') {
        return Err(ConnectError::Refused("a password cannot hold a NUL".to_owned()));
    }
    let plain = Plain(format!("\0{}\0{password}", login.user));
    let attempt = if capabilities.has("AUTH=PLAIN") && capabilities.has("SASL-IR") {
        let initial = STANDARD.encode(&plain.0);
        client.authenticate(format!("PLAIN {initial}"), plain).await
    } else if capabilities.has("AUTH=PLAIN") {
        client.authenticate("PLAIN", plain).await
    } else if !capabilities.has("LOGINDISABLED") {
        client.login(&login.user, password).await
    } else {
        return Err(ConnectError::NotMail("it offers no way to sign in with a password".to_owned()));
    };
    match attempt {
        Ok(mut session) => {
            let Taken { untagged, tagged, .. } = session.get_mut().take();
            let status = tagged.map(|(_, status)| status);
            let told = status.and_then(|status| told_capabilities(&untagged, &status));
            Ok((session, told))
        }
        Err((error, mut client)) => match client.get_mut().take().tagged {
            Some((_, status)) => Err(refused(status)),
            None => Err(lost_in_driver(&client, error)),
        },
    }
}

/// SASL PLAIN (RFC 4616) with its one message.
struct Plain(String);

impl Authenticator for Plain {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        std::mem::take(&mut self.0)
    }
}

/// What a refused sign-in means (RFC 5530 §3).
fn refused(status: StatusResponse) -> ConnectError {
    let name = match &status.code {
        Some(Code::Other(name, _)) => name.as_str(),
        _ => "",
    };
    match (name, status.kind) {
        ("UNAVAILABLE" | "INUSE" | "LIMIT" | "SERVERBUG", _) => ConnectError::Unavailable(status.text),
        ("PRIVACYREQUIRED", _) => ConnectError::TlsUnavailable,
        ("AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED", _) | (_, StatusKind::No) => {
            ConnectError::Refused(status.text)
        }
        _ => ConnectError::NotMail(status.text),
    }
}

/// Capabilities told in an answer: as untagged response or as the code of its status.
fn told_capabilities(untagged: &[Untagged], status: &StatusResponse) -> Option<Capabilities> {
    let listed = untagged.iter().rev().find_map(|response| match response {
        Untagged::Capability(names) => Some(names),
        _ => None,
    });
    let names = match &status.code {
        Some(Code::Capability(names)) => Some(names),
        _ => listed,
    };
    names.map(|names| Capabilities::new(names.iter().cloned()))
}

fn lost_in_driver<S>(client: &Greeted<S>, error: async_imap::error::Error) -> ConnectError
where
    S: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin,
{
    match error {
        async_imap::error::Error::Io(error) => lost(client, &error),
        async_imap::error::Error::Validate(_) => {
            ConnectError::Refused("user name and password cannot hold line breaks".to_owned())
        }
        _ => ConnectError::NotMail("its answer to the sign-in is not IMAP".to_owned()),
    }
}

/// Why the stream failed. A `BYE` says it better than the end of the stream.
fn lost<S>(client: &Greeted<S>, error: &std::io::Error) -> ConnectError
where
    S: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Unpin,
{
    match client.get_ref().bye() {
        Some(text) => ConnectError::Unavailable(text.to_owned()),
        None => stream_error(error),
    }
}

/// A broken stream.
pub fn stream_error(error: &std::io::Error) -> ConnectError {
    match error.kind() {
        std::io::ErrorKind::TimedOut => ConnectError::Timeout,
        _ => ConnectError::Lost(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
