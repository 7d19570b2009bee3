//! Building the app and the gateway that carries it.

use crate::run::{self, Result, command, run};
use std::path::PathBuf;

/// Builds the release binary and says where it is.
pub fn release() -> Result<PathBuf> {
    app()?;
    run(command("cargo", ["build", "--release", "--package", "postern-gateway", "--bin", "postern"]))?;
    let binary = run::target().join("release/postern");
    run::say(&format!("built {}", binary.display()));
    Ok(binary)
}

/// Builds the app into `dist/`, as it is shipped.
pub fn app() -> Result<()> {
    let mut trunk = command("trunk", ["build", "--release"]);
    // Trunk takes only "true" and "false" here; other programs' "1" would make it fail.
    trunk.env_remove("NO_COLOR");
    run(trunk)
}
