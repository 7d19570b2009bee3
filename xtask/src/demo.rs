//! The demo: built here, run by the program `demo` of the tests' crate, which knows how to start mail servers.

use crate::{
    build,
    run::{self, Result, command},
    setup::{self, Tool},
};

/// Builds what the demo needs and runs it until Ctrl-C.
pub fn run() -> Result<()> {
    setup::ensure(&[Tool::Dovecot, Tool::Postfix])?;
    let binary = build::release()?;
    run::run(command("cargo", ["build", "--package", "postern-tests", "--bin", "demo"]))?;
    let folder = run::mail_folder("postern-demo")?;
    let demo = run::target().join("debug/demo");
    run::run(command(&demo.to_string_lossy(), [binary, folder]))
}
