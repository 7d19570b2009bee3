//! A real mail server of one's own: Dovecot in a folder of its own, on free ports, without root where it is not
//! root that runs it.

mod config;
pub mod maildir;

pub use config::Setup;

use crate::{
    error::{AtPath, Error, Result},
    imap,
    process::{self, Process},
    wait,
};
use config::{AUTH_SOCKET, Identity, LMTP_SOCKET};
use maildir::Maildir;
use std::{
    fs,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The password of every user, where a test does not choose another.
pub const PASSWORD: &str = "demo";

/// A running Dovecot.
#[derive(Debug)]
pub struct Dovecot {
    process: Process,
    folder: PathBuf,
    setup: Setup,
    identity: Identity,
    // Removed when the server has died with `process` above.
    _temporary: Option<TempDir>,
}

impl Dovecot {
    /// Starts a server in a temporary folder.
    pub async fn start(setup: Setup) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("postern-").tempdir()?;
        Self::start_in(temporary.path().to_owned(), setup, Some(temporary)).await
    }

    /// Starts a server that keeps its mail in `folder`.
    pub async fn start_at(folder: &Path, setup: Setup) -> Result<Self> {
        Self::start_in(folder.to_owned(), setup, None).await
    }

    async fn start_in(folder: PathBuf, setup: Setup, temporary: Option<TempDir>) -> Result<Self> {
        let identity = Identity::of_this_process()?;
        fs::create_dir_all(&folder).at(&folder)?;
        // Dovecot's unprivileged processes walk through it.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).at(&folder)?;
        let mail = folder.join("mail");
        fs::create_dir_all(&mail).at(&mail)?;
        identity.give(&mail)?;
        setup.write(&folder, &identity)?;
        let process = spawn(&folder)?;
        let mut dovecot = Self { process, folder, setup, identity, _temporary: temporary };
        dovecot.answers().await?;
        Ok(dovecot)
    }

    /// The IMAP port, on 127.0.0.1.
    pub fn imap_port(&self) -> u16 {
        self.setup.imap_port
    }

    /// The port for IMAP under TLS; the certificate is signed by nobody known.
    pub fn imaps_port(&self) -> u16 {
        self.setup.imaps_port
    }

    /// The POP3 port, on 127.0.0.1; STLS is offered.
    pub fn pop3_port(&self) -> u16 {
        self.setup.pop3_port
    }

    /// The port for POP3 under TLS.
    pub fn pop3s_port(&self) -> u16 {
        self.setup.pop3s_port
    }

    /// Its users, each by the address.
    pub fn users(&self) -> &[String] {
        &self.setup.users
    }

    /// The files of its certificate, which is signed by nobody known, and of the key.
    pub fn certificate(&self) -> (PathBuf, PathBuf) {
        (self.folder.join("cert.pem"), self.folder.join("key.pem"))
    }

    /// The socket where another server asks who somebody is (Dovecot's own protocol).
    pub fn auth_socket(&self) -> PathBuf {
        self.folder.join("run").join(AUTH_SOCKET)
    }

    /// The socket where another server brings mail (LMTP, RFC 2033).
    pub fn lmtp_socket(&self) -> PathBuf {
        self.folder.join("run").join(LMTP_SOCKET)
    }

    /// Delivers messages into a user's inbox, while the server knows of it.
    pub async fn deliver(&self, user: &str, messages: &[Vec<u8>]) -> Result<()> {
        let mut client = self.client(user).await?;
        for message in messages {
            client.append("INBOX", "", message).await?;
        }
        Ok(())
    }

    /// What lies in a user's inbox on disk, line ends as they are kept there.
    pub fn inbox(&self, user: &str) -> Result<Vec<Vec<u8>>> {
        maildir::read(&self.folder.join("mail").join(user))
    }

    /// What lies in another folder of a user on disk, likewise. Names are in UTF-8 with `/` between levels.
    pub fn messages(&self, user: &str, folder: &str) -> Result<Vec<Vec<u8>>> {
        maildir::read(&self.folder.join("mail").join(user).join(folder))
    }

    /// How many copies a user's inbox holds on disk.
    pub fn copies(&self, user: &str) -> Result<usize> {
        maildir::count(&self.folder.join("mail").join(user))
    }

    /// Gives every user another password, and waits until the server refuses `user` the old one: it looks at its
    /// file of users once a second.
    pub async fn change_password(&mut self, user: &str, password: &str) -> Result<()> {
        let old = std::mem::replace(&mut self.setup.password, password.to_owned());
        let file = self.folder.join("users");
        fs::write(&file, self.setup.users()).at(&file)?;
        let port = self.setup.imap_port;
        let look = async || Ok(imap::Client::sign_in(port, user, &old).await.is_err());
        wait::until("the old password to be refused", look, |refused| *refused).await?;
        Ok(())
    }

    /// A folder on disk, to put mail into directly. Names are in UTF-8 with `/` between levels.
    pub fn maildir(&self, user: &str, name: &str) -> Result<Maildir> {
        let mut path = self.folder.join("mail").join(user);
        if name != "INBOX" {
            path = path.join(name);
        }
        Maildir::create(path, &self.folder.join("mail"), self.identity)
    }

    /// Another mail client of `user`.
    pub async fn client(&self, user: &str) -> Result<imap::Client> {
        let signed_in = imap::Client::sign_in(self.setup.imap_port, user, &self.setup.password).await;
        signed_in.map_err(|error| self.explained(error))
    }

    /// A failure of a client, with what the server had to say in the meantime.
    pub fn explained(&self, error: Error) -> Error {
        Error::Explained { error: Box::new(error), log: self.process.log() }
    }

    /// Kills it at once, with every session it has.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) -> Result<()> {
        self.process = spawn(&self.folder)?;
        self.answers().await
    }

    /// Stops it in good order.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.stop().await
    }

    async fn answers(&mut self) -> Result<()> {
        let ports = [self.setup.imap_port, self.setup.pop3_port];
        let process = &mut self.process;
        wait::until(
            "Dovecot to answer",
            async || {
                process.check()?;
                Ok(ports.iter().all(|&port| TcpStream::connect(("127.0.0.1", port)).is_ok()))
            },
            |answers| *answers,
        )
        .await?;
        Ok(())
    }
}

fn spawn(folder: &Path) -> Result<Process> {
    // What a killed server left would keep a new one from starting.
    fs::remove_file(folder.join("run/master.pid")).ok();
    Process::spawn(&process::program("dovecot")?, &folder.join("dovecot.log"), |command| {
        command.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
    })
}
