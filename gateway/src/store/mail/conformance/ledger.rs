//! The ledger of what was downloaded.

use super::{add, address, downloaded, inbox, opened, set};
use crate::{
    store::mail::{MailStore, NewMessage},
    sync::pop3::ledger::{EntryId, LedgerChange, LedgerEntry},
};
use postern_shared::{
    ids::{AccountId, FolderId, MessageKey},
    pop3::WaitingCopy,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    keeps_what_was_removed(store).await;
    tells_of_copies(store).await;
    takes_changes(store).await;
}

async fn keeps_what_was_removed(store: &dyn MailStore) {
    let account = opened(store, "tombstones").await;
    let uids = store.add(&account, &[downloaded("1"), downloaded("2"), downloaded("3")]).await.unwrap();
    let before = store.ledger(&account).await.unwrap();
    assert!(before.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(ids(&before), ["1", "2", "3"]);

    store.remove(&account, &inbox(), &set(&uids[1..2])).await.unwrap();
    let folder = store.create_folder(&account, None, "Going").await.unwrap();
    store.move_messages(&account, &inbox(), &set(&uids[2..]), &folder).await.unwrap();
    assert_eq!(store.ledger(&account).await.unwrap()[2].uid, Some(uids[2]));
    store.remove_folder(&account, &folder).await.unwrap();

    let after = store.ledger(&account).await.unwrap();
    assert_eq!(after[0], before[0]);
    for at in [1, 2] {
        assert_eq!(after[at], LedgerEntry { uid: None, ..before[at].clone() });
        assert!(after[at].is_removed_here());
        let again = store.add(&account, &[downloaded(&(at + 1).to_string())]).await;
        assert!(again.is_err(), "{again:?}");
    }
}

async fn tells_of_copies(store: &dyn MailStore) {
    let account = opened(store, "copies").await;
    let validity = store.open_account(&account).await.unwrap().validity;
    let other = opened(store, "copies-other").await;
    add(store, &other, downloaded("other")).await;
    let nameless = NewMessage { from: Vec::new(), subject: String::new(), ..downloaded("2") };
    let uids = store.add(&account, &[downloaded("1"), nameless, downloaded("3")]).await.unwrap();
    let archive = FolderId::from("Archive");
    store.move_messages(&account, &inbox(), &set(&uids[1..2]), &archive).await.unwrap();
    store.remove(&account, &inbox(), &set(&uids[2..])).await.unwrap();
    let ids: Vec<EntryId> = store.ledger(&account).await.unwrap().iter().map(|entry| entry.id).collect();
    let foreign = store.ledger(&other).await.unwrap()[0].id;
    let ada = Some(address("Ada", "ada@example.org"));
    let key = |folder, uid| Some(MessageKey { folder, validity, uid });
    let one = WaitingCopy { key: key(inbox(), uids[0]), from: ada.clone(), subject: "1".to_owned() };
    let two = WaitingCopy { key: key(archive, uids[1]), from: None, subject: String::new() };
    let three = WaitingCopy { key: None, from: ada, subject: "3".to_owned() };
    let asked = [ids[2], EntryId(i64::MAX), ids[0], ids[1]];
    assert_eq!(store.copies(&account, &asked).await.unwrap(), [three, one, two]);
    if !ids.contains(&foreign) {
        assert_eq!(store.copies(&account, &[foreign]).await.unwrap(), []);
    }
}

async fn takes_changes(store: &dyn MailStore) {
    let account = opened(store, "changes").await;
    for id in ["1", "2", "3"] {
        add(store, &account, downloaded(id)).await;
    }
    let entries = store.ledger(&account).await.unwrap();
    let [one, two, three] = [0, 1, 2].map(|at| entries[at].id);
    let renamed = |id, name: &str| LedgerChange::Renamed(id, Some(name.to_owned()));

    store.change_ledger(&account, &[LedgerChange::CopyDeleted(one, Some(77))]).await.unwrap();
    assert_eq!(store.ledger(&account).await.unwrap()[0].copy_deleted_at, Some(77));
    assert_eq!(store.ledger(&account).await.unwrap()[1].copy_deleted_at, None);
    store.change_ledger(&account, &[LedgerChange::CopyDeleted(one, None)]).await.unwrap();
    assert_eq!(store.ledger(&account).await.unwrap()[0].copy_deleted_at, None, "there is a copy again");

    // Two entries change names with each other.
    store.change_ledger(&account, &[renamed(one, "2"), renamed(two, "1")]).await.unwrap();
    assert_eq!(names(store, &account).await, ["2", "1", "3"]);
    store.change_ledger(&account, &[LedgerChange::Renamed(two, None)]).await.unwrap();
    assert_eq!(names(store, &account).await, ["2", "-", "3"]);
    // The server says that the id is another message's now.
    store.change_ledger(&account, &[renamed(one, "3")]).await.unwrap();
    assert_eq!(names(store, &account).await, ["3", "-", "-"]);
    store.change_ledger(&account, &[renamed(two, "4"), renamed(three, "4")]).await.unwrap();
    assert_eq!(names(store, &account).await, ["3", "-", "4"]);
    // Entries that do not exist, and other accounts', are passed over.
    let other = opened(store, "changes-other").await;
    let strange = [renamed(EntryId(i64::MAX), "5"), LedgerChange::CopyDeleted(EntryId(i64::MAX), Some(1))];
    store.change_ledger(&account, &strange).await.unwrap();
    // The other account has no entries, whatever these numbers mean to it.
    store.change_ledger(&other, &[renamed(one, "5"), LedgerChange::CopyDeleted(two, Some(1))]).await.unwrap();
    assert_eq!(names(store, &account).await, ["3", "-", "4"]);
    assert_eq!(store.ledger(&account).await.unwrap()[1].copy_deleted_at, None);
    // A freed name can be downloaded.
    add(store, &account, downloaded("1")).await;
    assert_eq!(names(store, &account).await, ["3", "-", "4", "1"]);
}

fn ids(entries: &[LedgerEntry]) -> Vec<String> {
    entries.iter().map(|entry| entry.unique_id.clone().unwrap_or_else(|| "-".to_owned())).collect()
}

async fn names(store: &dyn MailStore, account: &AccountId) -> Vec<String> {
    ids(&store.ledger(account).await.unwrap())
}
