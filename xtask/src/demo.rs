//! The demo: built here, run by the program `demo` of the tests' crate, which knows how to start a mail server.

use crate::{
    build,
    run::{self, AtPath, Result, command},
    setup::{self, Tool},
};
use std::{env, fs, path::PathBuf};

/// Builds what the demo needs and runs it until Ctrl-C.
pub fn run() -> Result<()> {
    setup::ensure(&[Tool::Dovecot])?;
    let binary = build::release()?;
    run::run(command("cargo", ["build", "--package", "postern-tests", "--bin", "demo"]))?;
    let folder = folder();
    fs::create_dir_all(&folder).at(&folder)?;
    let demo = run::target().join("debug/demo");
    run::run(command(&demo.to_string_lossy(), [binary, folder]))
}

/// Where the demo's mail lives. Dovecot's unprivileged processes have to reach it, so root's is not in its home.
fn folder() -> PathBuf {
    if setup::is_root() {
        return PathBuf::from("/var/lib/postern-demo");
    }
    let data = env::var_os("XDG_DATA_HOME").map_or_else(|| run::home().join(".local/share"), PathBuf::from);
    data.join("postern-demo")
}
