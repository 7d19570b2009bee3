//! Accounts, their settings, and what is said of those that do not exist.

use super::{add, counts, found, inbox, message};
use crate::store::{
    StoreError,
    mail::{ListSpec, MailAccount, MailStore},
};
use postern_shared::{
    ids::{AccountId, Uid},
    pop3::{CopyPolicy, Pop3Settings},
    uid_set::UidSet,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    are_made_once_and_keep_their_settings(store).await;
    do_not_see_each_other(store).await;
    missing_ones_hold_nothing(store).await;
}

async fn are_made_once_and_keep_their_settings(store: &dyn MailStore) {
    let account = AccountId::from("kept@example.org");
    let made = store.open_account(&account).await.unwrap();
    assert_ne!(made.validity.0, 0);
    let expected =
        MailAccount { validity: made.validity, settings: Pop3Settings::default(), checked_at: None };
    assert_eq!(made, expected);
    assert_eq!(store.open_account(&account).await.unwrap(), made);

    for copy in [
        CopyPolicy::LeaveForDays(14),
        CopyPolicy::RemoveWithDeletedItems,
        CopyPolicy::RemoveAfterDownload,
        CopyPolicy::Leave,
    ] {
        let settings = Pop3Settings { copy, check_minutes: None, first_lines: Some(200) };
        store.set_settings(&account, settings).await.unwrap();
        assert_eq!(store.open_account(&account).await.unwrap(), MailAccount { settings, ..made.clone() });
    }
    store.set_checked(&account, 1_700_000_000).await.unwrap();
    assert_eq!(store.open_account(&account).await.unwrap().checked_at, Some(1_700_000_000));
    let there = store.accounts().await.unwrap();
    assert_eq!(there.iter().filter(|other| **other == account).count(), 1);
}

async fn do_not_see_each_other(store: &dyn MailStore) {
    let (one, other) = (AccountId::from("one@example.org"), AccountId::from("other@example.org"));
    for account in [&one, &other] {
        store.open_account(account).await.unwrap();
    }
    let uid = add(store, &one, message("apart")).await;
    assert_eq!(found(store, &one, &inbox(), "apart").await, [uid]);
    assert_eq!(found(store, &other, &inbox(), "apart").await, []);
    assert_eq!(store.message(&other, &inbox(), uid).await.unwrap(), None);
    assert!(store.remove(&other, &inbox(), &UidSet::from_ranges([(0, u32::MAX)])).await.unwrap().is_empty());
    let id = store.create_folder(&one, None, "Mine").await.unwrap();
    assert!(store.folders(&other).await.unwrap().iter().all(|folder| folder.name != "Mine"));
    let foreign = store.remove_folder(&other, &id).await;
    assert!(matches!(foreign, Err(StoreError::NoSuchFolder)), "{foreign:?}");
    assert_eq!(counts(store, &one, &inbox()).await, (1, 1));
}

async fn missing_ones_hold_nothing(store: &dyn MailStore) {
    let nobody = AccountId::from("nobody@example.org");
    let everything = UidSet::from_ranges([(0, u32::MAX)]);
    store.set_settings(&nobody, Pop3Settings::default()).await.unwrap();
    store.set_checked(&nobody, 1).await.unwrap();
    assert_eq!(store.folders(&nobody).await.unwrap(), []);
    assert_eq!(store.ledger(&nobody).await.unwrap(), []);
    assert!(store.blobs(&nobody).await.unwrap().is_empty());
    let spec = ListSpec { folders: vec![inbox()], query: Default::default(), sort: Default::default() };
    assert_eq!(store.list(&nobody, &spec).await.unwrap(), []);
    assert_eq!(store.summaries(&nobody, &inbox(), &[Uid(1)]).await.unwrap(), []);
    assert!(store.restore(&nobody, &everything).await.unwrap().is_empty());
    let added = store.add(&nobody, &[message("lost")]).await;
    assert!(matches!(added, Err(StoreError::NoSuchFolder)), "{added:?}");
    assert!(!store.accounts().await.unwrap().contains(&nobody));
}
