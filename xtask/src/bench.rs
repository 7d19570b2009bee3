//! The figures: built here, taken by the program `bench` of the tests' crate.

use crate::{
    build,
    run::{self, Result, command},
    setup::{self, Tool},
};
use std::{env, ffi::OsString};

/// Builds what is measured and what measures, and prints the table. Further arguments name measures to take.
pub fn run() -> Result<()> {
    setup::ensure(&[Tool::Dovecot, Tool::Chromium, Tool::Mpop, Tool::Fetchmail])?;
    let binary = build::release()?;
    // What measures has to be as quick as what it measures: half of every ratio is its own.
    run::run(command("cargo", ["build", "--release", "--package", "postern-tests", "--bin", "bench"]))?;
    let bench = run::target().join("release/bench");
    let arguments = [OsString::from(binary), run::mail_folder("postern-bench")?.into_os_string()];
    run::run(command(&bench.to_string_lossy(), arguments.into_iter().chain(env::args_os().skip(2))))
}
