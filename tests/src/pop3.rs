//! Another mail program that speaks POP3, with lines read as they come. It is deliberately not the gateway's engine, so
//! that the two do not share a mistake.

use crate::error::{Error, Result};
use std::fmt::Write;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A signed-in connection without TLS.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    /// Connects and signs in.
    pub async fn sign_in(port: u16, user: &str, password: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream: BufReader::with_capacity(256 * 1024, stream) };
        client.good("the greeting").await?;
        client.ok(&format!("USER {user}")).await?;
        client.ok(&format!("PASS {password}")).await?;
        Ok(client)
    }

    /// Says one command that is answered by one line, which has to be a good one.
    pub async fn ok(&mut self, command: &str) -> Result<String> {
        self.send(&format!("{command}\r\n")).await?;
        self.good(command).await
    }

    /// Says one command that is answered by several lines.
    pub async fn lines(&mut self, command: &str) -> Result<Vec<String>> {
        self.ok(command).await?;
        let text = String::from_utf8_lossy(&self.body().await?).into_owned();
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Reads a message.
    pub async fn message(&mut self, number: u32) -> Result<Vec<u8>> {
        self.ok(&format!("RETR {number}")).await?;
        self.body().await
    }

    /// How many messages there are.
    pub async fn count(&mut self) -> Result<u32> {
        let answer = self.ok("STAT").await?;
        let count = answer.split(' ').nth(1).and_then(|count| count.parse().ok());
        count.ok_or_else(|| Error::Unexpected { what: "STAT".to_owned(), got: answer })
    }

    /// Reads messages `1..=count` and throws them away, with so many commands under way at once; how many bytes came.
    pub async fn discard(&mut self, count: u32, at_once: u32) -> Result<u64> {
        let (mut asked, mut bytes) = (0, 0);
        for got in 0..count {
            // A half-empty pipe is filled in one go.
            if asked - got <= at_once / 2 {
                let until = count.min(got + at_once.max(1));
                let commands = (asked + 1..=until).fold(String::new(), |mut text, number| {
                    write!(text, "RETR {number}\r\n").ok();
                    text
                });
                self.send(&commands).await?;
                asked = until;
            }
            self.good("RETR").await?;
            bytes += self.skip_body().await?;
        }
        Ok(bytes)
    }

    async fn send(&mut self, text: &str) -> Result<()> {
        Ok(self.stream.get_mut().write_all(text.as_bytes()).await?)
    }

    async fn good(&mut self, what: &str) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        }
        let line = line.trim_end().to_owned();
        if line.starts_with("+OK") {
            return Ok(line);
        }
        Err(Error::Unexpected { what: what.to_owned(), got: line })
    }

    /// The lines up to the one that is a single dot, without the dots that were put before others.
    async fn body(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let start = body.len();
            self.line(&mut body).await?;
            if &body[start..] == b".\r\n" {
                body.truncate(start);
                return Ok(body);
            }
            if body[start..].starts_with(b".") {
                body.remove(start);
            }
        }
    }

    async fn skip_body(&mut self) -> Result<u64> {
        let (mut line, mut bytes) = (Vec::new(), 0);
        loop {
            line.clear();
            self.line(&mut line).await?;
            if line == b".\r\n" {
                return Ok(bytes);
            }
            bytes += line.len() as u64;
        }
    }

    async fn line(&mut self, line: &mut Vec<u8>) -> Result<()> {
        if self.stream.read_until(b'\n', line).await? == 0 {
            return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
        }
        Ok(())
    }
}
