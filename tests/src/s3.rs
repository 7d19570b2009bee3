//! A real S3 API, as a process of its own.

use crate::{
    error::{AtPath, Error, Result},
    process::Process,
};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The name of the one who may ask.
pub const ACCESS_KEY_ID: &str = "postern";

/// What they prove it with.
pub const SECRET_ACCESS_KEY: &str = "a secret for tests";

/// The bucket that is there.
pub const BUCKET: &str = "mail";

/// A running S3 API with one empty bucket.
#[derive(Debug)]
pub struct S3 {
    process: Process,
    port: u16,
    // Removed when the process above has died.
    folder: TempDir,
}

impl S3 {
    /// Starts one on a free port.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("s3-").tempdir()?;
        let bucket = buckets(folder.path()).join(BUCKET);
        fs::create_dir_all(&bucket).at(&bucket)?;
        let (process, port) = spawn(folder.path(), 0).await?;
        Ok(Self { process, port, folder })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it at once (SIGKILL). What was put stays.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again at the same address, with what was put.
    pub async fn restart(&mut self) -> Result<()> {
        (self.process, self.port) = spawn(self.folder.path(), self.port).await?;
        Ok(())
    }
}

async fn spawn(folder: &Path, port: u16) -> Result<(Process, u16)> {
    let log = folder.join("log");
    let earlier = fs::read(&log).map(|log| log.len()).unwrap_or_default();
    let mut process = Process::spawn(&binary()?, &log, |command| {
        command.arg(port.to_string()).arg(buckets(folder));
    })?;
    let port = process.logged("the address of S3", |log| listening_port(log.get(earlier..)?)).await?;
    Ok((process, port))
}

fn buckets(folder: &Path) -> PathBuf {
    folder.join("buckets")
}

fn listening_port(log: &str) -> Option<u16> {
    let (line, _) = log.split_once("listening on 127.0.0.1:")?.1.split_once('\n')?;
    line.parse().ok()
}

/// The binary that Cargo built beside this test.
fn binary() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let found = test.ancestors().map(|folder| folder.join("s3")).find(|file| file.is_file());
    found.ok_or_else(|| Error::Start {
        program: "s3".to_owned(),
        source: std::io::Error::new(
            std::io::ErrorKind::NotFound,
            "not built: run `cargo build -p postern-tests --bin s3`, or all tests by `cargo xtask test`",
        ),
    })
}
