//! Mail of others through gateway and browser: built here, opened by programs of the tests' crate.

use crate::{
    build,
    run::{self, Error, Result, command},
    setup::{self, Tool},
};
use std::{env, path::PathBuf};

/// Opens every message of a folder.
pub fn corpus() -> Result<()> {
    look("corpus", &[Tool::Dovecot, Tool::Chromium])
}

/// Opens every payload of a file.
pub fn hostile() -> Result<()> {
    look("hostile", &[Tool::Dovecot, Tool::Chromium, Tool::Firefox, Tool::Geckodriver])
}

fn look(program: &str, tools: &[Tool]) -> Result<()> {
    let what = env::args_os().nth(2).map(PathBuf::from);
    let what = what.ok_or_else(|| Error::Wrong(format!("usage: cargo xtask {program} PATH")))?;
    // Programs run at the top of the repository.
    let what = std::path::absolute(&what).map_err(|source| Error::File { path: what, source })?;
    setup::ensure(tools)?;
    build::app()?;
    // A debug build: only that one can leave its layers out.
    run::run(command("cargo", ["build", "--package", "postern-gateway", "--bin", "postern"]))?;
    run::run(command("cargo", ["build", "--package", "postern-tests", "--bin", program]))?;
    let program = run::target().join("debug").join(program);
    run::run(command(&program.to_string_lossy(), [what]))
}
