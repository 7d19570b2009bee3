//! Hostile mail in Chromium and Firefox, four ways: all layers on, and each layer alone. And a fifth, with none, which
//! shows that the payloads do what they are there for.

use postern_tests::{
    browser::Engine,
    error::Result,
    hostile::{Guard, Outcome, SANDBOX, Stage, payload},
};

#[tokio::test]
async fn chromium_runs_nothing_and_asks_nobody() -> Result<()> {
    each_layer_is_enough(Engine::Chromium).await
}

#[tokio::test]
async fn firefox_runs_nothing_and_asks_nobody() -> Result<()> {
    each_layer_is_enough(Engine::Firefox).await
}

async fn each_layer_is_enough(engine: Engine) -> Result<()> {
    let stage = Stage::set(engine, payload::own()?).await?;
    for guard in Guard::ALL {
        let outcome = stage.run(guard).await?;
        if guard == Guard::None {
            they_do_something(&outcome);
        } else {
            assert!(outcome.is_kept(guard), "{engine:?}, guarded by {guard:?}: {outcome:#?}");
        }
    }
    Ok(())
}

/// With nothing to guard against them, most payloads run or ask. Each browser knows some that the other does not.
fn they_do_something(outcome: &Outcome) {
    let (ran, asked) = (outcome.ran.len(), outcome.asked.len());
    assert!(ran >= 40 && asked >= 60, "only {ran} ran, {asked} asked: {outcome:#?}");
    for name in ["script element", "image that fails", "srcdoc", "javascript: links", "svg with onload"] {
        assert!(outcome.ran.iter().any(|ran| ran.ends_with(name)), "{name} did not run: {outcome:#?}");
    }
}

#[test]
fn the_app_frames_bodies_in_the_same_sandbox() {
    let body = include_str!("../../../frontend/src/ui/reader/body.rs");
    assert!(body.contains(&format!("const SANDBOX: &str = \"{SANDBOX}\";")));
    let attached = include_str!("../../../frontend/src/ui/reader/attached_message.rs");
    for frame in [body, attached] {
        assert!(frame.contains("sandbox=SANDBOX"));
        assert!(!frame.contains("srcdoc"));
    }
    let ahead = include_str!("../../../frontend/src/ui/reader/ahead.rs");
    assert!(ahead.contains("(\"sandbox\", SANDBOX)"));
}
