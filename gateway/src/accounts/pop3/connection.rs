//! One quick connection to a POP3 server, signed in.

use super::tap::Tap;
use crate::{
    accounts::{
        login::{ConnectError, Login},
        net::connect::{self, Transport},
    },
    pop3::{
        body::BodyReader,
        capabilities::Capabilities,
        command::{Command, is_argument},
        listing,
        status::{Refusal, Status},
    },
    sync::pop3::{copy_policy::DeletePermit, ledger::Listed},
};
use async_pop::Client;
use secrecy::ExposeSecret;
use std::time::Duration;
use tokio::{net::TcpStream, time::timeout};

/// How long a sign-in, or the end of a session with many deletions, may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Commands sent before their answers are read, where the server takes several (RFC 2449 §6.6). So few fit into any
/// socket's buffer: neither side waits for the other to read.
pub const WINDOW: usize = 32;

/// A signed-in connection. Dropping it leaves everything on the server as it was: only QUIT deletes.
pub struct Pop3Connection {
    driver: Client<Tap>,
    tap: Tap,
    capabilities: Capabilities,
}

impl Pop3Connection {
    /// Connects, protects the connection as [`Login`] says, signs in and asks for capabilities.
    ///
    /// # Errors
    /// [`ConnectError::Refused`] is about name or password; what may work later has its own errors.
    pub async fn open(login: &Login) -> Result<Self, ConnectError> {
        let opened = connect::open(&login.server, start_tls).await?;
        Self::start(opened.transport, opened.greeted, login).await
    }

    /// What [`Pop3Connection::open`] does once there is a stream.
    pub(super) async fn start(
        transport: Box<dyn Transport>,
        greeted: bool,
        login: &Login,
    ) -> Result<Self, ConnectError> {
        let tap = Tap::new(transport);
        if greeted {
            // The driver waits for the greeting, which came before TLS did.
            tap.greet();
        }
        let driver = driven(&tap, async_pop::new(tap.clone())).await.map_err(|error| match error {
            // A server that does not greet is busy, or does not want us now.
            ConnectError::Refused(text) => ConnectError::Unavailable(text),
            other => other,
        })?;
        let mut connection = Self { driver, tap, capabilities: Capabilities::untold() };
        connection.sign_in(login).await?;
        if let Some(lines) = connection.ask(Command::Capa).await? {
            connection.capabilities = Capabilities::read(lines.iter().map(Vec::as_slice));
        }
        Ok(connection)
    }

    /// What the server can do since the sign-in.
    pub fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    /// What is in the mailbox, by number. Numbers hold for this connection.
    ///
    /// # Errors
    /// Also where the server refuses LIST: without it nothing is known.
    pub async fn list(&mut self) -> Result<Vec<Listed>, ConnectError> {
        let refused = || ConnectError::NotMail("it does not list its messages".to_owned());
        let list = self.ask(Command::List).await?.ok_or_else(refused)?;
        let uidl = match self.capabilities.uidl {
            true => self.ask(Command::Uidl).await?.unwrap_or_default(),
            false => Vec::new(),
        };
        Ok(listing::listing(list.iter().map(Vec::as_slice), uidl.iter().map(Vec::as_slice)))
    }

    /// How many commands may be under way at once.
    pub fn window(&self) -> usize {
        if self.capabilities.pipelining { WINDOW } else { 1 }
    }

    /// Sends commands; each is answered in its turn.
    pub async fn send(&mut self, commands: impl IntoIterator<Item = Command>) -> Result<(), ConnectError> {
        let lines: String = commands.into_iter().map(|command| command.to_string()).collect();
        if lines.is_empty() { Ok(()) } else { self.tap.send(lines.as_bytes()).await }
    }

    /// The status of the next command that was sent.
    pub async fn status(&mut self) -> Result<Status, ConnectError> {
        self.tap.read_status().await
    }

    /// Reads on in the message whose status was good: what is there of it, until the reader says that it is complete.
    pub async fn body(&mut self, reader: &mut BodyReader, out: &mut Vec<u8>) -> Result<(), ConnectError> {
        self.tap.read_body(reader, out).await
    }

    /// Marks messages; they go with QUIT. Tells which numbers the server agreed to.
    pub async fn delete(
        &mut self,
        messages: impl IntoIterator<Item = (u32, DeletePermit)>,
    ) -> Result<Vec<u32>, ConnectError> {
        let numbers: Vec<u32> = messages.into_iter().map(|(number, _permit)| number).collect();
        let mut marked = Vec::with_capacity(numbers.len());
        for window in numbers.chunks(self.window()) {
            self.send(window.iter().map(|number| Command::Dele(*number))).await?;
            for number in window {
                if self.status().await?.ok {
                    marked.push(*number);
                }
            }
        }
        Ok(marked)
    }

    /// Ends the session: what was marked is deleted now. Only its success says that it is.
    pub async fn quit(mut self) -> Result<(), ConnectError> {
        driven(&self.tap, self.driver.quit()).await.map(|_| ())
    }

    /// Ends the session and deletes nothing.
    pub async fn quit_unchanged(mut self) {
        // Whatever comes of it, the connection is closed, and without QUIT nothing is deleted either.
        if driven(&self.tap, self.driver.rset()).await.is_ok() {
            let _ = self.quit().await;
        }
    }

    async fn sign_in(&mut self, login: &Login) -> Result<(), ConnectError> {
        let password = login.password.expose_secret();
        if !is_argument(&login.user) || !is_argument(password) {
            return Err(ConnectError::Refused("user name and password cannot hold line breaks".to_owned()));
        }
        let signing_in = driven(&self.tap, self.driver.login(&login.user, password)).await;
        match (signing_in, self.tap.status()) {
            (Ok(_), _) => Ok(()),
            (Err(ConnectError::Refused(_)), Some(status)) => Err(refused(status)),
            (Err(error), _) => Err(error),
        }
    }

    /// An answer of many lines; nothing where the server refuses.
    async fn ask(&mut self, command: Command) -> Result<Option<Vec<Vec<u8>>>, ConnectError> {
        self.send([command]).await?;
        if self.status().await?.ok { self.tap.read_lines().await.map(Some) } else { Ok(None) }
    }
}

/// Reads the greeting and says STLS (RFC 2595 §4).
async fn start_tls(stream: TcpStream) -> Result<TcpStream, ConnectError> {
    let tap = Tap::new(stream);
    let greeting = tap.read_status().await?;
    if !greeting.ok {
        return Err(ConnectError::Unavailable(greeting.text));
    }
    tap.send(Command::Stls.to_string().as_bytes()).await?;
    if !tap.read_status().await?.ok {
        return Err(ConnectError::TlsUnavailable);
    }
    tap.into_transport().ok_or(ConnectError::TlsUnavailable)
}

/// What a refused sign-in means.
fn refused(status: Status) -> ConnectError {
    match status.refusal() {
        Refusal::Credentials => ConnectError::Refused(status.text),
        Refusal::InUse => ConnectError::InUse(status.text),
        Refusal::Later => ConnectError::Unavailable(status.text),
    }
}

/// Waits for the driver, and says in our words how it failed. A server's `-ERR` is [`ConnectError::Refused`].
async fn driven<T>(
    tap: &Tap,
    work: impl Future<Output = Result<T, async_pop::error::Error>>,
) -> Result<T, ConnectError> {
    let result = timeout(PATIENCE, work).await.map_err(|_| ConnectError::Timeout)?;
    result.map_err(|error| match error.kind() {
        async_pop::error::ErrorKind::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => {
            connect::stream_error(error)
        }
        async_pop::error::ErrorKind::ServerError(_) => {
            ConnectError::Refused(tap.status().map(|status| status.text).unwrap_or_default())
        }
        _ => ConnectError::NotMail("its answer is not POP3".to_owned()),
    })
}
