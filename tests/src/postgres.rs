//! A real PostgreSQL of one's own: a cluster in a temporary folder, on a free port.

use crate::{
    error::{AtPath, Error, Result},
    process::{self, Process, free_port},
    wait,
};
use rustix::process::{Pid, Signal, getuid, kill_process};
use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{self as unix, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Nobody's user and group id on Debian: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;

/// Where Debian puts its versions.
const VERSIONS: &str = "/usr/lib/postgresql";

/// How long it may take to stop before it is killed.
const STOPPING: Duration = Duration::from_secs(5);

/// A running PostgreSQL. It trusts everybody on this machine, and may lose what it has when the machine stops.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    folder: PathBuf,
    // Removed when the server has died with `process` above.
    _temporary: TempDir,
}

impl Postgres {
    /// Starts a server with nothing in it.
    pub async fn start() -> Result<Self> {
        let temporary = tempfile::Builder::new().prefix("postern-").tempdir()?;
        let folder = temporary.path().to_owned();
        // The server's user walks through it.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).at(&folder)?;
        let programs = programs()?;
        make_cluster(&programs, &folder)?;
        let port = free_port();
        let process = spawn(&programs, &folder, port)?;
        let databases = AtomicU32::new(0);
        let mut postgres = Self { process, programs, port, databases, folder, _temporary: temporary };
        postgres.answers().await?;
        Ok(postgres)
    }

    /// Makes a new database, and says where it is. Its name begins with `database`.
    pub fn url(&self, database: &str) -> Result<String> {
        let name = format!("{database}_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run_sql("postgres", &format!("CREATE DATABASE \"{name}\""))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// Runs a statement as the database's owner; `database` is the name of one, or its URL. Returns what it printed,
    /// one line a row.
    pub fn run_sql(&self, database: &str, statement: &str) -> Result<String> {
        let name = database.rsplit('/').next().unwrap_or(database);
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"]);
        psql.arg("-p").arg(self.port.to_string()).arg("-d").arg(name).arg("-c").arg(statement);
        succeeded(psql)
    }

    /// Ends it at once: connections break, and nothing is tidied up.
    pub fn kill(&mut self) {
        self.end();
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) -> Result<()> {
        self.process = spawn(&self.programs, &self.folder, self.port)?;
        self.answers().await
    }

    async fn answers(&mut self) -> Result<()> {
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p"]).arg(self.port.to_string());
        let process = &mut self.process;
        wait::until(
            "PostgreSQL to answer",
            async || {
                process.check()?;
                Ok(ready.status()?.success())
            },
            |answers| *answers,
        )
        .await?;
        Ok(())
    }

    /// Has the server end its processes, which are in groups of their own, and give its shared memory back (SIGQUIT).
    fn end(&mut self) {
        if let Some(id) = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw) {
            // While it has not been waited for the number is nobody else's.
            if self.process.check().is_ok() {
                kill_process(id, Signal::QUIT).ok();
            }
        }
        let end = Instant::now() + STOPPING;
        while self.process.check().is_ok() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end();
    }
}

/// The folder with the newest version's programs.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path());
    let installed = versions.filter(|version| version.join("bin/initdb").is_file());
    let number = |version: &PathBuf| {
        version.file_name().and_then(OsStr::to_str).and_then(|name| name.parse::<u32>().ok())
    };
    installed.max_by_key(number).map(|version| version.join("bin")).ok_or_else(|| Error::Start {
        program: "initdb".to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "not installed: run `cargo xtask setup`"),
    })
}

/// What has to stand before a server's program: root becomes somebody else.
fn as_server_user() -> Vec<String> {
    if !getuid().is_root() {
        return Vec::new();
    }
    let (user, group) = (format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"));
    // Changing the user takes away what ends the child with us: it is said again.
    [user.as_str(), group.as_str(), "--clear-groups", "--pdeathsig", "QUIT", "--"].map(str::to_owned).into()
}

fn make_cluster(programs: &Path, folder: &Path) -> Result<()> {
    let data = folder.join("data");
    fs::create_dir(&data).at(&data)?;
    if getuid().is_root() {
        unix::chown(&data, Some(NOBODY), Some(NOBODY)).at(&data)?;
    }
    let mut initdb = Command::new(process::program("setpriv")?);
    initdb.args(as_server_user()).arg(programs.join("initdb")).arg("-D").arg(&data).current_dir(&data);
    initdb.args(["--no-sync", "-A", "trust", "-U", "postgres", "--encoding=UTF8", "--locale=C"]);
    succeeded(initdb).map(drop)
}

fn spawn(programs: &Path, folder: &Path, port: u16) -> Result<Process> {
    Process::spawn(&process::program("setpriv")?, &folder.join("postgres.log"), |command| {
        command.args(as_server_user()).arg(programs.join("postgres")).arg("-D").arg(folder.join("data"));
        command.arg("-p").arg(port.to_string()).args(["-h", "127.0.0.1", "-k", ""]);
        for setting in ["fsync=off", "full_page_writes=off", "shared_buffers=32MB"] {
            command.arg("-c").arg(setting);
        }
    })
}

/// Runs a program to its end; returns what it printed.
fn succeeded(mut command: Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| Error::Start { program: program.clone(), source })?;
    if !output.status.success() {
        return Err(Error::Ended { program, log: String::from_utf8_lossy(&output.stderr).into_owned() });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
