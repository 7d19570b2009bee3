//! Postern's chores. `cargo xtask` lists them.

mod assets;
mod bench;
mod build;
mod ci;
mod demo;
mod fuzz;
mod mail;
mod run;
mod screenshot;
mod setup;
mod test;
mod tidy;

use run::{Error, Result};
use std::process::ExitCode;

const HELP: &str = "\
usage: cargo xtask CHORE

  demo          a mail server with two accounts, and Postern at http://localhost:8080
  build         the release binary with the app inside, at TARGET/release/postern
  test          all tests: unit, transcripts, in the browser, end to end
  ci            format, lints, licences, tidiness, and all tests
  bench         the figures of the README, as a table; `bench purge` takes only that one
  corpus DIR    opens every message of a folder in a browser and tells what is wrong
  hostile FILE  opens hostile HTML in two browsers, each layer against it alone; one JSON object in each line of the
                file, with `name` and `payload`
  fuzz [SECONDS] [TARGET]...
                feeds what reads strangers' bytes with made-up ones, each target for so long (60)
  screenshot    takes README's picture anew
  tidy          the checks of the code's order alone
  setup         only installs what the others need and is missing
  assets        (called by Trunk) names the app's files by their content and compresses them

Every chore first installs what it needs and says what that is.";

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
        "demo" => demo::run(),
        "build" => build::release().map(drop),
        "test" => test::all(),
        "ci" => ci::all(),
        "bench" => bench::run(),
        "corpus" => mail::corpus(),
        "hostile" => mail::hostile(),
        "fuzz" => fuzz::from_arguments(),
        "screenshot" => screenshot::run(),
        "tidy" => tidy::check(),
        "setup" => setup::ensure(&setup::Tool::ALL),
        "assets" => assets::finish_staged(),
        "" | "help" | "--help" => {
            run::say(HELP);
            Ok(())
        }
        _ => Err(Error::Wrong(format!("there is no such chore\n\n{HELP}"))),
    }
}
