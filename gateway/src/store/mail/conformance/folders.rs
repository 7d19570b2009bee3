//! Folders: the special ones, names, the tree, its order.

use super::{add, all, deleted_items, inbox, message, opened, set};
use crate::store::{
    StoreError,
    mail::{MailStore, NewMessage},
};
use postern_shared::{
    folder::{Counts, Folder, Role},
    ids::{AccountId, FolderId},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    special_ones_are_there_and_stay(store).await;
    names_are_checked(store).await;
    stand_in_order(store).await;
    move_but_never_into_themselves(store).await;
    go_with_all_that_is_in_them(store).await;
}

async fn special_ones_are_there_and_stay(store: &dyn MailStore) {
    let account = opened(store, "special").await;
    let folders = store.folders(&account).await.unwrap();
    let expected = [
        ("INBOX", "Inbox", Role::Inbox),
        ("Drafts", "Drafts", Role::Drafts),
        ("Sent", "Sent", Role::Sent),
        ("Archive", "Archive", Role::Archive),
        ("Junk", "Junk", Role::Junk),
        ("Deleted Items", "Deleted Items", Role::Trash),
    ];
    let expected = expected.map(|(id, name, role)| Folder {
        id: id.into(),
        parent: None,
        name: name.to_owned(),
        role: Some(role),
        selectable: true,
        accepts_children: true,
        subscribed: true,
        counts: Some(Counts::default()),
    });
    assert_eq!(folders, expected);
    for folder in &expected {
        let moved = store.move_folder(&account, &folder.id, None, "Else").await;
        assert!(matches!(moved, Err(StoreError::SpecialFolder)), "{moved:?}");
        let removed = store.remove_folder(&account, &folder.id).await;
        assert!(matches!(removed, Err(StoreError::SpecialFolder)), "{removed:?}");
    }
    assert_eq!(store.folders(&account).await.unwrap(), expected);
}

async fn names_are_checked(store: &dyn MailStore) {
    let account = opened(store, "names").await;
    for bad in ["", " \u{a0}", "a\nb", "nul\0", "\u{85}x\u{85}y", &"é".repeat(128)] {
        let made = store.create_folder(&account, None, bad).await;
        assert!(matches!(made, Err(StoreError::BadName(_))), "{bad:?}: {made:?}");
    }
    let work = store.create_folder(&account, None, "  Wörk / <b> ").await.unwrap();
    assert!(work.as_str().strip_prefix('f').is_some_and(|number| number.parse::<u64>().is_ok()), "{work}");
    let folders = store.folders(&account).await.unwrap();
    let made = folders.iter().find(|folder| folder.id == work).unwrap();
    assert_eq!((made.name.as_str(), &made.parent, made.role), ("Wörk / <b>", &None, None));

    for taken in ["wÖRK / <B>", "inbox", "Deleted items"] {
        let made = store.create_folder(&account, None, taken).await;
        assert!(matches!(made, Err(StoreError::FolderExists(_))), "{taken}: {made:?}");
    }
    let nowhere = store.create_folder(&account, Some(&"f0".into()), "Lost").await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchFolder)), "{nowhere:?}");
    // The same name is free elsewhere, and a folder may change the case of its own.
    store.create_folder(&account, Some(&inbox()), "wörk / <b>").await.unwrap();
    store.move_folder(&account, &work, None, "WÖRK / <b>").await.unwrap();
    let renamed = store.folders(&account).await.unwrap();
    assert_eq!(renamed.iter().find(|folder| folder.id == work).unwrap().name, "WÖRK / <b>");
    let bad = store.move_folder(&account, &work, None, "\t").await;
    assert!(matches!(bad, Err(StoreError::BadName(_))), "{bad:?}");
}

async fn stand_in_order(store: &dyn MailStore) {
    let account = opened(store, "order").await;
    let (zoo, bee) = (make(store, &account, None, "Zoo").await, make(store, &account, None, "bee").await);
    let ape = make(store, &account, Some(&zoo), "ape").await;
    let yak = make(store, &account, Some(&zoo), "Yak").await;
    let deep = make(store, &account, Some(&ape), "deep").await;
    let sub = make(store, &account, Some(&inbox()), "sub").await;
    let ids: Vec<FolderId> =
        store.folders(&account).await.unwrap().into_iter().map(|folder| folder.id).collect();
    let special = ["Drafts", "Sent", "Archive", "Junk", "Deleted Items"].map(FolderId::from);
    let expected: Vec<FolderId> =
        [inbox(), sub].into_iter().chain(special).chain([bee, zoo, ape, deep, yak]).collect();
    assert_eq!(ids, expected);
}

async fn move_but_never_into_themselves(store: &dyn MailStore) {
    let account = opened(store, "tree").await;
    let top = make(store, &account, None, "Top").await;
    let middle = make(store, &account, Some(&top), "Middle").await;
    let leaf = make(store, &account, Some(&middle), "Leaf").await;
    let uid = add(store, &account, NewMessage { folder: leaf.clone(), ..message("in the leaf") }).await;
    for inside in [&top, &middle, &leaf] {
        let moved = store.move_folder(&account, &top, Some(inside), "Top").await;
        assert!(matches!(moved, Err(StoreError::NoSuchFolder)), "{moved:?}");
    }
    let missing = store.move_folder(&account, &"f0".into(), None, "x").await;
    assert!(matches!(missing, Err(StoreError::NoSuchFolder)), "{missing:?}");
    let missing = store.move_folder(&account, &top, Some(&"f0".into()), "x").await;
    assert!(matches!(missing, Err(StoreError::NoSuchFolder)), "{missing:?}");

    store.move_folder(&account, &leaf, None, "Leaves").await.unwrap();
    let taken = store.move_folder(&account, &leaf, None, "TOP").await;
    assert!(matches!(taken, Err(StoreError::FolderExists(_))), "{taken:?}");
    let folders = store.folders(&account).await.unwrap();
    let moved = folders.iter().find(|folder| folder.id == leaf).unwrap();
    assert_eq!((moved.name.as_str(), &moved.parent), ("Leaves", &None));
    assert_eq!(all(store, &account, &leaf).await, [uid]);
}

async fn go_with_all_that_is_in_them(store: &dyn MailStore) {
    let account = opened(store, "going").await;
    let top = make(store, &account, None, "Top").await;
    let leaf = make(store, &account, Some(&top), "Leaf").await;
    let empty = make(store, &account, Some(&leaf), "Empty").await;
    let mut lot = [message("one"), message("two"), message("three"), message("stays")];
    lot[0].folder = top.clone();
    lot[1].folder = leaf.clone();
    lot[2].folder = leaf.clone();
    let uids = store.add(&account, &lot).await.unwrap();
    let mut gone = store.remove_folder(&account, &top).await.unwrap();
    gone.sort_by(|a, b| a.0.cmp(&b.0));
    let mut expected = [(top.clone(), set(&uids[..1])), (leaf, set(&uids[1..3])), (empty, UidSet::new())];
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(gone, expected);
    assert_eq!(store.folders(&account).await.unwrap().len(), 6);
    assert_eq!(all(store, &account, &inbox()).await, uids[3..]);
    assert!(all(store, &account, &top).await.is_empty());
    let again = store.remove_folder(&account, &top).await;
    assert!(matches!(again, Err(StoreError::NoSuchFolder)), "{again:?}");
    // An id is never given again: somebody may still hold it.
    assert_ne!(make(store, &account, None, "Top").await, top);
    assert!(all(store, &account, &deleted_items()).await.is_empty());
}

async fn make(store: &dyn MailStore, account: &AccountId, parent: Option<&FolderId>, name: &str) -> FolderId {
    store.create_folder(account, parent, name).await.unwrap()
}
