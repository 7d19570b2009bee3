//! Fuzzing: what reads bytes of strangers, fed with made-up ones.

use crate::{
    run::{self, AtPath, Error, Result, command, say, which},
    setup::{self, Tool},
};
use std::{
    env, fs,
    process::{Command, Stdio},
    thread,
};

/// What can be fuzzed: `fuzz/fuzz_targets/NAME.rs`, with seeds in `fuzz/seeds/NAME`.
const TARGETS: [&str; 5] = ["framing", "imap", "mime", "pop3", "sanitizer"];
/// How long each target runs where nothing else is said, in seconds.
pub const MINUTE: u32 = 60;
/// So many run at once.
const AT_ONCE: usize = 2;

/// `fuzz [SECONDS] [TARGET]...`.
pub fn from_arguments() -> Result<()> {
    let mut words: Vec<String> = env::args().skip(2).collect();
    let seconds = words.first().and_then(|word| word.parse().ok());
    if seconds.is_some() {
        words.remove(0);
    }
    let unknown = words.iter().find(|word| !TARGETS.contains(&word.as_str()));
    if let Some(unknown) = unknown {
        return Err(Error::Wrong(format!("there is no target {unknown}, only {}", TARGETS.join(", "))));
    }
    let wanted = |target: &&str| words.is_empty() || words.iter().any(|word| word == target);
    all(seconds.unwrap_or(MINUTE), &TARGETS.into_iter().filter(wanted).collect::<Vec<_>>())
}

/// Fuzzes every target for a minute.
pub fn each() -> Result<()> {
    all(MINUTE, &TARGETS)
}

/// Fuzzes targets for so many seconds each. What makes one fail is kept in `fuzz/artifacts`.
fn all(seconds: u32, targets: &[&str]) -> Result<()> {
    setup::ensure(&[Tool::Nightly, Tool::Cxx, Tool::CargoFuzz])?;
    run::run(cargo_fuzz(&["build"])?)?;
    for several in targets.chunks(AT_ONCE) {
        let failed: Vec<String> = thread::scope(|scope| {
            let running: Vec<_> =
                several.iter().map(|target| (*target, scope.spawn(|| one(seconds, target)))).collect();
            let ended = running.into_iter().map(|(target, thread)| (target, thread.join()));
            ended
                .filter(|(_, result)| !matches!(result, Ok(Ok(()))))
                .map(|(target, _)| target.to_owned())
                .collect()
        });
        if !failed.is_empty() {
            return Err(Error::Failed(format!(
                "fuzz target {}; see above and in fuzz/artifacts",
                failed.join(", ")
            )));
        }
    }
    Ok(())
}

/// Fuzzes one target, from its seeds and what was found to be of interest before.
fn one(seconds: u32, target: &str) -> Result<()> {
    let found = run::target().join("fuzz/corpus").join(target);
    fs::create_dir_all(&found).at(&found)?;
    let seeds = run::root().join("fuzz/seeds").join(target);
    let mut fuzz = cargo_fuzz(&["run", target])?;
    fuzz.arg(&found).arg(&seeds);
    fuzz.args(["--", &format!("-max_total_time={seconds}")]);
    // An input that takes longer than this is a fault too: nothing here may grow faster than its input.
    fuzz.args([
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=65536",
        "-len_control=50",
        "-print_final_stats=1",
    ]);
    say(&format!("▸ fuzzing {target} for {seconds} s"));
    let output = fuzz
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Start { program: "cargo fuzz".to_owned(), source })?;
    let told = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        say(&told);
        return Err(Error::Failed(target.to_owned()));
    }
    let done = told.lines().find(|line| line.starts_with("Done ")).unwrap_or("Done");
    say(&format!("{target}: {done}"));
    Ok(())
}

/// A command of cargo-fuzz, which builds apart: its compiler and its flags are others.
fn cargo_fuzz(arguments: &[&str]) -> Result<Command> {
    let folder = run::root().join("fuzz");
    let program =
        which("cargo-fuzz").ok_or_else(|| Error::Wrong("cargo-fuzz is not installed".to_owned()))?;
    let mut fuzz = command("cargo", ["+nightly", "fuzz"]);
    let (first, others) = arguments.split_first().unwrap_or((&"build", &[]));
    fuzz.arg(first).arg("--fuzz-dir").arg(".").args(others);
    fuzz.current_dir(folder).env("CARGO_TARGET_DIR", run::target().join("fuzz"));
    // Cargo looks for its subcommands in PATH, and there may be another one.
    if let Some(beside) = program.parent() {
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = [beside.to_owned()].into_iter().chain(env::split_paths(&path));
        if let Ok(path) = env::join_paths(paths) {
            fuzz.env("PATH", path);
        }
    }
    Ok(fuzz)
}
