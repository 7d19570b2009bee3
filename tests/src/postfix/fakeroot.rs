//! Postfix wants to be started by root, and to change users, if only to become the one we are. Where root does not
//! start it, it is made to believe: by fakeroot, whose parts are started here one by one, so that they end with us.

use crate::{
    error::{Error, Result},
    process::{self, Process, free_port},
    wait,
};
use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
};

const LIBRARY: &str = "libfakeroot-tcp.so";

/// What the fake's processes need in their environment. Postfix has to be told to leave it there.
pub(super) const VARIABLES: [&str; 3] = ["LD_PRELOAD", "LD_LIBRARY_PATH", "FAKEROOTKEY"];

/// What remembers who owns what.
#[derive(Debug)]
pub(super) struct Fakeroot {
    _process: Process,
    environment: [(&'static str, String); 3],
}

impl Fakeroot {
    /// Starts it.
    pub(super) async fn start(log: &Path) -> Result<Self> {
        let library = library()?;
        let port = free_port();
        let mut process = Process::spawn(&process::program("faked-tcp")?, log, |command| {
            command.args(["--foreground", "--port", &port.to_string()]);
        })?;
        let connected = async || {
            process.check()?;
            Ok(TcpStream::connect(("127.0.0.1", port)).is_ok())
        };
        wait::until("fakeroot", connected, |connected| *connected).await?;
        let values = [LIBRARY.to_owned(), library.display().to_string(), port.to_string()];
        let [preload, path, key] = VARIABLES;
        let [preload_value, path_value, key_value] = values;
        Ok(Self {
            _process: process,
            environment: [(preload, preload_value), (path, path_value), (key, key_value)],
        })
    }

    /// What a process has to have in its environment to believe.
    pub(super) fn environment(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.environment.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// The folder of its library: one of the machine's architecture.
fn library() -> Result<PathBuf> {
    let mut folders: Vec<_> =
        fs::read_dir("/usr/lib")?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.push(PathBuf::from("/usr/lib64"));
    let folders = folders.into_iter().map(|folder| folder.join("libfakeroot"));
    folders.into_iter().find(|folder| folder.join(LIBRARY).is_file()).ok_or_else(|| Error::Start {
        program: "fakeroot".to_owned(),
        source: std::io::Error::new(
            std::io::ErrorKind::NotFound,
            "not installed: run `cargo xtask setup`, or start Postfix as root",
        ),
    })
}
