//! The stream between the driver and the server. The driver (async-pop) is given single status lines, and only those
//! it reads right; answers of many lines are read here, as they come.

use crate::{
    accounts::{
        login::ConnectError,
        net::connect::{Transport, stream_error},
    },
    pop3::{body::BodyReader, status::Status},
};
use bytes::BytesMut;
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::timeout,
};

/// How long a server may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest status line taken, in bytes (RFC 2449 §4 allows 512).
const LONGEST_LINE: usize = 8 * 1024;

/// The longest answer to CAPA, LIST or UIDL taken, in bytes.
const LONGEST_LISTING: usize = 256 * 1024 * 1024;

/// Read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// The driver asks for this by itself, and may lose its place over what servers answer: it is told that there is none.
const KEPT_FROM_SERVER: &[u8] = b"CAPA\r\n";

/// What the driver is told of a good status.
const GOOD: &[u8] = b"+OK good\r\n";

/// What it is told of any other.
const BAD: &[u8] = b"-ERR bad\r\n";

/// Shared by the driver and the connection; one of them speaks at a time.
#[derive(Debug)]
pub struct Tap<T = Box<dyn Transport>>(Arc<Mutex<Wire<T>>>);

#[derive(Debug)]
struct Wire<T> {
    transport: T,
    input: BytesMut,
    /// What the driver wrote and has not flushed.
    said: Vec<u8>,
    /// What the driver has not read yet.
    told: BytesMut,
    /// The last status the driver was told.
    status: Option<Status>,
}

impl<T> Clone for Tap<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Transport> Tap<T> {
    /// A tap on a stream.
    pub fn new(transport: T) -> Self {
        let wire =
            Wire { transport, input: BytesMut::new(), said: Vec::new(), told: BytesMut::new(), status: None };
        Self(Arc::new(Mutex::new(wire)))
    }

    /// The last status the driver was told, as the server said it.
    pub fn status(&self) -> Option<Status> {
        self.wire().status.clone()
    }

    /// Sends commands of ours.
    pub async fn send(&self, commands: &[u8]) -> Result<(), ConnectError> {
        let sending = async {
            let mut raw = Raw(self);
            raw.write_all(commands).await?;
            raw.flush().await
        };
        timeout(PATIENCE, sending)
            .await
            .map_err(|_| ConnectError::Timeout)?
            .map_err(|error| stream_error(&error))
    }

    /// Reads the next status line.
    pub async fn read_status(&self) -> Result<Status, ConnectError> {
        loop {
            let line = self.wire().next_line().map_err(|error| stream_error(&error))?;
            match line {
                Some(line) => return parse(&line),
                None => self.read_more().await?,
            }
        }
    }

    /// Reads what is there of a message, up to its end, into `out`; at least something.
    pub async fn read_body(&self, reader: &mut BodyReader, out: &mut Vec<u8>) -> Result<(), ConnectError> {
        if self.wire().input.is_empty() {
            self.read_more().await?;
        }
        let mut wire = self.wire();
        let used = reader.read(&wire.input, out);
        let _ = wire.input.split_to(used);
        Ok(())
    }

    /// Reads an answer of many lines; they are in it without their line ends.
    pub async fn read_lines(&self) -> Result<Vec<Vec<u8>>, ConnectError> {
        let (mut reader, mut out) = (BodyReader::default(), Vec::new());
        while !reader.is_complete() {
            self.read_body(&mut reader, &mut out).await?;
            if out.len() > LONGEST_LISTING {
                return Err(ConnectError::NotMail("its answer has no end".to_owned()));
            }
        }
        let lines = out.split(|byte| *byte == b'\n').map(|line| line.trim_ascii_end().to_vec());
        Ok(lines.filter(|line| !line.is_empty()).collect())
    }

    /// Tells the driver of a greeting that was read before it was there.
    pub fn greet(&self) {
        self.wire().told.extend_from_slice(GOOD);
    }

    /// The bare stream, and nothing of what was read from it; absent while the driver has the other end.
    pub fn into_transport(self) -> Option<T> {
        let wire = Arc::try_unwrap(self.0).ok()?;
        Some(wire.into_inner().unwrap_or_else(PoisonError::into_inner).transport)
    }

    async fn read_more(&self) -> Result<(), ConnectError> {
        let mut chunk = vec![0; CHUNK];
        let read = timeout(PATIENCE, Raw(self).read(&mut chunk)).await.map_err(|_| ConnectError::Timeout)?;
        match read.map_err(|error| stream_error(&error))? {
            0 => Err(stream_error(&ended())),
            length => {
                self.wire().input.extend_from_slice(&chunk[..length]);
                Ok(())
            }
        }
    }

    fn wire(&self) -> MutexGuard<'_, Wire<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Wire<T> {
    /// Takes the next line out of what was read, without its line end.
    fn next_line(&mut self) -> io::Result<Option<BytesMut>> {
        match self.input.iter().position(|byte| *byte == b'\n') {
            Some(end) => Ok(Some(self.input.split_to(end + 1))),
            None if self.input.len() > LONGEST_LINE => Err(io::Error::other("a line has no end")),
            None => Ok(None),
        }
    }

    /// Notes a status and tells the driver what it takes from it: whether it is good.
    fn tell(&mut self, line: &[u8]) -> io::Result<()> {
        let status = Status::parse(line)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "its answer is not POP3"))?;
        self.told.extend_from_slice(if status.ok { GOOD } else { BAD });
        self.status = Some(status);
        Ok(())
    }
}

/// The driver reads one status line after the other.
impl<T: Transport> AsyncRead for Tap<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        while wire.told.is_empty() {
            if let Some(line) = wire.next_line()? {
                wire.tell(&line)?;
                continue;
            }
            let mut chunk = [0; 4096];
            let mut read = ReadBuf::new(&mut chunk);
            std::task::ready!(Pin::new(&mut wire.transport).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                // The driver would ask again and again.
                return Poll::Ready(Err(ended()));
            }
            wire.input.extend_from_slice(read.filled());
        }
        let length = wire.told.len().min(out.remaining());
        out.put_slice(&wire.told.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl<T: Transport> AsyncWrite for Tap<T> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, said: &[u8]) -> Poll<io::Result<usize>> {
        self.wire().said.extend_from_slice(said);
        Poll::Ready(Ok(said.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        if wire.said == KEPT_FROM_SERVER {
            wire.said.clear();
            wire.told.extend_from_slice(BAD);
            return Poll::Ready(Ok(()));
        }
        while !wire.said.is_empty() {
            let Wire { transport, said, .. } = &mut *wire;
            let written = std::task::ready!(Pin::new(transport).poll_write(context, said))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            said.drain(..written);
        }
        Pin::new(&mut wire.transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire().transport).poll_shutdown(context)
    }
}

/// The transport itself, for what is ours to read and write.
struct Raw<'a, T>(&'a Tap<T>);

impl<T: Transport> AsyncRead for Raw<'_, T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.wire().transport).poll_read(context, out)
    }
}

impl<T: Transport> AsyncWrite for Raw<'_, T> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, said: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0.wire().transport).poll_write(context, said)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.wire().transport).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0.wire().transport).poll_shutdown(context)
    }
}

fn parse(line: &[u8]) -> Result<Status, ConnectError> {
    Status::parse(line).ok_or_else(|| ConnectError::NotMail("its answer is not POP3".to_owned()))
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the mail server hung up")
}
