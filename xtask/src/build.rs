//! Building the app and the gateway that carries it.

use crate::{
    run::{self, AtPath, Result, command, run},
    setup::{self, Tool},
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What the app is built from.
const SOURCES: [&str; 6] =
    ["frontend", "shared", "xtask/src/assets.rs", "Trunk.toml", "Cargo.toml", "Cargo.lock"];

/// Builds the release binary and says where it is.
pub fn release() -> Result<PathBuf> {
    app()?;
    run(command("cargo", ["build", "--release", "--package", "postern-gateway", "--bin", "postern"]))?;
    let binary = run::target().join("release/postern");
    run::say(&format!("built {}", binary.display()));
    Ok(binary)
}

/// Builds the app into `dist/`, as it is shipped, unless it is there already.
pub fn app() -> Result<()> {
    setup::ensure(&[Tool::WasmTarget, Tool::Trunk, Tool::WasmBindgen, Tool::WasmOpt, Tool::Editor])?;
    // Only a finished release build has it: the gateway's placeholder and Trunk's debug build come uncompressed.
    let built = run::root().join("dist/index.html.br");
    if let Some(built) = modified(&built) {
        let newest = SOURCES.iter().filter_map(|source| newest(&run::root().join(source)).transpose());
        if newest.collect::<Result<Vec<_>>>()?.into_iter().all(|source| source < built) {
            return Ok(());
        }
    }
    let mut trunk = command("trunk", ["build", "--release"]);
    // Trunk takes only "true" and "false" here; the "1" that others take makes it fail.
    trunk.env_remove("NO_COLOR");
    run(trunk)
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

/// When the youngest file in a folder was changed.
fn newest(path: &Path) -> Result<Option<SystemTime>> {
    if !path.is_dir() {
        return Ok(modified(path));
    }
    let mut newest_yet = None;
    for entry in fs::read_dir(path).at(path)? {
        newest_yet = newest_yet.max(newest(&entry.at(path)?.path())?);
    }
    Ok(newest_yet)
}
