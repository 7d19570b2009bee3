use super::*;
use tokio::io::AsyncReadExt;

fn ada() -> AccountId {
    "ada@example.org".into()
}

fn described(size: u64) -> DraftFile {
    DraftFile { id: FileId(1), name: "../a".into(), media_type: "text/plain".into(), size, inline: false }
}

const DRAFT: DraftId = DraftId(u64::MAX);
const FILE: FileId = FileId(1);

async fn content(files: &DraftFiles) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    files.read(&ada(), DRAFT, FILE).await?.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

#[tokio::test]
async fn a_file_comes_in_pieces_and_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    assert_eq!(files.length(&ada(), DRAFT, FILE).await.unwrap(), None);
    assert!(matches!(
        files.append(&ada(), DRAFT, FILE, 0, Bytes::from_static(b"x")).await,
        Err(FileError::NoSuchFile)
    ));
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(11)).await.unwrap(), 0);
    assert_eq!(files.append(&ada(), DRAFT, FILE, 0, Bytes::from_static(b"hello")).await.unwrap(), 5);
    assert!(matches!(content(&files).await, Err(FileError::NoSuchFile)));

    let files = DraftFiles::open(folder.path()).unwrap();
    let held = files.length(&ada(), DRAFT, FILE).await.unwrap();
    assert_eq!(held, Some(Held { bytes: 5, whole: false }));
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(11)).await.unwrap(), 5);
    // A piece sent twice, one that leaves a gap, one that is too long.
    for (offset, piece) in [(0, "hello"), (6, "world"), (u64::MAX, "")] {
        let refused = files.append(&ada(), DRAFT, FILE, offset, Bytes::from(piece)).await;
        assert!(matches!(refused, Err(FileError::WrongOffset(5))), "{offset}");
    }
    let refused = files.append(&ada(), DRAFT, FILE, 5, Bytes::from_static(b" world!")).await;
    assert!(matches!(refused, Err(FileError::TooMuch)));
    assert_eq!(files.append(&ada(), DRAFT, FILE, 5, Bytes::from_static(b" world")).await.unwrap(), 11);
    assert_eq!(content(&files).await.unwrap(), b"hello world");
    let again = files.append(&ada(), DRAFT, FILE, 5, Bytes::from_static(b" world")).await;
    assert!(matches!(again, Err(FileError::WrongOffset(11))));
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(11)).await.unwrap(), 11);

    // Another file in its place.
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(3)).await.unwrap(), 0);
    assert!(content(&files).await.is_err());
    files.remove(&ada(), DRAFT, FILE).await.unwrap();
    files.remove(&ada(), DRAFT, FILE).await.unwrap();
    assert_eq!(files.length(&ada(), DRAFT, FILE).await.unwrap(), None);
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(0)).await.unwrap(), 0);
    assert_eq!(content(&files).await.unwrap(), b"");
}

#[tokio::test]
async fn a_file_that_lost_only_its_name_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    files.begin(&ada(), DRAFT, FILE, &described(3)).await.unwrap();
    files.append(&ada(), DRAFT, FILE, 0, Bytes::from_static(b"abc")).await.unwrap();
    let place = files.folder(&ada(), DRAFT);
    fs::rename(place.join("1"), place.join("1.3")).unwrap();
    assert!(matches!(content(&files).await, Err(FileError::NoSuchFile)));
    assert_eq!(files.begin(&ada(), DRAFT, FILE, &described(3)).await.unwrap(), 3);
    assert_eq!(content(&files).await.unwrap(), b"abc");
}

#[tokio::test]
async fn of_two_that_send_the_same_piece_one_is_told_where_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    files.begin(&ada(), DRAFT, FILE, &described(6)).await.unwrap();
    let (ada, piece) = (ada(), Bytes::from_static(b"abc"));
    let send = || files.append(&ada, DRAFT, FILE, 0, piece.clone());
    let (one, other) = tokio::join!(send(), send());
    let (taken, refused) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(taken.unwrap(), 3);
    assert!(matches!(refused, Err(FileError::WrongOffset(3))));
}

#[tokio::test]
async fn accounts_and_drafts_do_not_share_files_and_have_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    files.begin(&ada(), DRAFT, FILE, &described(4)).await.unwrap();
    let grace = AccountId::from("grace@example.org");
    assert_eq!(files.length(&grace, DRAFT, FILE).await.unwrap(), None);
    assert_eq!(files.length(&ada(), DraftId(1), FILE).await.unwrap(), None);

    let large = described(bounds::DRAFT_BYTES - 3);
    assert!(matches!(files.begin(&ada(), DRAFT, FileId(2), &large).await, Err(FileError::TooMuch)));
    assert!(matches!(
        files.begin(&ada(), DRAFT, FileId(2), &described(u64::MAX)).await,
        Err(FileError::TooMuch)
    ));
    for number in 0..10 {
        let begun = files.begin(&ada(), DraftId(number), FILE, &large).await;
        assert_eq!(begun.is_ok(), number < 8, "{number}");
    }
    for number in 2..=bounds::FILES {
        files.begin(&grace, DRAFT, FileId(number as u32), &described(1)).await.unwrap();
    }
    files.begin(&grace, DRAFT, FileId(0), &described(1)).await.unwrap();
    assert!(matches!(files.begin(&grace, DRAFT, FileId(1), &described(1)).await, Err(FileError::TooMuch)));
    files.remove_draft(&grace, DRAFT).await.unwrap();
    files.begin(&grace, DRAFT, FileId(1), &described(1)).await.unwrap();
}

#[tokio::test]
async fn a_copied_file_outlives_the_draft_it_came_with() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    let (from, part) = (DraftId(1), FileId(2));
    for (file, size) in [(FILE, 2), (part, 9)] {
        files.begin(&ada(), from, file, &described(size)).await.unwrap();
        files.append(&ada(), from, file, 0, Bytes::from_static(b"hi")).await.unwrap();
    }
    files.copy(&ada(), from, DRAFT).await.unwrap();
    files.copy(&ada(), from, DRAFT).await.unwrap();
    files.copy(&ada(), DraftId(404), DRAFT).await.unwrap();
    files.remove_draft(&ada(), from).await.unwrap();
    assert_eq!(content(&files).await.unwrap(), b"hi");
    // One that is not whole stays where it grows.
    assert_eq!(files.length(&ada(), DRAFT, part).await.unwrap(), None);
}

#[tokio::test]
async fn a_sweep_leaves_what_is_referenced_or_young() {
    let folder = tempfile::tempdir().unwrap();
    let files = DraftFiles::open(folder.path()).unwrap();
    let grace = AccountId::from("grace@example.org");
    for (account, file) in [(&ada(), 1), (&ada(), 2), (&grace, 1)] {
        files.begin(account, DRAFT, FileId(file), &described(3)).await.unwrap();
        files.append(account, DRAFT, FileId(file), 0, Bytes::from_static(b"abc")).await.unwrap();
    }
    files.begin(&ada(), DraftId(5), FILE, &described(3)).await.unwrap();
    let referenced = HashSet::from([(ada(), DRAFT, FileId(2)), (ada(), DraftId(5), FILE)]);
    assert_eq!(files.sweep(referenced.clone(), Duration::from_secs(3600)).await.unwrap(), 0);
    assert_eq!(files.sweep(referenced, Duration::ZERO).await.unwrap(), 2);
    let left = [(ada(), DRAFT, 1), (ada(), DRAFT, 2), (grace, DRAFT, 1), (ada(), DraftId(5), 1)];
    let mut there = Vec::new();
    for (account, draft, file) in left {
        there.push(files.length(&account, draft, FileId(file)).await.unwrap().is_some());
    }
    assert_eq!(there, [false, true, false, true]);
}
