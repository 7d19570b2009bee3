//! Removing for good, in bulk too.

use super::{add, all, counts, downloaded, inbox, message, opened, set};
use crate::store::mail::{MailStore, NewMessage};
use postern_shared::{
    flags::{Flag, FlagChange},
    ids::{FolderId, Uid},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    what_is_removed_is_gone(store).await;
    many_at_once(store).await;
}

async fn what_is_removed_is_gone(store: &dyn MailStore) {
    let account = opened(store, "removing").await;
    let uids = store.add(&account, &[downloaded("1"), message("2"), message("3")]).await.unwrap();
    // The same content a second time: the blob is still needed after the first is removed.
    let twin = add(store, &account, message("3")).await;
    assert!(store.remove(&account, &"Sent".into(), &set(&uids)).await.unwrap().is_empty());
    assert!(store.remove(&account, &"f0".into(), &set(&uids)).await.unwrap().is_empty());
    let asked = set(&[uids[0], uids[2], Uid(u32::MAX)]);
    assert_eq!(store.remove(&account, &inbox(), &asked).await.unwrap(), set(&[uids[0], uids[2]]));
    assert!(store.remove(&account, &inbox(), &asked).await.unwrap().is_empty());
    assert_eq!(all(store, &account, &inbox()).await, [uids[1], twin]);
    assert_eq!(store.message(&account, &inbox(), uids[0]).await.unwrap(), None);
    assert_eq!(counts(store, &account, &inbox()).await, (2, 2));
    let blobs = store.blobs(&account).await.unwrap();
    assert_eq!(blobs, [message("2").hash, message("3").hash].into());
}

async fn many_at_once(store: &dyn MailStore) {
    let account = opened(store, "many").await;
    let lot: Vec<NewMessage> = (0..2000).map(|at| message(&format!("many {at}"))).collect();
    let mut uids = Vec::new();
    for batch in lot.chunks(500) {
        uids.extend(store.add(&account, batch).await.unwrap());
    }
    // Every second one: no two in one range.
    let odd: UidSet = uids.iter().copied().step_by(2).collect();
    let archive = FolderId::from("Archive");
    let read = FlagChange::one(Flag::Seen, true);
    assert_eq!(store.set_flags(&account, &inbox(), &odd, &read).await.unwrap(), odd);
    assert_eq!(counts(store, &account, &inbox()).await, (2000, 1000));
    assert_eq!(store.move_messages(&account, &inbox(), &odd, &archive).await.unwrap(), odd);
    assert_eq!(counts(store, &account, &archive).await, (1000, 0));
    assert_eq!(store.summaries(&account, &archive, &uids).await.unwrap().len(), 1000);
    assert_eq!(store.remove(&account, &archive, &odd).await.unwrap(), odd);
    assert_eq!(counts(store, &account, &archive).await, (0, 0));
    assert_eq!(counts(store, &account, &inbox()).await, (1000, 1000));
    assert_eq!(set(&all(store, &account, &inbox()).await), set(&uids).difference(&odd));
}
