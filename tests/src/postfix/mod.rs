//! A real server to send mail by: Postfix in a folder of its own, on free ports of 127.0.0.1. It lets in whom a
//! [`Dovecot`] knows and brings mail to that one's users; nothing ever leaves the machine.

mod config;
mod fakeroot;

pub use config::Setup;

use crate::{
    dovecot::Dovecot,
    error::{AtPath, Error, Result},
    process::{self, Process},
    wait,
};
use fakeroot::Fakeroot;
use rustix::process::getuid;
use std::{
    fs,
    net::{SocketAddr, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// So often it is started at other ports, where one was taken meanwhile.
const PORTS_TRIED: usize = 3;

/// On this machine a connection is made at once, or somebody else listens and does not take it.
const CONNECTED_AFTER: Duration = Duration::from_millis(200);

/// A running Postfix.
#[derive(Debug)]
pub struct Postfix {
    process: Process,
    folder: PathBuf,
    setup: Setup,
    /// Where we are not root.
    fakeroot: Option<Fakeroot>,
    // Removed when the server has died with `process` above.
    _temporary: Option<TempDir>,
}

impl Postfix {
    /// Starts a server in a temporary folder, in front of `dovecot`.
    pub async fn start(dovecot: &Dovecot, setup: Setup) -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("postern-").tempdir()?;
        Self::start_in(temporary.path().to_owned(), dovecot, setup, Some(temporary)).await
    }

    /// Starts a server that keeps its queue in `folder`.
    pub async fn start_at(folder: &Path, dovecot: &Dovecot, setup: Setup) -> Result<Self> {
        Self::start_in(folder.to_owned(), dovecot, setup, None).await
    }

    async fn start_in(
        folder: PathBuf,
        dovecot: &Dovecot,
        setup: Setup,
        temporary: Option<TempDir>,
    ) -> Result<Self> {
        fs::create_dir_all(&folder).at(&folder)?;
        // Its unprivileged processes walk through it.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).at(&folder)?;
        let fakeroot = if getuid().is_root() {
            None
        } else {
            Some(Fakeroot::start(&folder.join("fakeroot.log")).await?)
        };
        setup.write(&folder, dovecot)?;
        let process = spawn(&folder, fakeroot.as_ref())?;
        let mut postfix = Self { process, folder, setup, fakeroot, _temporary: temporary };
        // It says nowhere that a port is taken; it just ends.
        for _ in 0..PORTS_TRIED {
            match (postfix.answers().await, postfix.setup.at_other_ports()) {
                (Err(Error::Ended { .. }), Some(other)) => postfix.setup = other,
                (answers, _) => return answers.map(|()| postfix),
            }
            postfix.setup.write(&postfix.folder, dovecot)?;
            postfix.process = spawn(&postfix.folder, postfix.fakeroot.as_ref())?;
        }
        postfix.answers().await?;
        Ok(postfix)
    }

    /// The port for submission, on 127.0.0.1; STARTTLS is offered, not demanded.
    pub fn port(&self) -> u16 {
        self.setup.port
    }

    /// The port for submission under TLS; the certificate is the Dovecot's.
    pub fn tls_port(&self) -> u16 {
        self.setup.tls_port
    }

    /// What it logged.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Kills it at once, with all its connections. Its queue stays.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) -> Result<()> {
        // What was killed may hold its ports for a moment.
        self.is_silent().await?;
        self.process = spawn(&self.folder, self.fakeroot.as_ref())?;
        self.answers().await
    }

    /// Stops it in good order, and waits until nothing of it listens.
    pub async fn stop(&mut self) -> Result<()> {
        self.process.stop().await?;
        self.is_silent().await
    }

    async fn is_silent(&self) -> Result<()> {
        let ports = [self.setup.port, self.setup.tls_port];
        let listens = async || Ok(ports.iter().any(|&port| listens(port)));
        wait::until("Postfix to end", listens, |listens| !*listens).await?;
        Ok(())
    }

    async fn answers(&mut self) -> Result<()> {
        let ports = [self.setup.port, self.setup.tls_port];
        let process = &mut self.process;
        wait::until(
            "Postfix to answer",
            async || {
                process.check()?;
                Ok(ports.iter().all(|&port| listens(port)))
            },
            |answers| *answers,
        )
        .await?;
        Ok(())
    }
}

fn listens(port: u16) -> bool {
    TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), CONNECTED_AFTER).is_ok()
}

/// Ends what it starts when it is told to. The kernel tells it when we die; it would not tell the master process, which
/// changes users.
const KEEPER: &str = r#"trap 'trap "" TERM; kill 0; wait; exit' TERM; "$@" & wait"#;

/// Its master process, in our process group: with it everything ends.
fn spawn(folder: &Path, fakeroot: Option<&Fakeroot>) -> Result<Process> {
    let master = config::daemons()?.join("master");
    Process::spawn(&process::program("sh")?, &folder.join("postfix.log"), |command| {
        command.args(["-c", KEEPER, "postfix"]).arg(master).arg("-d").arg("-c").arg(folder.join("config"));
        command.envs(fakeroot.into_iter().flat_map(Fakeroot::environment));
    })
}

#[cfg(test)]
mod tests;
