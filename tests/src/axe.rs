//! axe-core, which the set-up keeps among its tools.

use crate::error::{AtPath, Result};
use std::{env, fs, path::PathBuf};

/// Its source, to be run in a page.
pub(crate) fn source() -> Result<String> {
    let file = tools().join("node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file).at(file)
}

/// Where `cargo xtask setup` keeps its tools.
fn tools() -> PathBuf {
    let home = || env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from);
    let cache = env::var_os("XDG_CACHE_HOME").map_or_else(|| home().join(".cache"), PathBuf::from);
    cache.join("postern/tools")
}
