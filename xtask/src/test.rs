//! All tests.

use crate::{
    build,
    run::{Result, command, run, which},
    setup::{self, Tool},
};
use std::env;

/// So many end-to-end scenarios run at once: each starts a mail server, a gateway and browsers.
const SCENARIOS_AT_ONCE: &str = "2";

/// Unit tests and transcripts, the app's in a browser, and end to end.
pub fn all() -> Result<()> {
    setup::ensure(&[
        Tool::Dovecot,
        Tool::Postfix,
        Tool::Python,
        Tool::Postgres,
        Tool::Chromium,
        Tool::Firefox,
        Tool::Geckodriver,
        Tool::Axe,
    ])?;
    let others = ["--workspace", "--exclude", "postern-app", "--exclude", "postern-tests"];
    run(command("cargo", ["test"].into_iter().chain(others)))?;
    run(command("cargo", ["test", "--package", "postern-app", "--lib"]))?;
    in_the_browser()?;
    end_to_end()
}

/// The app's tests that need a browser's interfaces.
fn in_the_browser() -> Result<()> {
    setup::ensure(&[Tool::WasmTarget, Tool::WasmBindgen])?;
    let mut test =
        command("cargo", ["test", "--package", "postern-app", "--target", "wasm32-unknown-unknown"]);
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    if let Some(driver) = which("chromedriver") {
        test.env("CHROMEDRIVER", driver);
    }
    run(test)
}

/// The scenarios, against the app as it is shipped.
fn end_to_end() -> Result<()> {
    build::app()?;
    run(command("cargo", ["build", "--package", "postern-gateway", "--bin", "postern"]))?;
    let threads = env::var("RUST_TEST_THREADS").unwrap_or_else(|_| SCENARIOS_AT_ONCE.to_owned());
    let mut test = command("cargo", ["test", "--package", "postern-tests"]);
    test.env("RUST_TEST_THREADS", threads);
    run(test)
}
