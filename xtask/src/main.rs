//! Postern's chores. `cargo xtask` lists them.

mod assets;
mod build;
mod run;

use run::Result;
use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask CHORE

  build         the release binary with the app inside, at TARGET/release/postern
  assets        (called by Trunk) names the app's files by their content and compresses them
";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    match perform(&chore) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {chore}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn perform(chore: &str) -> Result<()> {
    match chore {
        "build" => build::release().map(drop),
        "assets" => assets::finish_staged(),
        _ => {
            run::say(HELP);
            Ok(())
        }
    }
}
