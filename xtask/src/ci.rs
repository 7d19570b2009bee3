//! Everything that has to hold before a change is taken.

use crate::{
    fuzz,
    run::{Result, command, run},
    setup::{self, Tool},
    test, tidy,
};

/// Format, lints, licences, tidiness, tests, a few minutes of fuzzing. What takes least comes first.
pub fn all() -> Result<()> {
    setup::ensure(&Tool::ALL)?;
    tidy::check()?;
    run(command("cargo", ["fmt", "--all", "--check"]))?;
    run(command("cargo", ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))?;
    // Advisories would need the network, and would fail an unchanged tree from one day to the next.
    run(command("cargo", ["deny", "--offline", "check", "bans", "licenses", "sources"]))?;
    let native =
        ["clippy", "--workspace", "--exclude", "postern-app", "--all-targets", "--", "-D", "warnings"];
    run(command("cargo", native))?;
    let wasm =
        ["clippy", "--package", "postern-app", "--target", "wasm32-unknown-unknown", "--", "-D", "warnings"];
    run(command("cargo", wasm))?;
    test::all()?;
    fuzz::each()
}
