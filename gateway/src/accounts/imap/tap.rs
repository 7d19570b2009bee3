//! The stream below async-imap. It takes every response off the wire itself, keeps what is untagged and the tagged
//! status for the connection's owner, and passes on only what async-imap waits for, in a form its parser is sure to
//! read. So no response of a server can end a session, and no answer is lost in a library's queue.

use crate::imap::{
    frame::{Frame, Framer},
    parse,
    response::{StatusKind, StatusResponse, Untagged},
};
use bytes::{Buf, BytesMut};
use std::{
    fmt,
    future::Future,
    io::{Error, ErrorKind, Result},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// Octets read at once.
const CHUNK: usize = 8 * 1024;
/// Passed on once for any number of untagged responses, so that async-imap wakes its caller.
const WAKE: &[u8] = b"* OK .\r\n";
/// Untagged responses that may wait while nobody takes them: during sign-in only.
const MAX_WAITING: usize = 10_000;

/// What was taken off the wire since the last look.
#[derive(Debug, Default)]
pub struct Taken {
    /// Untagged responses, in order.
    pub untagged: Vec<Untagged>,
    /// The server asks for more (`+`).
    pub go_ahead: bool,
    /// The tagged status that ended a command: tag and status.
    pub tagged: Option<(String, StatusResponse)>,
}

/// See the [module](self).
pub struct Tap<S> {
    stream: S,
    framer: Framer,
    /// Responses in the safe form, for async-imap.
    passed: BytesMut,
    taken: Taken,
    /// The text of a `BYE`: why the stream is about to end.
    bye: Option<String>,
    /// Octets of the server so far.
    received: u64,
    wakes: bool,
    patience: Pin<Box<Sleep>>,
    patient_for: Duration,
}

impl<S> Tap<S> {
    /// A tap that waits `patience` for the server's next octet or for it to take ours, at most.
    pub fn new(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            framer: Framer::default(),
            passed: BytesMut::new(),
            taken: Taken::default(),
            bye: None,
            received: 0,
            wakes: false,
            patience: Box::pin(tokio::time::sleep(patience)),
            patient_for: patience,
        }
    }

    /// Wakes async-imap's caller for untagged responses too, or not: its sign-in does not bear them.
    pub fn wake_for_untagged(&mut self, wakes: bool) {
        self.wakes = wakes;
    }

    /// Changes how long the server may be silent, from now on.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patient_for = patience;
        self.reset_patience();
    }

    /// What came since the last call.
    pub fn take(&mut self) -> Taken {
        std::mem::take(&mut self.taken)
    }

    /// The text of the server's `BYE`.
    pub fn bye(&self) -> Option<&str> {
        self.bye.as_deref()
    }

    /// Octets the server sent so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The stream below. What was read from it and not used is forgotten, as STARTTLS requires (RFC 9051 §11.1).
    pub fn into_inner(self) -> S {
        self.stream
    }

    fn reset_patience(&mut self) {
        let deadline = Instant::now() + self.patient_for;
        self.patience.as_mut().reset(deadline);
    }

    /// Frames what was read, up to a tagged line.
    fn sort_responses(&mut self) -> Result<()> {
        let invalid = |error| Error::new(ErrorKind::InvalidData, error);
        while let Some(frame) = self.framer.next_frame().map_err(invalid)? {
            match frame {
                Frame::Untagged(response) => self.keep(parse::untagged(&response))?,
                Frame::Continuation(_) => {
                    self.taken.go_ahead = true;
                    self.passed.extend_from_slice(b"+ \r\n");
                    return Ok(());
                }
                Frame::Other(line) => match parse::tagged(&line) {
                    Some((tag, status)) => {
                        self.end_command(tag, status);
                        return Ok(());
                    }
                    None => self.keep(Untagged::Unknown(String::new()))?,
                },
            }
        }
        if self.wakes && !self.taken.untagged.is_empty() {
            self.passed.extend_from_slice(WAKE);
        }
        Ok(())
    }

    fn keep(&mut self, response: Untagged) -> Result<()> {
        if let Untagged::Status(status) = &response
            && status.kind == StatusKind::Bye
        {
            self.bye = Some(status.text.clone());
        }
        if !self.wakes && self.taken.untagged.len() >= MAX_WAITING {
            return Err(Error::new(ErrorKind::InvalidData, "too many responses before the sign-in"));
        }
        self.taken.untagged.push(response);
        Ok(())
    }

    fn end_command(&mut self, tag: String, status: StatusResponse) {
        let word = match status.kind {
            StatusKind::Ok => "OK",
            StatusKind::No => "NO",
            StatusKind::Bad | StatusKind::Bye | StatusKind::PreAuth => "BAD",
        };
        self.passed.extend_from_slice(format!("{tag} {word} .\r\n").as_bytes());
        self.taken.tagged = Some((tag, status));
    }

    /// Fails once the server was silent for too long.
    fn poll_patience<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        ready!(self.patience.as_mut().poll(cx));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> Tap<S> {
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut chunk = [0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
            Poll::Pending => self.poll_patience(cx),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => Poll::Ready(Err(Error::new(
                ErrorKind::UnexpectedEof,
                "the mail server closed the connection",
            ))),
            Poll::Ready(Ok(())) => {
                self.received += buffer.filled().len() as u64;
                self.framer.push(buffer.filled());
                self.reset_patience();
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let tap = &mut *self;
        loop {
            if !tap.passed.is_empty() {
                let length = tap.passed.len().min(out.remaining());
                out.put_slice(&tap.passed[..length]);
                tap.passed.advance(length);
                return Poll::Ready(Ok(()));
            }
            tap.sort_responses()?;
            if tap.passed.is_empty() {
                ready!(tap.poll_fill(cx))?;
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, octets) {
            Poll::Pending => self.poll_patience(cx),
            Poll::Ready(written) => {
                self.reset_patience();
                Poll::Ready(written)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.poll_patience(cx),
            Poll::Ready(flushed) => Poll::Ready(flushed),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> fmt::Debug for Tap<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("received", &self.received).finish_non_exhaustive()
    }
}
