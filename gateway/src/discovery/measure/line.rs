//! The least of a line protocol: commands out, lines and text in, nothing held that a server could make large.

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// The longest line read, in bytes.
const MAX_LINE: usize = 16 * 1024;

/// What is read at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// The end of a text of POP3 (RFC 1939 §3).
const TERMINATOR: &[u8; 5] = b"\r\n.\r\n";

/// A conversation that goes no further.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The stream broke or ended.
    #[error("the connection broke")]
    Lost,
    /// What came is not the protocol.
    #[error("the answer is not one of a mail server")]
    NotMail,
    /// A value cannot be sent as it is: it has a line break, a NUL, or letters the command has no place for.
    #[error("a value cannot be sent to this server")]
    Unsendable,
    /// The server refused the command: its words.
    #[error("the mail server refused")]
    Refused(String),
    /// The server cannot do it now: its words.
    #[error("the mail server is not available")]
    Unavailable(String),
}

impl From<std::io::Error> for LineError {
    fn from(_: std::io::Error) -> Self {
        Self::Lost
    }
}

/// A stream of lines.
pub struct Line<S> {
    stream: BufReader<S>,
    received: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// Nothing is said or read yet.
    pub fn new(stream: S) -> Self {
        Self { stream: BufReader::with_capacity(BUFFER, stream), received: 0 }
    }

    /// The bytes read so far.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Sends one line.
    ///
    /// # Errors
    /// It would be more than one, or the stream broke.
    pub async fn send(&mut self, line: &str) -> Result<(), LineError> {
        if line.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(LineError::Unsendable);
        }
        self.stream.write_all(line.as_bytes()).await?;
        self.stream.write_all(b"\r\n").await?;
        Ok(self.stream.flush().await?)
    }

    /// Sends one line with a secret in it.
    ///
    /// # Errors
    /// As of [`Self::send`].
    pub async fn send_secret(&mut self, line: &SecretString) -> Result<(), LineError> {
        self.send(line.expose_secret()).await
    }

    /// Reads one line, without its end.
    ///
    /// # Errors
    /// It is too long, or the stream ended.
    pub async fn read(&mut self) -> Result<String, LineError> {
        let mut line = Vec::new();
        loop {
            let buffer = self.stream.fill_buf().await?;
            if buffer.is_empty() {
                return Err(LineError::Lost);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(buffer.len(), |end| end + 1);
            if line.len() + length > MAX_LINE {
                return Err(LineError::NotMail);
            }
            line.extend_from_slice(&buffer[..length]);
            self.consume(length);
            if end.is_some() {
                let line = String::from_utf8_lossy(&line);
                return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
            }
        }
    }

    /// Reads a number of bytes and keeps none of them.
    ///
    /// # Errors
    /// The stream ended.
    pub async fn skip(&mut self, mut left: u64) -> Result<(), LineError> {
        while left > 0 {
            let there = self.stream.fill_buf().await?.len();
            if there == 0 {
                return Err(LineError::Lost);
            }
            let length = there.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.consume(length);
            left -= length as u64;
        }
        Ok(())
    }

    /// Reads a text of POP3 to its end, or until `most` bytes of it have come: whether it ended. Keeps none of it.
    ///
    /// # Errors
    /// The stream ended.
    pub async fn skip_text(&mut self, most: u64) -> Result<bool, LineError> {
        let until = self.received.saturating_add(most);
        // The line before the text counts: an empty text is its end alone.
        let mut matched = 2;
        while self.received < until {
            let buffer = self.stream.fill_buf().await?;
            if buffer.is_empty() {
                return Err(LineError::Lost);
            }
            let mut length = 0;
            for byte in buffer {
                length += 1;
                // Of the terminator only its first byte can begin it anew.
                let goes_on = *byte == TERMINATOR[matched];
                matched = if goes_on { matched + 1 } else { usize::from(*byte == b'\r') };
                if matched == TERMINATOR.len() {
                    break;
                }
            }
            self.consume(length);
            if matched == TERMINATOR.len() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The bare stream, for the TLS handshake.
    ///
    /// # Errors
    /// Something came before the handshake: it could be anybody's (CVE-2011-0411).
    pub fn into_inner(self) -> Result<S, LineError> {
        if self.stream.buffer().is_empty() { Ok(self.stream.into_inner()) } else { Err(LineError::NotMail) }
    }

    fn consume(&mut self, length: usize) {
        self.stream.consume(length);
        self.received += length as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, DuplexStream};

    async fn given(bytes: &[u8]) -> (Line<DuplexStream>, DuplexStream) {
        let (ours, mut theirs) = tokio::io::duplex(1 << 20);
        theirs.write_all(bytes).await.unwrap();
        (Line::new(ours), theirs)
    }

    #[tokio::test]
    async fn values_cannot_add_commands() {
        let (mut line, mut theirs) = given(b"").await;
        for smuggled in ["NOOP\r\nX", "NOOP\n", "NO\0OP"] {
            assert!(matches!(line.send(smuggled).await, Err(LineError::Unsendable)), "{smuggled:?}");
        }
        line.send("NOOP").await.unwrap();
        drop(line);
        let mut heard = String::new();
        theirs.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "NOOP\r\n");
    }

    #[tokio::test]
    async fn a_text_ends_at_its_terminator_alone() {
        let text = b"a\r\n..b\r\n.c\r\n\r\r\n.\r\nnext\r\n";
        let (mut line, _theirs) = given(text).await;
        assert!(line.skip_text(1000).await.unwrap());
        assert_eq!(line.read().await.unwrap(), "next");
        let (mut line, _theirs) = given(b".\r\nnext\r\n").await;
        assert!(line.skip_text(1000).await.unwrap());
        assert_eq!(line.read().await.unwrap(), "next");
        let (mut line, _theirs) = given(&[b'x'; 5000]).await;
        assert!(!line.skip_text(1000).await.unwrap());
    }

    #[tokio::test]
    async fn long_lines_and_early_bytes_are_refused() {
        let (mut line, _theirs) = given(&[b'x'; 2 * MAX_LINE]).await;
        assert!(matches!(line.read().await, Err(LineError::NotMail)));
        let (mut line, _theirs) = given(b"a OK\r\ninjected\r\n").await;
        assert_eq!(line.read().await.unwrap(), "a OK");
        assert!(matches!(line.into_inner(), Err(LineError::NotMail)));
    }
}
