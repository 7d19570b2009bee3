//! A signed-in connection to a POP3 server. The driver signs in, counts and quits; listings and messages are read, and
//! what may go is marked, by us, between its commands.

use super::wire::Wire;
use crate::{
    accounts::{
        login::{ConnectError, Login},
        net::{CONNECT_PATIENCE, Transport, connect_tcp, protect},
    },
    pop3::{
        capabilities::Capabilities,
        command::{Argument, Command},
        lines::Lines,
        listing::Listing,
        multiline::Multiline,
        status::{Code, Status},
    },
    sync::pop3::{copy_policy::DeletePermit, ledger::Listed},
};
use async_pop::response::types::DataType;
use postern_shared::session::Security;
use secrecy::ExposeSecret;
use std::{io, time::Duration};

/// How long a server may be silent later on. Some look through the whole mailbox for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Commands sent ahead.
const WINDOW: usize = 32;

/// Bytes of a listing: about a million messages.
const MAX_LISTING: usize = 100_000_000;

type Driver = async_pop::Client<Wire>;

/// A signed-in connection. Dropped without [`Pop3Connection::quit`] it deletes nothing (RFC 1939 §6).
pub struct Pop3Connection {
    driver: Driver,
    pub(super) wire: Wire,
    capabilities: Capabilities,
}

/// What the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DropListing {
    /// Messages.
    pub messages: u64,
    /// Bytes.
    pub size: u64,
}

impl Pop3Connection {
    /// Connects, protects the stream as the login says and signs in. STLS is mandatory where it is asked for.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn open(login: &Login) -> Result<Self, ConnectError> {
        let server = &login.server;
        let tcp = connect_tcp(server).await?;
        match server.security {
            Security::None => Self::greet(Box::new(tcp), login).await,
            Security::Tls => Self::greet(protect(tcp, server).await?, login).await,
            Security::StartTls => {
                let plain = start_tls(Box::new(tcp)).await?;
                let wire = Wire::new(protect(plain, server).await?, CONNECT_PATIENCE);
                // The server greets once only, and that is behind us: the driver gets a greeting of ours.
                wire.greet();
                Self::sign_in(wire, login).await
            }
        }
    }

    /// Signs in on a stream that the server has not greeted on yet.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn greet(transport: Box<dyn Transport>, login: &Login) -> Result<Self, ConnectError> {
        Self::sign_in(Wire::new(transport, CONNECT_PATIENCE), login).await
    }

    async fn sign_in(wire: Wire, login: &Login) -> Result<Self, ConnectError> {
        let argument = |text| {
            Argument::new(text).map_err(|bad| ConnectError::Refused(format!("user name or password: {bad}")))
        };
        let user = argument(&login.user)?;
        let password = argument(login.password.expose_secret())?;
        let greeted = async_pop::new(wire.clone()).await;
        let mut driver = match greeted {
            Ok(driver) => driver,
            Err(error) => return Err(failed(&wire, &error, unavailable)),
        };
        wire.take_status();
        if let Err(error) = driver.login(user.as_str(), password.as_str()).await {
            return Err(failed(&wire, &error, refused));
        }
        wire.take_status();
        wire.set_patience(PATIENCE);
        let capabilities = capabilities(&wire).await?;
        Ok(Self { driver, wire, capabilities })
    }

    /// What the server says it can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// How much there is (`STAT`).
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn stat(&mut self) -> Result<DropListing, ConnectError> {
        let stat = self.driver().stat().await.map_err(|error| failed(&self.wire, &error, unavailable))?;
        let number = |text: &str| text.parse().unwrap_or(0);
        Ok(DropListing {
            messages: number(&stat.counter().as_str_lossy()),
            size: number(&stat.size().as_str_lossy()),
        })
    }

    /// What is there (`LIST` and `UIDL`), by number. A server without `UIDL` tells no unique-ids.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn listing(&mut self) -> Result<Vec<Listed>, ConnectError> {
        let mut listing = Listing::default();
        match listed(&self.wire, Command::List, |line| listing.push_size(line)).await? {
            status if status.ok => {}
            status => return Err(unavailable(status)),
        }
        let status = listed(&self.wire, Command::Uidl, |line| listing.push_unique_id(line)).await?;
        match status.code {
            // This is no "never heard of it": without the ids now, they would all look untold.
            Some(Code::SysTemp | Code::SysPerm) if !status.ok => Err(unavailable(status)),
            _ => Ok(listing.messages()),
        }
    }

    /// Commands that may be said before their answers are read (RFC 2449 §6.6).
    pub fn window(&self) -> usize {
        if self.capabilities.pipelining() { WINDOW } else { 1 }
    }

    /// Marks messages as deleted, all at once: [`Pop3Connection::window`] of them at most. They are deleted when the
    /// server agrees to [`Pop3Connection::quit`]. Tells, in their order, whether it agrees to each mark.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn delete(&mut self, messages: Vec<(u32, DeletePermit)>) -> Result<Vec<bool>, ConnectError> {
        let lines: String = messages.iter().map(|(number, _)| Command::Dele(*number).line()).collect();
        self.wire.send(lines.as_bytes()).await.map_err(|error| broken(&error))?;
        let mut agreed = Vec::with_capacity(messages.len());
        for _ in messages {
            let (status, _) = self.wire.status().await.map_err(|error| broken(&error))?;
            agreed.push(status.ok);
        }
        Ok(agreed)
    }

    /// Unmarks everything.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn reset(&mut self) -> Result<bool, ConnectError> {
        let unmarked = self.driver().rset().await;
        self.agreed(unmarked)
    }

    /// Keeps the connection alive.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn noop(&mut self) -> Result<bool, ConnectError> {
        let alive = self.driver().noop().await;
        self.agreed(alive)
    }

    /// Ends the session. Only if this tells `true` is anything deleted for certain.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn quit(mut self) -> Result<bool, ConnectError> {
        let ended = self.driver().quit().await;
        self.agreed(ended)
    }

    /// The driver, for its next command: no answer to one before is taken for the answer to that.
    fn driver(&mut self) -> &mut Driver {
        self.wire.take_status();
        &mut self.driver
    }

    /// Whether the server said `+OK`: the line itself counts, not what the driver makes of it.
    fn agreed<T>(&self, result: async_pop::error::Result<T>) -> Result<bool, ConnectError> {
        match (self.wire.take_status(), result) {
            (Some(status), _) => Ok(status.ok),
            (None, Err(error)) => Err(lost(&error)),
            (None, Ok(_)) => Err(ConnectError::NotMail("it ended a command without a status".to_owned())),
        }
    }
}

/// Says STLS on a fresh stream and gives it back, without anything that came before the handshake (RFC 2595 §4).
async fn start_tls(stream: Box<dyn Transport>) -> Result<Box<dyn Transport>, ConnectError> {
    let wire = Wire::new(stream, CONNECT_PATIENCE);
    let (greeting, _) = wire.status().await.map_err(|error| broken(&error))?;
    if !greeting.ok {
        return Err(unavailable(greeting));
    }
    wire.send(Command::Stls.line().as_bytes()).await.map_err(|error| broken(&error))?;
    let (answer, _) = wire.status().await.map_err(|error| broken(&error))?;
    match wire.into_transport() {
        Some(stream) if answer.ok => Ok(stream),
        _ => Err(ConnectError::TlsUnavailable),
    }
}

/// Asks what the server can do.
async fn capabilities(wire: &Wire) -> Result<Capabilities, ConnectError> {
    let mut capabilities = Capabilities::default();
    listed(wire, Command::Capa, |line| capabilities.push(line)).await?;
    Ok(capabilities)
}

/// Runs a command whose answer is lines, if its status is `+OK`.
async fn listed(wire: &Wire, command: Command, mut each: impl FnMut(&[u8])) -> Result<Status, ConnectError> {
    wire.send(command.line().as_bytes()).await.map_err(|error| broken(&error))?;
    let (status, bare) = wire.status().await.map_err(|error| broken(&error))?;
    if !status.ok {
        return Ok(status);
    }
    let (mut answer, mut lines, mut read) = (Multiline::new(bare), Lines::default(), 0);
    while !answer.is_done() {
        let taken = wire.read(|input| {
            let used = answer.push(input, |piece| lines.push(piece, &mut each));
            (used, used)
        });
        read += taken.await.map_err(|error| broken(&error))?;
        if read > MAX_LISTING {
            return Err(ConnectError::NotMail("its listing does not end".to_owned()));
        }
    }
    Ok(status)
}

/// Why the driver failed: by the server's own line, which `meaning` judges, or by the stream.
fn failed(wire: &Wire, error: &async_pop::error::Error, meaning: fn(Status) -> ConnectError) -> ConnectError {
    match wire.take_status() {
        Some(status) if !status.ok => meaning(status),
        Some(status) => ConnectError::NotMail(status.text),
        None => lost(error),
    }
}

/// What a refused sign-in means. Only what says so is worth another try (RFC 3206 §3).
pub(super) fn refused(status: Status) -> ConnectError {
    match status.code {
        Some(Code::InUse) => ConnectError::InUse(status.text),
        Some(Code::LoginDelay) => ConnectError::Delay(status.text),
        Some(Code::SysTemp | Code::SysPerm) => ConnectError::Unavailable(status.text),
        _ => ConnectError::Refused(status.text),
    }
}

/// What a refusal of anything else means.
fn unavailable(status: Status) -> ConnectError {
    match status.code {
        Some(Code::InUse) => ConnectError::InUse(status.text),
        Some(Code::LoginDelay) => ConnectError::Delay(status.text),
        _ => ConnectError::Unavailable(status.text),
    }
}

fn lost(error: &async_pop::error::Error) -> ConnectError {
    match error.kind() {
        async_pop::error::ErrorKind::Io(error) => broken(error),
        _ => ConnectError::NotMail("its answer is not POP3".to_owned()),
    }
}

/// A broken stream.
pub(super) fn broken(error: &io::Error) -> ConnectError {
    match error.kind() {
        io::ErrorKind::TimedOut => ConnectError::Timeout,
        io::ErrorKind::InvalidData => ConnectError::NotMail(error.to_string()),
        _ => ConnectError::Lost(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
