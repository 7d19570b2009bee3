//! Adding messages, and reading them back.

use super::{add, address, all, counts, downloaded, inbox, message, opened};
use crate::store::{
    StoreError,
    mail::{MailStore, NewMessage, StoredMessage},
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::{AccountId, FolderId, MessageKey, Uid},
    summary::Summary,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    what_was_put_in_comes_out(store).await;
    uids_go_up(store).await;
    all_or_nothing(store).await;
    odd_text_is_text(store).await;
}

async fn what_was_put_in_comes_out(store: &dyn MailStore) {
    let account = opened(store, "adding").await;
    let mut flags: Flags = [Flag::Seen, Flag::NotJunk].into_iter().collect();
    flags.insert_name("Work \"1\"");
    flags.insert_name("Büro");
    let new = NewMessage {
        flags,
        size: 5_000_000_000,
        from: vec![address("Ada Lovelace", "ada@example.org"), address("", "second@example.org")],
        to: vec![address("Grace", "grace@example.org")],
        cc: vec![address("Jean", "jean@example.org")],
        sent: None,
        received: -5,
        preview: Some("It begins".to_owned()),
        has_attachment: true,
        unreadable: true,
        partial: true,
        layout: vec![0, 255, 1],
        ..downloaded("all of it")
    };
    let before = add(store, &account, message("plain")).await;
    let uid = add(store, &account, new.clone()).await;

    let read = store.message(&account, &inbox(), uid).await.unwrap().unwrap();
    assert_eq!(read.summary, summary(store, &account, uid, &new).await);
    assert_eq!((read.hash, read.partial, &read.layout), (new.hash, true, &new.layout));
    let entry = read.ledger.unwrap();
    assert_eq!(entry.unique_id.as_deref(), Some("all of it"));
    assert_eq!((entry.hash, entry.partial, entry.uid), (new.hash, true, Some(uid)));
    assert_eq!((entry.downloaded_at, entry.copy_deleted_at), (1_700_000_200, None));
    assert_eq!(store.ledger(&account).await.unwrap(), [entry]);

    let plain: StoredMessage = store.message(&account, &inbox(), before).await.unwrap().unwrap();
    assert_eq!(plain.ledger, None);
    let mut rows = store.summaries(&account, &inbox(), &[Uid(u32::MAX), uid, before, uid]).await.unwrap();
    rows.sort_by_key(|row| row.key.uid);
    rows.dedup();
    assert_eq!(rows, [plain.summary, read.summary]);
    let blobs = store.blobs(&account).await.unwrap();
    assert_eq!(blobs, [new.hash, message("plain").hash].into());

    let elsewhere = FolderId::from("Sent");
    assert_eq!(store.message(&account, &elsewhere, uid).await.unwrap(), None);
    assert_eq!(store.summaries(&account, &elsewhere, &[uid]).await.unwrap(), []);
    assert_eq!(store.message(&account, &inbox(), Uid(u32::MAX)).await.unwrap(), None);
    assert_eq!(counts(store, &account, &inbox()).await, (2, 1));
}

async fn summary(store: &dyn MailStore, account: &AccountId, uid: Uid, new: &NewMessage) -> Summary {
    let validity = store.open_account(account).await.unwrap().validity;
    Summary {
        key: MessageKey { folder: new.folder.clone(), validity, uid },
        flags: new.flags.clone(),
        from: new.from.clone(),
        to: new.to.clone(),
        subject: new.subject.clone(),
        preview: new.preview.clone(),
        sent: new.sent,
        received: new.received,
        size: new.size,
        has_attachment: new.has_attachment,
        unreadable: new.unreadable,
    }
}

async fn uids_go_up(store: &dyn MailStore) {
    let account = opened(store, "uids").await;
    assert_eq!(store.add(&account, &[]).await.unwrap(), []);
    let lot: Vec<NewMessage> = (0..64).map(|number| message(&format!("number {number}"))).collect();
    let first = store.add(&account, &lot).await.unwrap();
    assert_eq!(first.len(), 64);
    assert!(first[0].0 > 0 && first.is_sorted_by(|a, b| a < b), "{first:?}");
    let rows = store.summaries(&account, &inbox(), &first).await.unwrap();
    for (uid, new) in first.iter().zip(&lot) {
        assert_eq!(rows.iter().find(|row| row.key.uid == *uid).unwrap().subject, new.subject);
    }
    // What is removed leaves its UID unused for ever.
    store.remove(&account, &inbox(), &super::set(&first)).await.unwrap();
    assert!(add(store, &account, message("next")).await > first[63]);
}

async fn all_or_nothing(store: &dyn MailStore) {
    let account = opened(store, "nothing").await;
    let uid = add(store, &account, downloaded("1")).await;
    let again = store.add(&account, &[message("new"), downloaded("1")]).await;
    assert!(matches!(&again, Err(StoreError::AlreadyDownloaded(id)) if id == "1"), "{again:?}");
    let twice = store.add(&account, &[downloaded("2"), downloaded("2")]).await;
    assert!(matches!(&twice, Err(StoreError::AlreadyDownloaded(id)) if id == "2"), "{twice:?}");
    let lost = store
        .add(&account, &[downloaded("3"), NewMessage { folder: "f0".into(), ..message("nowhere") }])
        .await;
    assert!(matches!(lost, Err(StoreError::NoSuchFolder)), "{lost:?}");
    assert_eq!(all(store, &account, &inbox()).await, [uid]);
    assert_eq!(store.ledger(&account).await.unwrap().len(), 1);
    assert_eq!(counts(store, &account, &inbox()).await, (1, 1));

    // One account's unique-ids are nothing to another; case makes another id (RFC 1939 §7).
    let other = opened(store, "nothing-other").await;
    add(store, &other, downloaded("1")).await;
    store.add(&account, &[downloaded("a"), downloaded("A")]).await.unwrap();
    // Without unique-ids there is nothing to collide.
    let mut blank = downloaded("blank");
    blank.download = blank.download.map(|download| super::Downloaded { unique_id: None, ..download });
    store.add(&account, &[blank.clone(), blank]).await.unwrap();
    assert_eq!(store.ledger(&account).await.unwrap().len(), 5);
}

/// Mail holds whatever its sender put there: none of it keeps it from being stored.
async fn odd_text_is_text(store: &dyn MailStore) {
    let account = opened(store, "odd").await;
    let odd = "odd\0'\"\\ %_* NEAR(x) \u{202e}\u{1f600}\u{fffd}";
    let new = NewMessage {
        from: vec![address(odd, odd)],
        preview: Some(odd.to_owned()),
        text: format!("{odd} {}", "long ".repeat(50_000)),
        ..message(odd)
    };
    let uid = add(store, &account, new).await;
    let read = store.message(&account, &inbox(), uid).await.unwrap().unwrap().summary;
    assert!(read.subject.starts_with("odd") && read.subject.ends_with('\u{fffd}'), "{:?}", read.subject);
    for query in ["odd", "long", "from:odd", "subject:%_*", "'\"", "\"near x\"", "*", "NEAR", "-absent"] {
        assert_eq!(super::found(store, &account, &inbox(), query).await, [uid], "{query}");
    }
    for query in ["subject:o_d", "subject:%d%", "-NEAR"] {
        assert_eq!(super::found(store, &account, &inbox(), query).await, [], "{query}");
    }
}
