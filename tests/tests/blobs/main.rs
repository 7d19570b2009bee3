//! What holds for contents of messages wherever they are kept: one suite for a folder, memory, and an S3 API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod outage;
mod suite;

use postern_gateway::store::blob::{Blobs, S3Settings};
use postern_tests::{error::Result, s3};
use tempfile::TempDir;

#[tokio::test]
async fn in_a_folder() -> Result<()> {
    let folder = TempDir::new()?;
    suite::run(Blobs::local(folder.path()).unwrap()).await;
    Ok(())
}

#[tokio::test]
async fn in_memory() {
    suite::run(Blobs::memory()).await;
}

#[tokio::test]
async fn behind_an_s3_api() -> Result<()> {
    let s3 = s3::S3::start().await?;
    suite::run(blobs(&s3, "postern/blobs")).await;
    Ok(())
}

#[tokio::test]
async fn in_a_bucket_without_a_prefix() -> Result<()> {
    let s3 = s3::S3::start().await?;
    suite::run(blobs(&s3, "")).await;
    Ok(())
}

/// Contents in the bucket of a running S3.
fn blobs(s3: &s3::S3, prefix: &str) -> Blobs {
    Blobs::s3(&S3Settings {
        endpoint: s3.url().parse().unwrap(),
        bucket: s3::BUCKET.to_owned(),
        region: "us-east-1".to_owned(),
        access_key_id: s3::ACCESS_KEY_ID.to_owned(),
        secret_access_key: s3::SECRET_ACCESS_KEY.into(),
        prefix: prefix.to_owned(),
    })
    .unwrap()
}
