//! Running programs, and how that fails.

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A chore's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a chore failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A program could not be started.
    #[error("cannot run {program}: {source}")]
    Start { program: String, source: std::io::Error },
    /// A program said that it failed.
    #[error("failed: {0}")]
    Failed(String),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// Something is not as it has to be; the text says what to do.
    #[error("{0}")]
    Wrong(String),
}

/// Says which file an error is about.
pub trait AtPath<T> {
    /// Says which file an error is about.
    fn at(self, path: impl Into<PathBuf>) -> Result<T>;
}

impl<T> AtPath<T> for std::io::Result<T> {
    fn at(self, path: impl Into<PathBuf>) -> Result<T> {
        self.map_err(|source| Error::File { path: path.into(), source })
    }
}

/// Tells the person at the terminal.
#[expect(clippy::print_stdout, reason = "this is what a terminal is for")]
pub fn say(text: &str) {
    println!("{text}");
}

/// The top of the repository.
pub fn root() -> PathBuf {
    // As cargo says now: a checkout that shares its build cache with another may run what that one built.
    let now = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = now.as_deref().unwrap_or(Path::new(env!("CARGO_MANIFEST_DIR")));
    here.parent().unwrap_or(here).to_owned()
}

/// Where Cargo builds.
pub fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The person's home folder.
pub fn home() -> PathBuf {
    env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from)
}

/// Where the set-up keeps its own copies of tools: outside of the repository, so that all checkouts share them.
pub fn tools() -> PathBuf {
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(|| home().join(".cache"), PathBuf::from);
    cache.join("postern/tools")
}

/// `PATH` with the set-up's tools behind what the person has; system programs that only root usually sees last.
fn search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let ours = [tools().join("bin"), tools().join("node_modules/.bin"), home().join(".cargo/bin")];
    env::split_paths(&path).chain(ours).chain([PathBuf::from("/usr/sbin")]).collect()
}

/// A folder for a mail server's mail that is kept. Dovecot's unprivileged processes have to reach it, so root's is not
/// in its home.
pub fn mail_folder(name: &str) -> Result<PathBuf> {
    let parent = if is_root() {
        PathBuf::from("/var/lib")
    } else {
        env::var_os("XDG_DATA_HOME").map_or_else(|| home().join(".local/share"), PathBuf::from)
    };
    let folder = parent.join(name);
    fs::create_dir_all(&folder).at(&folder)?;
    Ok(folder)
}

/// Whether root runs this.
pub fn is_root() -> bool {
    output("id", &["-u"]).as_deref() == Some("0")
}

/// Where a program is, if it is installed.
pub fn which(program: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A command at the top of the repository.
pub fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(which(program).unwrap_or_else(|| program.into()));
    command.args(arguments).current_dir(root());
    if let Ok(path) = env::join_paths(search_path()) {
        command.env("PATH", path);
    }
    command
}

/// Says what is run, runs it, and fails where it fails.
pub fn run(mut command: Command) -> Result<()> {
    let shown = shown(&command);
    say(&format!("▸ {shown}"));
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status().map_err(|source| Error::Start { program, source })? {
        status if status.success() => Ok(()),
        _ => Err(Error::Failed(shown)),
    }
}

/// What a program prints, trimmed; nothing where it cannot be run or fails.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program, arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
