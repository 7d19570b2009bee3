//! Moving, to Deleted Items, and back.

use super::{all, counts, deleted_items, downloaded, inbox, message, opened, set};
use crate::store::{
    StoreError,
    mail::{MailStore, NewMessage},
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::{FolderId, Uid},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    messages_keep_all_but_their_place(store).await;
    deleted_mail_goes_back_to_its_place(store).await;
}

async fn messages_keep_all_but_their_place(store: &dyn MailStore) {
    let account = opened(store, "moving").await;
    let work = store.create_folder(&account, None, "Work").await.unwrap();
    let seen = NewMessage { flags: Flags::one(Flag::Seen), ..message("read") };
    let uids = store.add(&account, &[downloaded("1"), seen, message("stays")]).await.unwrap();
    let before = store.message(&account, &inbox(), uids[0]).await.unwrap().unwrap();

    let asked = set(&[uids[0], uids[1], Uid(u32::MAX)]);
    assert_eq!(store.move_messages(&account, &inbox(), &asked, &work).await.unwrap(), set(&uids[..2]));
    assert!(store.move_messages(&account, &inbox(), &asked, &work).await.unwrap().is_empty());
    assert!(store.move_messages(&account, &work, &asked, &work).await.unwrap().is_empty());
    assert_eq!(all(store, &account, &work).await.len(), 2);
    assert_eq!(all(store, &account, &inbox()).await, uids[2..]);
    assert_eq!(counts(store, &account, &work).await, (2, 1));
    assert_eq!(counts(store, &account, &inbox()).await, (1, 1));

    assert_eq!(store.message(&account, &inbox(), uids[0]).await.unwrap(), None);
    let mut after = store.message(&account, &work, uids[0]).await.unwrap().unwrap();
    assert_eq!(after.summary.key.folder, work);
    after.summary.key.folder = inbox();
    assert_eq!(after, before);

    let lost = store.move_messages(&account, &work, &asked, &"f0".into()).await;
    assert!(matches!(lost, Err(StoreError::NoSuchFolder)), "{lost:?}");
    let from_nowhere = store.move_messages(&account, &"f0".into(), &asked, &work).await.unwrap();
    assert!(from_nowhere.is_empty());
    assert_eq!(counts(store, &account, &work).await, (2, 1));
}

async fn deleted_mail_goes_back_to_its_place(store: &dyn MailStore) {
    let account = opened(store, "restoring").await;
    let (work, gone) = (
        store.create_folder(&account, None, "Work").await.unwrap(),
        store.create_folder(&account, None, "Gone").await.unwrap(),
    );
    let mut lot: Vec<NewMessage> = (0..5).map(|at| message(&format!("restored {at}"))).collect();
    for (at, folder) in [&work, &work, &gone, &inbox(), &deleted_items()].into_iter().enumerate() {
        lot[at].folder = folder.clone();
    }
    let uids = store.add(&account, &lot).await.unwrap();
    for folder in [&work, &gone, &inbox()] {
        let there = set(&all(store, &account, folder).await);
        assert_eq!(store.move_messages(&account, folder, &there, &deleted_items()).await.unwrap(), there);
    }
    assert_eq!(all(store, &account, &deleted_items()).await, uids);
    assert_eq!(counts(store, &account, &deleted_items()).await, (5, 5));
    store.remove_folder(&account, &gone).await.unwrap();
    store.move_folder(&account, &work, None, "Renamed").await.unwrap();

    let first = store.restore(&account, &set(&[uids[0], Uid(u32::MAX)])).await.unwrap();
    assert_eq!(first, [(work.clone(), set(&uids[..1]))]);
    let mut rest = store.restore(&account, &UidSet::from_ranges([(0, u32::MAX)])).await.unwrap();
    rest.sort_by(|a, b| a.0.cmp(&b.0));
    let mut expected: [(FolderId, UidSet); 2] =
        [(inbox(), set(&uids[2..])), (work.clone(), set(&uids[1..2]))];
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(rest, expected);
    assert_eq!(counts(store, &account, &deleted_items()).await, (0, 0));
    assert_eq!(counts(store, &account, &work).await, (2, 2));
    assert!(store.restore(&account, &set(&uids)).await.unwrap().is_empty());

    // What was taken out of Deleted Items by hand and deleted again comes back to where it was last.
    let one = set(&uids[..1]);
    store.move_messages(&account, &work, &one, &deleted_items()).await.unwrap();
    store.move_messages(&account, &deleted_items(), &one, &"Archive".into()).await.unwrap();
    assert!(store.restore(&account, &one).await.unwrap().is_empty());
    store.move_messages(&account, &"Archive".into(), &one, &deleted_items()).await.unwrap();
    assert_eq!(store.restore(&account, &one).await.unwrap(), [("Archive".into(), one)]);
}
