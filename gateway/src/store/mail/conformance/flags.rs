//! Flags.

use super::{add, counts, found, inbox, message, opened, set};
use crate::store::mail::{MailStore, NewMessage};
use postern_shared::{
    flags::{Flag, FlagChange, Flags},
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    only_what_changed_is_told(store).await;
    keywords_come_and_go(store).await;
}

async fn only_what_changed_is_told(store: &dyn MailStore) {
    let account = opened(store, "flags").await;
    let lot: Vec<NewMessage> = (0..5)
        .map(|at| NewMessage {
            flags: if at % 2 == 0 { Flags::one(Flag::Seen) } else { Flags::new() },
            ..message(&format!("flag {at}"))
        })
        .collect();
    let uids = store.add(&account, &lot).await.unwrap();
    assert_eq!(counts(store, &account, &inbox()).await, (5, 2));
    let change = async |uids: &UidSet, change: &FlagChange| {
        store.set_flags(&account, &inbox(), uids, change).await.unwrap()
    };
    let read = FlagChange::one(Flag::Seen, true);
    let everything = UidSet::from_ranges([(0, u32::MAX)]);
    assert_eq!(change(&everything, &read).await, set(&[uids[1], uids[3]]));
    assert!(change(&everything, &read).await.is_empty());
    assert_eq!(counts(store, &account, &inbox()).await, (5, 0));

    let unread = FlagChange::one(Flag::Seen, false);
    assert_eq!(change(&set(&uids[2..4]), &unread).await, set(&uids[2..4]));
    assert_eq!(found(store, &account, &inbox(), "is:unread").await, uids[2..4]);
    assert_eq!(counts(store, &account, &inbox()).await, (5, 2));
    let both = FlagChange { add: Flags::one(Flag::Flagged), remove: Flags::one(Flag::Seen) };
    assert_eq!(change(&set(&uids[..3]), &both).await, set(&uids[..3]));
    let expected: Flags = Flags::one(Flag::Flagged);
    for uid in &uids[..3] {
        assert_eq!(flags(store, &account, *uid).await, expected);
    }
    assert_eq!(flags(store, &account, uids[4]).await, Flags::one(Flag::Seen));
    assert_eq!(counts(store, &account, &inbox()).await, (5, 4));

    assert!(change(&UidSet::new(), &read).await.is_empty());
    assert!(change(&everything, &FlagChange::default()).await.is_empty());
    let elsewhere = FolderId::from("Sent");
    assert!(store.set_flags(&account, &elsewhere, &everything, &read).await.unwrap().is_empty());
    assert!(store.set_flags(&account, &"f0".into(), &everything, &read).await.unwrap().is_empty());
    assert_eq!(counts(store, &account, &inbox()).await, (5, 4));
}

async fn keywords_come_and_go(store: &dyn MailStore) {
    let account = opened(store, "keywords").await;
    let named = |names: &[&str]| {
        let mut flags = Flags::new();
        for name in names {
            flags.insert_name(name);
        }
        flags
    };
    let one = add(store, &account, NewMessage { flags: named(&["Work", "\\Seen"]), ..message("one") }).await;
    let two = add(store, &account, NewMessage { flags: named(&["Home"]), ..message("two") }).await;
    let both = set(&[one, two]);
    let change = FlagChange { add: named(&["Later", "\\Flagged"]), remove: named(&["Work"]) };
    assert_eq!(store.set_flags(&account, &inbox(), &both, &change).await.unwrap(), both);
    assert_eq!(flags(store, &account, one).await, named(&["Later", "\\Flagged", "\\Seen"]));
    assert_eq!(flags(store, &account, two).await, named(&["Home", "Later", "\\Flagged"]));
    assert!(store.set_flags(&account, &inbox(), &both, &change).await.unwrap().is_empty());
    let change = FlagChange { add: Flags::new(), remove: named(&["Home"]) };
    assert_eq!(store.set_flags(&account, &inbox(), &both, &change).await.unwrap(), set(&[two]));
    assert_eq!(flags(store, &account, two).await, named(&["Later", "\\Flagged"]));
}

async fn flags(store: &dyn MailStore, account: &AccountId, uid: Uid) -> Flags {
    store.message(account, &inbox(), uid).await.unwrap().unwrap().summary.flags
}
