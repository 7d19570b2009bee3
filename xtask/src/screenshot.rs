//! README's picture: built here, taken by the program `screenshot` of the tests' crate. Fonts for every script have to be
//! on the machine, or the picture shows boxes.

use crate::{
    build,
    run::{self, Result, command},
    setup::{self, Tool},
};
use std::path::PathBuf;

/// Builds what the picture shows and takes it.
pub fn run() -> Result<()> {
    setup::ensure(&[Tool::Dovecot, Tool::Chromium])?;
    let binary = build::release()?;
    run::run(command("cargo", ["build", "--package", "postern-tests", "--bin", "screenshot"]))?;
    let screenshot = run::target().join("debug/screenshot");
    run::run(command(&screenshot.to_string_lossy(), [binary, PathBuf::from("docs/screenshot.png")]))
}
