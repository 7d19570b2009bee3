//! Broken, odd and foreign mail of our own making, opened in Chromium by IMAP and from the store.

use postern_tests::{corpus, error::Result};
use std::path::Path;

#[tokio::test]
async fn every_message_is_shown_and_does_nothing() -> Result<()> {
    let reports = corpus::run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).await?;
    let faulty: Vec<String> =
        reports.iter().filter(|report| !report.faults.is_empty()).map(ToString::to_string).collect();
    assert!(reports.len() > 20 && faulty.is_empty(), "{}", faulty.concat());
    Ok(())
}
