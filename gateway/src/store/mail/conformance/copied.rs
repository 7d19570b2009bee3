//! What came from the folders of an IMAP server.

use super::{all, counts, inbox, message, opened};
use crate::store::{
    StoreError,
    mail::{MailStore, NewMessage, ServerFolder},
};
use postern_shared::{
    ids::{AccountId, FolderId, UidValidity},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    copies_are_remembered_with_the_messages(store).await;
    nothing_is_remembered_without_its_messages(store).await;
    mailboxes_are_noted_until_they_do_not_matter(store).await;
}

fn folder(name: &[u8], validity: u32) -> ServerFolder {
    ServerFolder {
        server: "imap.example.org".to_owned(),
        name: name.to_vec(),
        validity: UidValidity(validity),
    }
}

fn uids(ranges: &[(u32, u32)]) -> UidSet {
    UidSet::from_ranges(ranges.iter().copied())
}

async fn copies_are_remembered_with_the_messages(store: &dyn MailStore) {
    let account = opened(store, "copied").await;
    let (work, raw) = (folder(b"Work", 7), folder(b"\xe9\0", 7));
    assert!(store.copied(&account, &work).await.unwrap().is_empty());
    let sent = FolderId::from("Sent");
    let there = NewMessage { folder: sent.clone(), ..message("two") };
    let messages = [message("one"), there.clone()];
    let added = store.add_copied(&account, &work, &uids(&[(1, 2), (9, 9)]), &messages).await.unwrap();
    assert_eq!(added.len(), 2);
    assert_eq!(all(store, &account, &inbox()).await, [added[0]]);
    assert!(store.ledger(&account).await.unwrap().is_empty(), "no download of POP3");
    let of_sent = store.folder_blobs(&account, &sent).await.unwrap();
    assert_eq!(of_sent, [there.hash].into());
    assert!(store.folder_blobs(&account, &"Drafts".into()).await.unwrap().is_empty());

    // Messages that were here before are remembered without being stored.
    assert_eq!(store.add_copied(&account, &work, &uids(&[(3, 3)]), &[]).await.unwrap(), []);
    store.add_copied(&account, &raw, &uids(&[(1, 1)]), &[message("three")]).await.unwrap();
    assert_eq!(store.copied(&account, &work).await.unwrap(), uids(&[(1, 3), (9, 9)]));
    assert_eq!(store.copied(&account, &raw).await.unwrap(), uids(&[(1, 1)]));
    let elsewhere = ServerFolder { server: "other.example.org".to_owned(), ..work.clone() };
    for other in [elsewhere, folder(b"work", 7), folder(b"Work", 8)] {
        assert!(store.copied(&account, &other).await.unwrap().is_empty(), "{other:?}");
    }
    let grace = opened(store, "copied-elsewhere").await;
    assert!(store.copied(&grace, &work).await.unwrap().is_empty());

    // Removed here: it was copied all the same.
    store.remove(&account, &inbox(), &UidSet::one(added[0])).await.unwrap();
    assert_eq!(store.copied(&account, &work).await.unwrap(), uids(&[(1, 3), (9, 9)]));

    // Another life of its UIDs.
    store.add_copied(&account, &folder(b"Work", 8), &uids(&[(1, 1)]), &[]).await.unwrap();
    assert!(store.copied(&account, &work).await.unwrap().is_empty());
    assert_eq!(store.copied(&account, &folder(b"Work", 8)).await.unwrap(), uids(&[(1, 1)]));
}

async fn nothing_is_remembered_without_its_messages(store: &dyn MailStore) {
    let account = opened(store, "copied-not").await;
    let work = folder(b"Work", 1);
    store.add_copied(&account, &work, &uids(&[(5, 5)]), &[message("five")]).await.unwrap();
    let again = store.add_copied(&account, &work, &uids(&[(4, 6)]), &[message("six")]).await;
    assert!(matches!(again, Err(StoreError::AlreadyDownloaded(_))), "{again:?}");
    let nowhere = NewMessage { folder: "nowhere".into(), ..message("seven") };
    let refused = store.add_copied(&account, &work, &uids(&[(7, 7)]), &[message("eight"), nowhere]).await;
    assert!(matches!(refused, Err(StoreError::NoSuchFolder)), "{refused:?}");
    assert_eq!(store.copied(&account, &work).await.unwrap(), uids(&[(5, 5)]));
    assert_eq!(counts(store, &account, &inbox()).await, (1, 1));
    let unknown = AccountId::from("unknown@example.org");
    let refused = store.add_copied(&unknown, &work, &uids(&[(1, 1)]), &[]).await;
    assert!(matches!(refused, Err(StoreError::NoSuchFolder)), "{refused:?}");
    assert!(store.copied(&unknown, &work).await.unwrap().is_empty());
}

async fn mailboxes_are_noted_until_they_do_not_matter(store: &dyn MailStore) {
    let (ada, grace) = ("ada at imap.example.org:993", "grace at imap.example.org:993");
    assert!(!store.imap_noted(ada).await.unwrap());
    store.note_imap(ada, false).await.unwrap();
    for _ in 0..2 {
        store.note_imap(ada, true).await.unwrap();
    }
    assert!(store.imap_noted(ada).await.unwrap());
    assert!(!store.imap_noted(grace).await.unwrap());
    store.note_imap(ada, false).await.unwrap();
    assert!(!store.imap_noted(ada).await.unwrap());
}
