//! An S3 API that dies and comes back.

use crate::{blobs, suite};
use postern_tests::{error::Result, s3::S3};

#[tokio::test]
async fn what_was_settled_outlives_the_server() -> Result<()> {
    let mut s3 = S3::start().await?;
    let store = blobs(&s3, "postern/blobs");
    let hash = suite::put(&store, b"a message").await;
    s3.kill();
    let waiting = suite::staged(&store, b"another message").await;
    let late = waiting.hash;
    // Settling is tried again until the server answers.
    let (settled, restarted) = tokio::join!(store.settle(vec![waiting]), s3.restart());
    restarted?;
    settled.unwrap();
    assert_eq!(suite::read(&store, &hash, 0..u64::MAX).await, b"a message");
    assert_eq!(suite::read(&store, &late, 0..u64::MAX).await, b"another message");
    Ok(())
}
