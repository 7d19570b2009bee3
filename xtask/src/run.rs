//! Running programs, and how that fails.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
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
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where Cargo builds.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// A command at the top of the repository, said before it runs.
pub fn command<S: AsRef<OsStr>>(program: &str, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
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

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
