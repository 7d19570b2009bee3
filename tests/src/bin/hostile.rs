//! `hostile FILE` opens the payloads of a file, one JSON object with `name` and `payload` in each line, in Chromium and
//! Firefox, guarded by all layers and by each alone, and tells which got through.

use postern_tests::{
    browser::Engine,
    error::Result,
    hostile::{Guard, Stage, payload},
};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let Some(file) = std::env::args_os().nth(1) else {
        eprintln!("usage: hostile FILE");
        return ExitCode::FAILURE;
    };
    let run = async {
        let payloads = payload::read(&std::fs::read_to_string(file)?)?;
        let chromium = run(Engine::Chromium, payloads.clone()).await?;
        Ok::<_, postern_tests::error::Error>(run(Engine::Firefox, payloads).await? && chromium)
    };
    match run.await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hostile: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every guard kept what it promises.
#[expect(clippy::print_stdout, reason = "the report is what the program is for")]
async fn run(engine: Engine, payloads: Vec<payload::Payload>) -> Result<bool> {
    let stage = Stage::set(engine, payloads).await?;
    let mut kept = true;
    for guard in Guard::ALL {
        let outcome = stage.run(guard).await?;
        println!("{engine:?}, guarded by {guard:?}: {outcome}");
        if guard != Guard::None && !outcome.is_kept(guard) {
            println!("{outcome:#?}");
            kept = false;
        }
    }
    Ok(kept)
}
