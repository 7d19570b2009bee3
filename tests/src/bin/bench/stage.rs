//! What the measures are taken on: a mail server with a large folder, and gateways in front of it.

use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::Result,
    gateway::{Gateway, Settings},
    letters::Letters,
    session::Session,
    wire::Wire,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Whose inbox is large.
pub const READER: &str = "reader@bench.test";
/// Whose inbox is empty: what signs in first, so that the gateway is warm.
pub const VISITOR: &str = "visitor@bench.test";
/// How many messages the large inbox holds.
pub const MESSAGES: usize = 100_000;
/// How often a measure is taken on each side; the middle counts.
pub const ROUNDS: usize = 7;
/// The seed of the large inbox.
const SEED: u64 = 1;

/// A mail server, and the binary to put in front of it.
#[derive(Debug)]
pub struct Stage {
    /// The server that holds the large inbox.
    pub dovecot: Dovecot,
    binary: PathBuf,
}

/// A gateway with data of its own.
#[derive(Debug)]
pub struct House {
    /// The gateway.
    pub gateway: Gateway,
    // Removed when the gateway has died with `gateway` above.
    _data: TempDir,
}

impl Stage {
    /// Starts the mail server in `folder`, and fills it if that has not been done.
    pub async fn set(binary: PathBuf, folder: &Path) -> Result<Self> {
        let filled = folder.join(format!("filled-{MESSAGES}-{SEED}"));
        if !filled.exists() {
            fs::remove_dir_all(folder.join("mail")).ok();
        }
        let dovecot = Dovecot::start_at(folder, Setup::new(&[READER, VISITOR])).await?;
        if !filled.exists() {
            eprintln!("bench: making up {MESSAGES} messages in {}", folder.display());
            let mut inbox = dovecot.maildir(READER, "INBOX")?;
            for letter in Letters::new(SEED).take(MESSAGES) {
                inbox.put(letter.received, letter.marks, &letter.source)?;
            }
            know_dates(&dovecot).await?;
            fs::write(filled, "")?;
        }
        Ok(Self { dovecot, binary })
    }

    /// Starts a gateway in front of a mail server, with a data folder of its own.
    pub async fn gateway(&self, imap_port: u16) -> Result<House> {
        self.house(Settings::plain(imap_port)).await
    }

    /// Starts a gateway in front of a POP3 server, with an empty store.
    pub async fn pop3_gateway(&self, port: u16) -> Result<House> {
        self.house(Settings::pop3(port)).await
    }

    /// Starts a gateway between a mail server and one that takes mail.
    pub async fn writing_gateway(&self, imap_port: u16, smtp_port: u16) -> Result<House> {
        self.house(Settings::plain(imap_port).sending(smtp_port, "none")).await
    }

    async fn house(&self, settings: Settings) -> Result<House> {
        let data = tempfile::Builder::new().prefix("postern-bench-").tempdir()?;
        let settings = settings.line("rate_limit = { per_account = 10000, per_address = 10000 }");
        let gateway = Gateway::start_at(&self.binary, data.path(), settings, 0).await?;
        Ok(House { gateway, _data: data })
    }

    /// Stops the mail server in good order.
    pub async fn strike(&mut self) -> Result<()> {
        self.dovecot.stop().await
    }
}

impl House {
    /// Signs in and opens a socket.
    pub async fn enter(&self, user: &str) -> Result<(Session, Wire)> {
        let session = Session::start(&self.gateway, user).await?;
        let wire = session.socket().await?;
        Ok((session, wire))
    }

    /// Signs in by POP3 and opens a socket.
    pub async fn enter_pop3(&self, user: &str) -> Result<(Session, Wire)> {
        let session = Session::start_pop3(&self.gateway, user).await?;
        let wire = session.socket().await?;
        Ok((session, wire))
    }
}

/// Has the server index the folder, as one that has been in use for a while has.
async fn know_dates(dovecot: &Dovecot) -> Result<()> {
    let mut client = dovecot.client(READER).await?;
    client.select("INBOX").await?;
    client.ok("UID SORT (DATE) UTF-8 ALL").await.map(drop)
}
