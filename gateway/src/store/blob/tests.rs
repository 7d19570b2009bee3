use super::*;
use std::fs;
use tempfile::TempDir;

fn account() -> AccountId {
    AccountId::from("../jana@example.org")
}

async fn staged(blobs: &Blobs, content: &[u8]) -> StagedBlob {
    let mut writer = blobs.writer(&account());
    for piece in content.chunks(100_000) {
        writer.write(piece).await.unwrap();
    }
    writer.finish().await.unwrap()
}

async fn put(blobs: &Blobs, content: &[u8]) -> ContentHash {
    let blob = staged(blobs, content).await;
    let hash = blob.hash;
    blobs.settle(vec![blob]).await.unwrap();
    hash
}

async fn read(blobs: &Blobs, hash: &ContentHash) -> Vec<u8> {
    let pieces: Vec<Bytes> =
        blobs.read(&account(), hash, 0..u64::MAX).await.unwrap().try_collect().await.unwrap();
    pieces.concat()
}

/// Every file below a folder.
fn files(folder: &FilePath) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn what_is_not_settled_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let blobs = Blobs::local(folder.path()).unwrap();
    let large = vec![b'x'; 3 * writer::HELD + 1];

    let mut writer = blobs.writer(&account());
    writer.write(&large).await.unwrap();
    assert_eq!(files(folder.path()).len(), 1, "a large content waits in a file");
    drop(writer);
    assert!(files(folder.path()).is_empty());

    let blob = staged(&blobs, &large).await;
    assert_eq!(files(folder.path()).len(), 1);
    let read = blobs.read(&account(), &blob.hash, 0..1).await;
    assert!(matches!(read, Err(StoreError::NoSuchBlob)), "nobody reads it yet");
    drop(blob);
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn a_content_keeps_its_name_and_nobody_else_sees_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("blobs");
    let blobs = Blobs::local(&root).unwrap();
    let large = [b"y".repeat(2 * writer::HELD), b"end".to_vec()].concat();
    for content in [b"small".as_slice(), &large, b""] {
        let hash = put(&blobs, content).await;
        assert_eq!(hash, ContentHash::from(Sha256::digest(content)));
        // As after a restart.
        assert_eq!(read(&Blobs::local(&root).unwrap(), &hash).await, content);
    }
    let files = files(&root);
    assert_eq!(files.len(), 3);
    for file in files {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0, "{file:?}");
        assert!(!file.to_string_lossy().contains("jana"));
    }
}

#[tokio::test]
async fn a_file_that_a_crash_cut_short_is_replaced() {
    let folder = TempDir::new().unwrap();
    let blobs = Blobs::local(folder.path()).unwrap();
    let hash = put(&blobs, b"a whole message").await;
    let file = files(folder.path()).remove(0);
    fs::write(&file, b"a wh").unwrap();
    put(&blobs, b"a whole message").await;
    assert_eq!(read(&blobs, &hash).await, b"a whole message");
}

#[tokio::test]
async fn settling_again_keeps_a_content_from_being_swept() {
    let folder = TempDir::new().unwrap();
    let blobs = Blobs::local(folder.path()).unwrap();
    let hour = Duration::from_secs(60 * 60);
    let hash = put(&blobs, b"an old orphan that comes again").await;
    let age = |file: &PathBuf| {
        let file = fs::File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::now() - 2 * hour).unwrap();
    };
    age(&files(folder.path())[0]);
    put(&blobs, b"an old orphan that comes again").await;
    assert_eq!(blobs.sweep(&account(), &HashSet::new(), hour).await.unwrap(), 0);
    read(&blobs, &hash).await;
    age(&files(folder.path())[0]);
    assert_eq!(blobs.sweep(&account(), &HashSet::from([hash]), hour).await.unwrap(), 0);
    assert_eq!(blobs.sweep(&account(), &HashSet::new(), hour).await.unwrap(), 1);
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn opening_removes_what_was_left_behind() {
    let folder = TempDir::new().unwrap();
    let blobs = Blobs::local(folder.path()).unwrap();
    let incoming = folder.path().join("incoming");
    let old = incoming.join("old");
    fs::write(&old, b"x").unwrap();
    let hours = Duration::from_secs(2 * 60 * 60);
    fs::File::options().write(true).open(&old).unwrap().set_modified(SystemTime::now() - hours).unwrap();
    let fresh = staged(&blobs, &vec![b'z'; 2 * writer::HELD]).await;
    let hash = fresh.hash;
    let again = Blobs::local(folder.path()).unwrap();
    assert!(!old.exists());
    // What another gateway writes right now stays.
    blobs.settle(vec![fresh]).await.unwrap();
    assert_eq!(read(&again, &hash).await.len(), 2 * writer::HELD);
}

#[test]
fn a_full_disk_is_told_apart() {
    for errno in [rustix::io::Errno::NOSPC, rustix::io::Errno::DQUOT] {
        assert!(matches!(file_error(errno.into()), StoreError::Full));
    }
    assert!(matches!(file_error(rustix::io::Errno::IO.into()), StoreError::BlobFile(_)));
}
