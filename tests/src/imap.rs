//! Another mail client on the same account: a few lines of IMAP, spoken directly. It is deliberately not the
//! gateway's engine, so that the two do not share a mistake.

use crate::error::{Error, Result};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A signed-in connection.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    tag: u32,
}

/// What the server said to one command.
#[derive(Debug)]
pub struct Answer {
    /// Its untagged lines, with literals where they stood.
    pub lines: Vec<String>,
    /// The tagged line without its tag, such as `OK [READ-WRITE] Select completed`.
    pub status: String,
}

impl Client {
    /// Connects without TLS and signs in.
    pub async fn sign_in(port: u16, user: &str, password: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let stream = BufReader::new(stream);
        let mut client = Self { stream, tag: 0 };
        client.line().await?;
        client.ok(&format!("LOGIN {user} {password}")).await?;
        Ok(client)
    }

    /// Says one command and returns the answer, which must be OK.
    pub async fn ok(&mut self, command: &str) -> Result<Answer> {
        let answer = self.say(command).await?;
        if answer.status.starts_with("OK") {
            return Ok(answer);
        }
        Err(Error::Imap { command: command.to_owned(), answer: answer.status })
    }

    /// Says one command and returns the answer, whatever it is.
    pub async fn say(&mut self, command: &str) -> Result<Answer> {
        let tag = self.send(command).await?;
        self.finish(&tag).await
    }

    /// Appends a message with flags such as `\Seen \Deleted`.
    pub async fn append(&mut self, mailbox: &str, flags: &str, message: &[u8]) -> Result<()> {
        let command = format!("APPEND {} ({flags}) {{{}}}", quoted(mailbox), message.len());
        let tag = self.send(&command).await?;
        loop {
            let line = self.line().await?;
            if line.starts_with('+') {
                break;
            }
            if let Some(status) = line.strip_prefix(&tag) {
                return Err(Error::Imap { command, answer: status.trim().to_owned() });
            }
        }
        self.stream.get_mut().write_all(message).await?;
        self.stream.get_mut().write_all(b"\r\n").await?;
        let answer = self.finish(&tag).await?;
        if answer.status.starts_with("OK") {
            return Ok(());
        }
        Err(Error::Imap { command, answer: answer.status })
    }

    /// Opens a mailbox.
    pub async fn select(&mut self, mailbox: &str) -> Result<()> {
        self.ok(&format!("SELECT {}", quoted(mailbox))).await.map(drop)
    }

    /// The UIDs in the open mailbox that match an IMAP search, ascending.
    pub async fn search(&mut self, criteria: &str) -> Result<Vec<u32>> {
        // What others removed stays visible to a session until it asks (RFC 9051 §7.5.1).
        self.ok("NOOP").await?;
        let answer = self.ok(&format!("UID SEARCH {criteria}")).await?;
        let mut uids: Vec<u32> = answer
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix("* SEARCH"))
            .flat_map(|numbers| numbers.split_ascii_whitespace().filter_map(|number| number.parse().ok()))
            .collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// The names of all mailboxes, as the server spells them.
    pub async fn mailboxes(&mut self) -> Result<Vec<String>> {
        let answer = self.ok("LIST \"\" *").await?;
        let names = answer.lines.iter().filter(|line| line.starts_with("* LIST"));
        Ok(names.filter_map(|line| Some(line.split_once("\"/\" ")?.1.trim_matches('"').to_owned())).collect())
    }

    async fn send(&mut self, command: &str) -> Result<String> {
        self.tag += 1;
        let tag = format!("t{} ", self.tag);
        self.stream.get_mut().write_all(format!("{tag}{command}\r\n").as_bytes()).await?;
        Ok(tag)
    }

    async fn finish(&mut self, tag: &str) -> Result<Answer> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await?;
            if let Some(status) = line.strip_prefix(tag) {
                return Ok(Answer { lines, status: status.to_owned() });
            }
            lines.push(line);
        }
    }

    /// One response line; literals in it are taken in as they stand.
    async fn line(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        loop {
            if self.stream.read_until(b'\n', &mut bytes).await? == 0 {
                return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
            }
            let Some(size) = literal_size(&bytes) else { break };
            let start = bytes.len();
            bytes.resize(start + size, 0);
            self.stream.read_exact(&mut bytes[start..]).await?;
        }
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }
}

/// A mailbox name as an IMAP quoted string. The name is to be given as the server spells it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The size of the literal a line announces at its end.
pub(crate) fn literal_size(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\r\n")?.strip_suffix(b"}")?;
    let open = line.iter().rposition(|&byte| byte == b'{')?;
    std::str::from_utf8(&line[open + 1..]).ok()?.trim_end_matches('+').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::literal_size;

    #[test]
    fn a_literal_is_announced_at_the_end_of_a_line() {
        assert_eq!(literal_size(b"* 1 FETCH (BODY[] {12}\r\n"), Some(12));
        assert_eq!(literal_size(b"t1 APPEND INBOX {7+}\r\n"), Some(7));
        assert_eq!(literal_size(b"* OK {12} bytes\r\n"), None);
    }
}
