//! Another mail program that hands mail over, command by command. It is deliberately not the gateway's engine, so that the
//! two do not share a mistake.

use crate::{
    error::{Error, Result},
    wait,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

/// A connection without TLS.
#[derive(Debug)]
pub struct Client(BufReader<TcpStream>);

impl Client {
    /// Connects. The greeting is still to be read.
    pub async fn connect(port: u16) -> Result<Self> {
        Ok(Self(BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?)))
    }

    /// Connects and signs in.
    pub async fn sign_in(port: u16, user: &str, password: &str) -> Result<Self> {
        let mut client = Self::connect(port).await?;
        client.reply().await;
        client.expect("250", "EHLO [127.0.0.1]\r\n").await?;
        let plain = BASE64_STANDARD.encode(format!("\0{user}\0{password}"));
        client.expect("235", &format!("AUTH PLAIN {plain}\r\n")).await?;
        Ok(client)
    }

    /// The next reply, all its lines but the last line's end; what there is of it where the connection is over.
    pub async fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let start = reply.len();
            let read = timeout(wait::DEADLINE, self.0.read_line(&mut reply)).await;
            let is_over = !matches!(read, Ok(Ok(1..)));
            if is_over || reply.as_bytes().get(start + 3) != Some(&b'-') {
                return reply.trim_end().to_owned();
            }
        }
    }

    /// Sends bytes, and waits for nothing. A connection that is over takes none.
    pub async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.ok();
    }

    /// Sends bytes and waits for a reply.
    pub async fn say(&mut self, text: &str) -> String {
        self.send(text).await;
        self.reply().await
    }

    /// Sends bytes and waits for a reply that begins like that.
    pub async fn expect(&mut self, beginning: &str, text: &str) -> Result<String> {
        let reply = self.say(text).await;
        if reply.starts_with(beginning) {
            Ok(reply)
        } else {
            Err(Error::Unexpected { what: text.to_owned(), got: reply })
        }
    }
}
