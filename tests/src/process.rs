//! A child process, and free ports for it.

use crate::{
    error::{AtPath, Error, Result},
    wait,
};
use rustix::process::{Pid, Signal, kill_process_group};
use std::{
    ffi::OsStr,
    fs::{self, File},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// A program with its own process group. All of the group is killed when this is dropped, and when the test that
/// started it dies.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program`; what it says is appended to `log`.
    pub fn spawn(program: &Path, log: &Path, prepare: impl FnOnce(&mut Command)) -> Result<Self> {
        let name = program.file_name().unwrap_or(OsStr::new("program")).to_string_lossy().into_owned();
        let output = File::options().create(true).append(true).open(log).at(log)?;
        // setpriv has the kernel end the child with us, whatever ends us.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--"]).arg(program);
        prepare(&mut command);
        command.process_group(0).stdin(Stdio::null()).stdout(output.try_clone().at(log)?).stderr(output);
        let child = command.spawn().map_err(|source| Error::Start { program: name.clone(), source })?;
        Ok(Self { name, child, log: log.to_owned() })
    }

    /// Waits until `find` finds something in the log, and returns it.
    pub async fn logged<T>(&mut self, what: &str, find: impl Fn(&str) -> Option<T>) -> Result<T> {
        let mut found = None;
        wait::until(
            what,
            async || {
                let ended = self.child.try_wait()?.is_some();
                let log = self.log();
                found = find(&log);
                if ended && found.is_none() {
                    return Err(Error::Ended { program: self.name.clone(), log });
                }
                Ok((found.is_some(), log))
            },
            |(found, _)| *found,
        )
        .await?;
        found.ok_or_else(|| Error::TimedOut { what: what.to_owned(), last: self.log() })
    }

    /// Fails if the program has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(_) => Err(Error::Ended { program: self.name.clone(), log: self.log() }),
        }
    }

    /// What it said so far, or since the log was begun.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends the whole group at once (SIGKILL): nothing is tidied up.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.child.wait().ok();
    }

    /// Asks it to end (SIGTERM) and waits until it has.
    pub async fn stop(&mut self) -> Result<()> {
        self.signal(Signal::TERM);
        self.ended().await
    }

    /// Waits until it has ended.
    pub async fn ended(&mut self) -> Result<()> {
        let child = &mut self.child;
        wait::until(&format!("{} to end", self.name), async || Ok(child.try_wait()?), Option::is_some)
            .await?;
        Ok(())
    }

    fn signal(&self, signal: Signal) {
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // Gone already: nothing to do.
            kill_process_group(group, signal).ok();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port nobody listens on, below those that outgoing connections take.
pub fn free_port() -> u16 {
    loop {
        let port = fastrand::u16(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Where a program of this name is: in `PATH`, or in the folder of administrators' programs.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")])
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| Error::Start {
            program: name.to_owned(),
            source: std::io::Error::new(
                std::io::ErrorKind::NotFound,
                "not installed: run `cargo xtask setup`",
            ),
        })
}
