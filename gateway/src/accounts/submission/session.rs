//! A signed-in connection to a submission server.

use super::wire::Wire;
use crate::{
    accounts::{
        login::{ConnectError, MailServer},
        net::{CONNECT_PATIENCE, Transport, connect_tcp, protect},
    },
    smtp::{
        command::{Command, HelloName, auth_plain, auth_xoauth2, login_answer},
        extensions::{Extensions, Mechanism},
        reply::{Meaning, Reply},
    },
};
use postern_shared::session::Security;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// How long a server may take for a command (RFC 5321 §4.5.3.2: five minutes for most).
pub(super) const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Where mail is handed over, and as whom.
#[derive(Clone, Debug)]
pub struct SmtpLogin {
    /// The server.
    pub server: MailServer,
    /// What it calls the user.
    pub user: String,
    /// What proves it.
    pub secret: Secret,
}

/// What proves who a user is.
#[derive(Clone, Debug)]
pub enum Secret {
    /// The mail password.
    Password(SecretString),
    /// An OAuth 2 access token.
    Token(SecretString),
}

/// A signed-in connection.
#[derive(Debug)]
pub struct Session {
    pub(super) wire: Wire,
    extensions: Extensions,
}

impl Session {
    /// Connects, protects the stream as the login says and signs in. STARTTLS is mandatory where it is asked for.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(login: &SmtpLogin) -> Result<Self, ConnectError> {
        Self::connect(&login.server).await?.sign_in(login).await
    }

    /// Connects and protects the stream, without signing in: for what the server tells everybody.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(server: &MailServer) -> Result<Self, ConnectError> {
        let tcp = connect_tcp(server).await?;
        match server.security {
            Security::None => Self::greet(Box::new(tcp)).await,
            Security::Tls => Self::greet(protect(tcp, server).await?).await,
            Security::StartTls => {
                let plain = Self::greet(Box::new(tcp)).await?.start_tls().await?;
                // The server greets once only; what it told before the handshake is forgotten (RFC 3207 §4.2).
                Self::hello(Wire::new(protect(plain, server).await?)).await
            }
        }
    }

    /// A session on a stream that the server has not greeted on yet.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn greet(transport: Box<dyn Transport>) -> Result<Self, ConnectError> {
        let mut wire = Wire::new(transport);
        let greeting = wire.reply(CONNECT_PATIENCE).await?;
        if greeting.meaning() != Meaning::Done {
            return Err(ConnectError::Unavailable(greeting.text()));
        }
        Self::hello(wire).await
    }

    async fn hello(mut wire: Wire) -> Result<Self, ConnectError> {
        let reply = wire.ask(&Command::Ehlo(&HelloName::default()).line(), CONNECT_PATIENCE).await?;
        match reply.meaning() {
            Meaning::Done => Ok(Self { extensions: Extensions::of(&reply), wire }),
            _ => Err(ConnectError::Unavailable(reply.text())),
        }
    }

    async fn start_tls(mut self) -> Result<Box<dyn Transport>, ConnectError> {
        if !self.extensions.starttls {
            return Err(ConnectError::TlsUnavailable);
        }
        let reply = self.wire.ask(&Command::StartTls.line(), CONNECT_PATIENCE).await?;
        match reply.meaning() {
            Meaning::Done => Ok(self.wire.into_transport()),
            _ => Err(ConnectError::TlsUnavailable),
        }
    }

    async fn sign_in(mut self, login: &SmtpLogin) -> Result<Self, ConnectError> {
        let offers = |mechanism| self.extensions.auth.contains(&mechanism);
        let impossible =
            || ConnectError::Refused("user name or password: it holds what cannot be sent".to_owned());
        let reply = match &login.secret {
            // Inside the operator's network a server may want nobody to sign in.
            _ if self.extensions.auth.is_empty() => return Ok(self),
            Secret::Token(token) => {
                let line = auth_xoauth2(&login.user, token.expose_secret()).ok_or_else(impossible)?;
                self.ask_with_refusal_details(&line).await?
            }
            Secret::Password(password) if offers(Mechanism::Plain) => {
                let line = auth_plain(&login.user, password.expose_secret()).ok_or_else(impossible)?;
                self.wire.ask(&line, CONNECT_PATIENCE).await?
            }
            Secret::Password(password) if offers(Mechanism::Login) => {
                self.answer_login(&login.user, password.expose_secret()).await?
            }
            Secret::Password(_) => {
                return Err(ConnectError::Refused("the server takes no password here".to_owned()));
            }
        };
        match reply.meaning() {
            Meaning::Done => Ok(self),
            Meaning::Later => Err(ConnectError::Unavailable(reply.text())),
            Meaning::GoOn | Meaning::Never => Err(ConnectError::Refused(reply.text())),
        }
    }

    /// LOGIN asks for one thing after the other; whatever it calls them, the name comes first.
    async fn answer_login(&mut self, user: &str, password: &str) -> Result<Reply, ConnectError> {
        let mut reply = self.wire.ask("AUTH LOGIN\r\n", CONNECT_PATIENCE).await?;
        for text in [user, password] {
            if reply.meaning() != Meaning::GoOn {
                break;
            }
            reply = self.wire.ask(&login_answer(text), CONNECT_PATIENCE).await?;
        }
        Ok(reply)
    }

    /// A refused token is explained in a challenge, which wants an empty answer before the refusal itself.
    async fn ask_with_refusal_details(&mut self, line: &str) -> Result<Reply, ConnectError> {
        let reply = self.wire.ask(line, CONNECT_PATIENCE).await?;
        match reply.meaning() {
            Meaning::GoOn => self.wire.ask("\r\n", CONNECT_PATIENCE).await,
            _ => Ok(reply),
        }
    }

    /// What the server offers.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Says goodbye. Whatever is answered, it is over.
    pub async fn quit(mut self) {
        let _ = self.wire.ask(&Command::Quit.line(), CONNECT_PATIENCE).await;
    }
}
