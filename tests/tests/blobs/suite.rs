//! The suite.

use futures::{StreamExt, TryStreamExt};
use postern_gateway::{
    store::{
        StoreError,
        blob::{Blobs, StagedBlob},
    },
    sync::pop3::ledger::ContentHash,
};
use postern_shared::ids::AccountId;
use sha2::{Digest, Sha256};
use std::{collections::HashSet, ops::Range, time::Duration};

const NEVER_OLD: Duration = Duration::from_secs(60 * 60);
const LARGE: u64 = 20 * 1024 * 1024;

/// Ids hold any character.
fn account() -> AccountId {
    AccountId::from("jana+a/b%2f ü@example.org")
}

/// Stages a content of the account, in pieces.
pub async fn staged(blobs: &Blobs, content: &[u8]) -> StagedBlob {
    let mut writer = blobs.writer(&account());
    for piece in content.chunks(1000) {
        writer.write(piece).await.unwrap();
    }
    writer.finish().await.unwrap()
}

/// Stages and settles.
pub async fn put(blobs: &Blobs, content: &[u8]) -> ContentHash {
    let blob = staged(blobs, content).await;
    let hash = blob.hash;
    blobs.settle(vec![blob]).await.unwrap();
    hash
}

/// The bytes of a range.
pub async fn read(blobs: &Blobs, hash: &ContentHash, range: Range<u64>) -> Vec<u8> {
    let pieces: Vec<_> = blobs.read(&account(), hash, range).await.unwrap().try_collect().await.unwrap();
    pieces.concat()
}

async fn is_there(blobs: &Blobs, account: &AccountId, hash: &ContentHash) -> bool {
    match blobs.read(account, hash, 0..1).await {
        Ok(_) => true,
        Err(StoreError::NoSuchBlob) => false,
        Err(error) => panic!("{error}"),
    }
}

/// All of it, on an empty store.
pub async fn run(blobs: Blobs) {
    ranges(&blobs).await;
    what_is_staged_is_not_there(&blobs).await;
    many_at_once_and_the_same_again(&blobs).await;
    orphans(&blobs).await;
    large(&blobs).await;
}

async fn ranges(blobs: &Blobs) {
    let content = b"From: jana@example.org\r\n\r\nHello.";
    let hash = put(blobs, content).await;
    assert_eq!(hash, ContentHash::from(Sha256::digest(content)));
    assert_eq!(read(blobs, &hash, 0..content.len() as u64).await, content);
    assert_eq!(read(blobs, &hash, 6..10).await, b"jana");
    assert_eq!(read(blobs, &hash, 26..u64::MAX).await, b"Hello.");
    assert_eq!(read(blobs, &hash, 5..5).await, b"");
    assert_eq!(read(blobs, &hash, 1000..2000).await, b"");
    let empty = put(blobs, b"").await;
    assert_eq!(read(blobs, &empty, 0..0).await, b"");
    assert_eq!(read(blobs, &empty, 0..u64::MAX).await, b"");
    for range in [0..0, 0..1] {
        let missing = blobs.read(&account(), &[7; 32], range).await;
        assert!(matches!(missing, Err(StoreError::NoSuchBlob)));
    }
}

async fn what_is_staged_is_not_there(blobs: &Blobs) {
    let blob = staged(blobs, b"staged").await;
    assert!(!is_there(blobs, &account(), &blob.hash).await);
    let hash = blob.hash;
    drop(blob);
    assert!(!is_there(blobs, &account(), &hash).await);
}

async fn many_at_once_and_the_same_again(blobs: &Blobs) {
    let contents: Vec<Vec<u8>> = (0..64).map(|number| format!("message {number}").into_bytes()).collect();
    let mut hashes = Vec::new();
    for _ in 0..2 {
        let mut batch = Vec::new();
        // Some are in it twice.
        for content in contents.iter().chain(&contents[..3]) {
            batch.push(staged(blobs, content).await);
        }
        hashes = batch.iter().map(|blob| blob.hash).collect();
        blobs.settle(batch).await.unwrap();
    }
    for (content, hash) in contents.iter().zip(&hashes) {
        assert_eq!(&read(blobs, hash, 0..u64::MAX).await, content);
    }
    let other = AccountId::from("somebody.else@example.org");
    assert!(!is_there(blobs, &other, &hashes[0]).await, "contents are an account's own");
}

async fn orphans(blobs: &Blobs) {
    let account = AccountId::from("tidy@example.org");
    let mut hashes = Vec::new();
    // The first one twice: it is one object.
    for content in [b"one".as_slice(), b"two", b"three", b"one"] {
        let mut writer = blobs.writer(&account);
        writer.write(content).await.unwrap();
        let blob = writer.finish().await.unwrap();
        hashes.push(blob.hash);
        blobs.settle(vec![blob]).await.unwrap();
    }
    let keep = HashSet::from([hashes[1]]);
    assert_eq!(blobs.sweep(&account, &keep, NEVER_OLD).await.unwrap(), 0);
    assert_eq!(blobs.sweep(&account, &keep, Duration::ZERO).await.unwrap(), 2);
    assert_eq!(blobs.sweep(&account, &keep, Duration::ZERO).await.unwrap(), 0);
    let mut there = Vec::new();
    for hash in &hashes[..3] {
        there.push(is_there(blobs, &account, hash).await);
    }
    assert_eq!(there, [false, true, false]);
    let empty = AccountId::from("nobody@example.org");
    assert_eq!(blobs.sweep(&empty, &HashSet::new(), Duration::ZERO).await.unwrap(), 0);
    // Another account's contents are none of the sweep's business.
    let hash = ContentHash::from(Sha256::digest(b"message 0"));
    assert!(is_there(blobs, &self::account(), &hash).await);
}

async fn large(blobs: &Blobs) {
    let account = account();
    let mut writer = blobs.writer(&account);
    let mut hasher = Sha256::new();
    let mut pieces: u8 = 0;
    let mut size = 0;
    while size < LARGE {
        let piece = vec![pieces; 60_001];
        writer.write(&piece).await.unwrap();
        hasher.update(&piece);
        size += piece.len() as u64;
        pieces = pieces.wrapping_add(1);
    }
    let blob = writer.finish().await.unwrap();
    let hash = ContentHash::from(hasher.finalize());
    assert_eq!((blob.hash, blob.size), (hash, size));
    blobs.settle(vec![blob]).await.unwrap();

    let mut stream = blobs.read(&account, &hash, 0..size).await.unwrap();
    let mut hasher = Sha256::new();
    let (mut read_bytes, mut most) = (0, 0);
    while let Some(piece) = stream.next().await {
        let piece = piece.unwrap();
        hasher.update(&piece);
        read_bytes += piece.len() as u64;
        most = most.max(piece.len());
    }
    assert_eq!(read_bytes, size);
    assert_eq!(ContentHash::from(hasher.finalize()), hash);
    assert_eq!(read(blobs, &hash, 10_000_000..10_000_001).await, [166]);
    assert!(most > 0);
}
