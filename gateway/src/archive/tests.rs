use super::*;
use crate::store::{
    Store,
    mail::{MemoryMailStore, SqliteMailStore, folder_ids},
};
use folders::Source;
use futures::TryStreamExt;
use intake::{Intake, Known};
use postern_shared::{flags::Flags, ids::FolderId};
use std::fs;
use tempfile::TempDir;

/// One message as it matters: path of the folder, bytes, flags, time of arrival.
type Kept = (Vec<String>, Vec<u8>, Flags, i64, bool);

struct Stage {
    store: Box<dyn MailStore>,
    blobs: Blobs,
    account: AccountId,
    // Removed last.
    _folder: Option<TempDir>,
}

impl Stage {
    async fn new() -> Self {
        Self::on(Box::new(MemoryMailStore::default()), Blobs::memory(), None).await
    }

    /// One on the disk.
    async fn durable() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let blobs = Blobs::local(&folder.path().join("blobs")).unwrap();
        Self::on(Box::new(SqliteMailStore::new(&store)), blobs, Some(folder)).await
    }

    async fn on(store: Box<dyn MailStore>, blobs: Blobs, folder: Option<TempDir>) -> Self {
        let account = AccountId::from("jana@example.org");
        store.open_account(&account).await.unwrap();
        Self { store, blobs, account, _folder: folder }
    }

    fn source(&self) -> Source<'_> {
        Source { store: &*self.store, blobs: &self.blobs, account: &self.account }
    }

    async fn put(&self, folder: &FolderId, content: &[u8], known: Known) {
        let mut intake = Intake::new(&*self.store, &self.blobs, &self.account).await.unwrap();
        let mut incoming = intake.begin();
        incoming.push(content).await.unwrap();
        let arrived = incoming.finish().await.unwrap();
        intake.keep(folder, arrived, known).await.unwrap();
        intake.finish().await.unwrap();
    }

    async fn export(&self, format: Format, to: &Path) -> Result<Tally, ArchiveError> {
        export(&*self.store, &self.blobs, &self.account, format, to).await
    }

    async fn import(&self, format: Format, from: &Path) -> Result<Tally, ArchiveError> {
        import(&*self.store, &self.blobs, &self.account, format, from).await
    }

    /// All folders, and all mail in an order that does not depend on UIDs.
    async fn everything(&self) -> (Vec<Vec<String>>, Vec<Kept>) {
        let source = self.source();
        let (mut paths, mut messages) = (Vec::new(), Vec::new());
        for place in source.places().await.unwrap() {
            for uid in source.uids(&place.id).await.unwrap() {
                let (message, content) = source.open(&place.id, uid).await.unwrap().unwrap();
                let bytes = content.try_collect::<Vec<_>>().await.unwrap().concat();
                let row = message.summary;
                assert_eq!(row.size, bytes.len() as u64);
                messages.push((place.path.clone(), bytes, row.flags, row.received, message.partial));
            }
            paths.push(place.path);
        }
        messages.sort_by(|a, b| (&a.0, &a.1, a.3).cmp(&(&b.0, &b.1, b.3)));
        (paths, messages)
    }
}

fn flags(names: &[&str]) -> Flags {
    let mut flags = Flags::new();
    names.iter().for_each(|name| flags.insert_name(name));
    flags
}

/// Messages that formats like to break.
fn odd_messages() -> Vec<Vec<u8>> {
    let mut large = b"Subject: large\r\n\r\n".to_vec();
    while large.len() < 5_000_000 {
        large.extend_from_slice(b"From the beginning\r\n>From there\r\nand on and on and on\r\n");
    }
    vec![
        b"".to_vec(),
        b"\n".to_vec(),
        b"\r\n\r\n".to_vec(),
        b"From me\nFrom you\n\nFrom a@b Thu Jan  1 00:00:00 1970\n\n".to_vec(),
        b"Subject: quoted\r\n\r\n>From x\r\n>>From y\r\nFrom z".to_vec(),
        b"Subject: no line end".to_vec(),
        b"Subject: half a line end\r\n\r\nx\r".to_vec(),
        b"Subject: bare\n\nlines\nof\r\nboth\rkinds\n".to_vec(),
        b"Subject: 8 bit\r\n\r\n\xff\xfe\x00\xe4\xf6\r\n".to_vec(),
        b"Subject: many ends\n\n\n\n\n".to_vec(),
        b"F".to_vec(),
        b">".to_vec(),
        large,
    ]
}

async fn full_stage() -> Stage {
    let stage = Stage::new().await;
    let store = &stage.store;
    let make = async |parent: Option<&FolderId>, name: &str| {
        store.create_folder(&stage.account, parent, name).await.unwrap()
    };
    let work = make(None, "Work/2024.mbox").await;
    let inner = make(Some(&work), "..").await;
    make(Some(&inner), "Büro & Co. 100%2F").await;
    let long = make(Some(&inner), &"ü".repeat(120)).await;
    // Means the trash elsewhere; here it is somebody's own.
    let trash = make(None, "Trash").await;
    let in_inbox = make(Some(&FolderId::from(folder_ids::INBOX)), "INBOX").await;
    let all_flags = flags(&[
        "\\Seen",
        "\\Answered",
        "\\Flagged",
        "\\Draft",
        "$Forwarded",
        "$Junk",
        "$NotJunk",
        "Über",
        "a b",
    ]);
    let folders = [
        FolderId::from(folder_ids::INBOX),
        FolderId::from(folder_ids::DELETED_ITEMS),
        work,
        inner,
        long,
        trash,
        in_inbox,
    ];
    for (number, content) in odd_messages().iter().enumerate() {
        let flags = match number % 4 {
            0 => flags(&["\\Seen"]),
            1 => all_flags.clone(),
            2 => flags(&["Work"]),
            _ => Flags::new(),
        };
        let received = [1_704_067_199, -5, 0, 253_402_300_799][number % 4] + number as i64;
        let known = Known { flags, received, partial: number == 5 };
        stage.put(&folders[number % folders.len()], content, known).await;
    }
    // The same message twice in one folder.
    for received in [7, 8] {
        stage.put(&folders[0], b"Subject: twin\r\n\r\n", Known { received, ..Known::default() }).await;
    }
    stage
}

#[tokio::test]
async fn importing_what_was_exported_brings_back_everything() {
    let before = full_stage().await;
    let expected = before.everything().await;
    for format in [Format::Mbox, Format::Maildir] {
        for after in [Stage::new().await, Stage::durable().await] {
            let folder = TempDir::new().unwrap();
            let out = before.export(format, &folder.path().join("new")).await.unwrap();
            let back = after.import(format, &folder.path().join("new")).await.unwrap();
            assert_eq!(out, back, "{format:?}");
            assert_eq!(out.messages, expected.1.len() as u64);
            assert_eq!(out.bytes, expected.1.iter().map(|kept| kept.1.len() as u64).sum::<u64>());
            let (paths, messages) = after.everything().await;
            assert_eq!(paths, expected.0, "{format:?}");
            assert_eq!(messages.len(), expected.1.len());
            for (found, expected) in messages.iter().zip(&expected.1) {
                let told = String::from_utf8_lossy(&expected.1[..expected.1.len().min(80)]);
                assert!(found == expected, "{format:?}: {:?}, {told:?}", expected.0);
            }
        }
    }
}

#[tokio::test]
async fn without_the_sidecar_other_programs_find_the_mail_and_so_do_we() {
    let before = Stage::new().await;
    let work = before.store.create_folder(&before.account, None, "Work").await.unwrap();
    let clients = before.store.create_folder(&before.account, Some(&work), "Büro").await.unwrap();
    let known = Known { flags: flags(&["\\Seen", "\\Flagged"]), received: 1_704_067_199, partial: false };
    let message = b"Subject: x\n\nFrom here\n\nFrom a@b Thu Jan  1 00:00:00 1970\n";
    before.put(&FolderId::from(folder_ids::INBOX), message, known.clone()).await;
    before.put(&clients, message, known.clone()).await;
    for format in [Format::Mbox, Format::Maildir] {
        let folder = TempDir::new().unwrap();
        before.export(format, folder.path()).await.unwrap();
        remove_sidecars(folder.path());
        let after = Stage::new().await;
        after.import(format, folder.path()).await.unwrap();
        let (mut expected, mut found) = (before.everything().await, after.everything().await);
        if format == Format::Mbox {
            // It has no place for flags.
            expected.1.iter_mut().for_each(|kept| kept.2 = Flags::new());
        }
        expected.0.sort();
        found.0.sort();
        assert_eq!(found, expected, "{format:?}");
    }
}

fn remove_sidecars(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            remove_sidecars(&path);
        } else if path.ends_with(sidecar::FILE) {
            fs::remove_file(path).unwrap();
        }
    }
}

#[tokio::test]
async fn an_mbox_from_elsewhere_comes_in() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("Work.sbd")).unwrap();
    let mbox = "From - Thu Jan  1 00:00:09 1970\r\nSubject: one\r\n\r\nText\r\n\r\nFrom -\r\n\
                Date: Thu, 1 Jan 1970 00:00:10 +0000\r\nSubject: two\r\n\r\n>From\r\n";
    fs::write(folder.path().join("Trash"), mbox).unwrap();
    fs::write(folder.path().join("Trash.msf"), "an index").unwrap();
    fs::write(folder.path().join("Work.sbd/Clients"), "").unwrap();
    let stage = Stage::new().await;
    let tally = stage.import(Format::Mbox, folder.path()).await.unwrap();
    assert_eq!((tally.folders, tally.messages), (2, 2));
    let (paths, messages) = stage.everything().await;
    assert!(paths.contains(&vec!["Work".to_owned(), "Clients".to_owned()]));
    let trash = vec!["Deleted Items".to_owned()];
    assert_eq!(messages[1].0, trash, "what means a special folder is that folder");
    let texts: Vec<_> = messages.iter().map(|kept| std::str::from_utf8(&kept.1).unwrap()).collect();
    assert!(texts.contains(&"Subject: one\r\n\r\nText\r\n"));
    assert!(messages.iter().any(|kept| kept.3 == 9));

    let single = Stage::new().await;
    let tally = single.import(Format::Mbox, &folder.path().join("Trash")).await.unwrap();
    assert_eq!((tally.folders, tally.messages), (1, 2));
}

#[tokio::test]
async fn what_another_program_did_to_a_maildir_counts() {
    let stage = Stage::new().await;
    let known = Known { flags: flags(&["\\Seen", "Work"]), received: 5, partial: false };
    stage.put(&FolderId::from(folder_ids::INBOX), b"Subject: kept\n\n", known).await;
    let folder = TempDir::new().unwrap();
    stage.export(Format::Maildir, folder.path()).await.unwrap();
    let cur = folder.path().join("cur");
    let file = fs::read_dir(&cur).unwrap().next().unwrap().unwrap().path();
    let renamed = file.to_str().unwrap().replace(":2,S", ":2,RF");
    fs::rename(&file, &renamed).unwrap();
    fs::write(folder.path().join("new/17.x.host"), b"Subject: new\n\n").unwrap();
    let after = Stage::new().await;
    after.import(Format::Maildir, folder.path()).await.unwrap();
    let (_, messages) = after.everything().await;
    assert_eq!(messages.len(), 2);
    assert_eq!((&messages[0].2, messages[0].3), (&flags(&["\\Answered", "\\Flagged", "Work"]), 5));
    assert!(messages[1].2.is_empty());
}

#[tokio::test]
async fn nothing_is_overwritten_and_nothing_wrong_is_taken_for_right() {
    let stage = Stage::new().await;
    stage.put(&FolderId::from(folder_ids::INBOX), b"Subject: x\n\nText\n", Known::default()).await;
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("out");
    stage.export(Format::Mbox, &root).await.unwrap();
    let again = stage.export(Format::Mbox, &root).await;
    assert!(matches!(again, Err(ArchiveError::NotEmpty(_))));

    let inbox = root.join("Inbox.mbox");
    let changed = fs::read_to_string(&inbox).unwrap().replace("Text", "Test");
    fs::write(&inbox, changed).unwrap();
    let read = Stage::new().await.import(Format::Mbox, &root).await;
    assert!(matches!(read, Err(ArchiveError::Changed { .. })));

    let notes = root.join(sidecar::FILE);
    let outside = fs::read_to_string(&notes).unwrap().replace("Inbox.mbox", "../Inbox.mbox");
    fs::write(&notes, outside).unwrap();
    let read = Stage::new().await.import(Format::Mbox, &root).await;
    assert!(matches!(read, Err(ArchiveError::Sidecar { line: 2, .. })));
    let read = Stage::new().await.import(Format::Maildir, &root).await;
    assert!(matches!(read, Err(ArchiveError::NoMail(_))));

    fs::write(folder.path().join("letter"), "Subject: x\n\n").unwrap();
    let read = Stage::new().await.import(Format::Mbox, &folder.path().join("letter")).await;
    assert!(matches!(read, Err(ArchiveError::NotMbox(_))));

    let nobody = AccountId::from("nobody@example.org");
    let read = export(&*stage.store, &stage.blobs, &nobody, Format::Mbox, &folder.path().join("x")).await;
    assert!(matches!(read, Err(ArchiveError::NoAccount(_))));
    assert!(!stage.store.accounts().await.unwrap().contains(&nobody));
}
