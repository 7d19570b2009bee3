//! The stream below a session: lines go out, replies come in. Silence and a stream that ends are errors.

use crate::{
    accounts::{login::ConnectError, net::Transport},
    smtp::reply::{Gathering, Reply},
};
use bytes::{Buf, BytesMut};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

/// The longest line of a reply, in bytes. RFC 5321 §4.5.3.1.5 has 512, which not every server keeps to.
const MAX_LINE: usize = 16 * 1024;

/// Read at a time, in bytes.
const READ: usize = 4 * 1024;

/// A stream to a server.
#[derive(Debug)]
pub(super) struct Wire {
    transport: Box<dyn Transport>,
    /// Read and not used yet.
    input: BytesMut,
}

impl Wire {
    pub fn new(transport: Box<dyn Transport>) -> Self {
        Self { transport, input: BytesMut::new() }
    }

    /// Sends bytes; the other end may take `patience` to take them.
    pub async fn send(&mut self, bytes: &[u8], patience: Duration) -> Result<(), ConnectError> {
        let sending = async {
            self.transport.write_all(bytes).await?;
            self.transport.flush().await
        };
        within(patience, sending).await
    }

    /// The next reply, whole.
    pub async fn reply(&mut self, patience: Duration) -> Result<Reply, ConnectError> {
        let mut gathering = Gathering::default();
        loop {
            let line = within(patience, self.line()).await?;
            let gathered = gathering.push(&line);
            match gathered.map_err(|error| ConnectError::NotMail(error.to_string()))? {
                Some(reply) => return Ok(reply),
                None => continue,
            }
        }
    }

    /// Sends a line and waits for its reply.
    pub async fn ask(&mut self, line: &str, patience: Duration) -> Result<Reply, ConnectError> {
        self.send(line.as_bytes(), patience).await?;
        self.reply(patience).await
    }

    /// The stream itself; what was read and not used is thrown away (RFC 3207 §4.2).
    pub fn into_transport(self) -> Box<dyn Transport> {
        self.transport
    }

    async fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut looked = 0;
        loop {
            let unseen = self.input.get(looked..).unwrap_or_default();
            if let Some(at) = unseen.iter().position(|byte| *byte == b'\n') {
                let line = self.input.split_to(looked + at);
                self.input.advance(1);
                return Ok(line.strip_suffix(b"\r").unwrap_or(&line).to_vec());
            }
            looked = self.input.len();
            if looked > MAX_LINE {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its answer does not end"));
            }
            self.input.reserve(READ);
            if self.transport.read_buf(&mut self.input).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

async fn within<T>(
    patience: Duration,
    doing: impl Future<Output = io::Result<T>>,
) -> Result<T, ConnectError> {
    match timeout(patience, doing).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(ConnectError::Lost(error.to_string())),
        Err(_) => Err(ConnectError::Timeout),
    }
}
