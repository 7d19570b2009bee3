//! The stream below the driver and us. Both ends are clones of one [`Wire`]: the driver gets one status line for a
//! command, made plain; multi-line answers we read ourselves. Silence and a stream that ends are errors.

use crate::{accounts::net::Transport, pop3::status::Status};
use bytes::{Buf, BytesMut};
use std::{
    fmt,
    io::{self, ErrorKind},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};
use tokio_util::io::poll_read_buf;

/// Longest status line, in bytes.
const MAX_STATUS: usize = 8 * 1024;

/// Read at a time, in bytes.
const READ: usize = 128 * 1024;

/// The stream. Clones share it.
#[derive(Clone)]
pub struct Wire {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    transport: Box<dyn Transport>,
    /// Read and not used yet.
    input: BytesMut,
    /// What the driver says, until its line ends.
    command: Vec<u8>,
    /// What the driver is told.
    told: BytesMut,
    /// The last status line the driver was told, as it was.
    status: Option<Status>,
    patience: Duration,
    /// Runs while something is awaited.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Wire {
    /// Over a stream whose other end may be silent for `patience`.
    pub fn new(transport: Box<dyn Transport>, patience: Duration) -> Self {
        let inner = Inner {
            transport,
            input: BytesMut::new(),
            command: Vec::new(),
            told: BytesMut::new(),
            status: None,
            patience,
            alarm: None,
        };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Changes how long the other end may be silent.
    pub fn set_patience(&self, patience: Duration) {
        self.lock().patience = patience;
    }

    /// The status line that the driver was told last.
    pub fn take_status(&self) -> Option<Status> {
        self.lock().status.take()
    }

    /// Tells the driver a greeting: the server's own was read before the stream was protected.
    pub fn greet(&self) {
        self.lock().told.extend_from_slice(b"+OK .\r\n");
    }

    /// Sends lines of ours.
    pub async fn send(&self, lines: &[u8]) -> io::Result<()> {
        let mut rest = lines;
        while !rest.is_empty() {
            let sent = std::future::poll_fn(|cx| self.lock().poll_send(cx, rest)).await?;
            rest = rest.get(sent..).unwrap_or_default();
        }
        std::future::poll_fn(|cx| self.lock().poll_flush(cx)).await
    }

    /// Reads a status line of an answer to us; whether it ends with LF alone comes with it.
    pub async fn status(&self) -> io::Result<(Status, bool)> {
        let (line, bare) = std::future::poll_fn(|cx| self.lock().poll_line(cx)).await?;
        let status = Status::parse(&line).ok_or_else(no_status)?;
        Ok((status, bare))
    }

    /// Waits until something was read, and lets `take` have it; `take` tells how much it used.
    pub async fn read<T>(&self, take: impl FnOnce(&[u8]) -> (usize, T)) -> io::Result<T> {
        std::future::poll_fn(|cx| {
            let mut inner = self.lock();
            if inner.input.is_empty() { inner.poll_fill(cx) } else { Poll::Ready(Ok(())) }
        })
        .await?;
        let mut inner = self.lock();
        let (used, told) = take(&inner.input);
        inner.input.advance(used);
        Ok(told)
    }

    /// The stream itself, if no clone is left; what was read and not used is thrown away.
    pub fn into_transport(self) -> Option<Box<dyn Transport>> {
        let inner = Arc::into_inner(self.inner)?;
        Some(inner.into_inner().unwrap_or_else(PoisonError::into_inner).transport)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Runs while a poll is pending; an error once it took too long.
    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let patience = self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(alarm.as_mut().poll(cx));
        alarm.as_mut().reset(Instant::now() + patience);
        Poll::Ready(ErrorKind::TimedOut.into())
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.transport).poll_write(cx, bytes) {
            Poll::Ready(sent) => {
                self.alarm = None;
                Poll::Ready(match sent {
                    Ok(0) => Err(ErrorKind::WriteZero.into()),
                    sent => sent,
                })
            }
            Poll::Pending => self.poll_alarm(cx).map(Err),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.transport).poll_flush(cx) {
            Poll::Ready(flushed) => {
                self.alarm = None;
                Poll::Ready(flushed)
            }
            Poll::Pending => self.poll_alarm(cx).map(Err),
        }
    }

    /// Reads more.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.input.reserve(READ);
        match poll_read_buf(Pin::new(&mut self.transport), cx, &mut self.input) {
            Poll::Ready(read) => {
                self.alarm = None;
                Poll::Ready(match read {
                    Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
                    read => read.map(drop),
                })
            }
            Poll::Pending => self.poll_alarm(cx).map(Err),
        }
    }

    /// A line without its line break, and whether that is LF alone.
    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Vec<u8>, bool)>> {
        loop {
            if let Some(end) = self.input.iter().take(MAX_STATUS).position(|&byte| byte == b'\n') {
                let line = self.input.split_to(end + 1);
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                return Poll::Ready(Ok(match line.strip_suffix(b"\r") {
                    Some(line) => (line.to_vec(), false),
                    None => (line.to_vec(), true),
                }));
            }
            if self.input.len() >= MAX_STATUS {
                return Poll::Ready(Err(no_status()));
            }
            ready!(self.poll_fill(cx))?;
        }
    }

    /// Puts a status line into words that the driver surely understands.
    fn tell(&mut self, status: Status) {
        let numbers = status.text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b' ');
        self.told.extend_from_slice(if status.ok { b"+OK " } else { b"-ERR " });
        // Only the answer to STAT is looked into.
        self.told.extend(numbers);
        self.told.extend_from_slice(b".\r\n");
        self.status = Some(status);
    }
}

fn no_status() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "an answer that is not POP3")
}

/// The driver's end.
impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, room: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.lock();
        if inner.told.is_empty() {
            let (line, _) = ready!(inner.poll_line(cx))?;
            inner.tell(Status::parse(&line).ok_or_else(no_status)?);
        }
        let now = inner.told.len().min(room.remaining());
        room.put_slice(&inner.told.split_to(now));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.lock().command.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.lock();
        // The driver asks this by itself and understands few of the answers: it gets one of ours.
        if inner.command.eq_ignore_ascii_case(b"CAPA\r\n") {
            inner.command.clear();
            inner.told.extend_from_slice(b"-ERR\r\n");
            return Poll::Ready(Ok(()));
        }
        while !inner.command.is_empty() {
            let command = std::mem::take(&mut inner.command);
            let sent = inner.poll_send(cx, &command);
            let used = if let Poll::Ready(Ok(sent)) = sent { sent } else { 0 };
            inner.command = command.get(used..).unwrap_or_default().to_vec();
            ready!(sent)?;
        }
        inner.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.lock().transport).poll_shutdown(cx)
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}
