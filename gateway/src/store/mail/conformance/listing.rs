//! Lists: every order, one folder and several.

use super::{address, inbox, message, opened};
use crate::{
    store::mail::{ListSpec, MailStore, NewMessage},
    sync::{order, query::Query},
};
use postern_shared::{
    ids::{AccountId, FolderId, Uid},
    summary::Summary,
    view::{Sort, SortKey},
};

const KEYS: [SortKey; 5] =
    [SortKey::Arrival, SortKey::Date, SortKey::Sender, SortKey::Subject, SortKey::Size];

pub(super) async fn conforms(store: &dyn MailStore) {
    every_order_is_the_one_of_imap(store).await;
    several_folders_are_one_list(store).await;
}

/// Mail in which every key has ties, gaps, and an order of its own.
fn mail() -> Vec<NewMessage> {
    let senders = ["ada", "Éva", "ada", "", "Zoe", "ß", "日本", "bob"];
    let subjects =
        ["Re: lunch", "lunch", "Zebra", "", "[team] Fwd: apple", "Äpfel", "apple", "Re: Re[2]: zebra"];
    let rows = (0..8).map(|at: usize| {
        let turn = at as i64;
        NewMessage {
            from: if senders[at].is_empty() {
                Vec::new()
            } else {
                vec![address(senders[at], "x@example.org")]
            },
            subject: subjects[at].to_owned(),
            size: [5, 3, 5, 0, 9_000_000_000, 3, 7, 1][at],
            sent: [Some(50), None, Some(-3), Some(50), None, Some(60), Some(1), Some(2)][at],
            received: 100 - turn % 3,
            ..message("")
        }
    });
    rows.collect()
}

async fn every_order_is_the_one_of_imap(store: &dyn MailStore) {
    let account = opened(store, "sorting").await;
    let uids = store.add(&account, &mail()).await.unwrap();
    let rows = store.summaries(&account, &inbox(), &uids).await.unwrap();
    assert_eq!(rows.len(), 8);
    for key in KEYS {
        for descending in [false, true] {
            let sort = Sort { key, descending };
            let listed = list(store, &account, &[inbox()], sort).await;
            let expected: Vec<(u16, Uid)> = sorted(&rows, sort).into_iter().map(|uid| (0, uid)).collect();
            assert_eq!(listed, expected, "{sort:?}");
        }
    }
}

/// Sorted in memory. Arrival is by the time received here.
fn sorted(rows: &[Summary], sort: Sort) -> Vec<Uid> {
    let value = |row: &Summary| match sort.key {
        SortKey::Arrival => order::OrderValue::Number(row.received),
        key => order::value(row, key),
    };
    let mut rows: Vec<_> = rows.iter().map(|row| (value(row), row.key.uid)).collect();
    rows.sort_by(|a, b| order::compare((&a.0, a.1), (&b.0, b.1), sort));
    rows.into_iter().map(|(_, uid)| uid).collect()
}

async fn several_folders_are_one_list(store: &dyn MailStore) {
    let account = opened(store, "several").await;
    let work = store.create_folder(&account, None, "Work").await.unwrap();
    let mut lot = mail();
    for (at, new) in lot.iter_mut().enumerate() {
        new.folder = if at % 3 == 0 { work.clone() } else { inbox() };
    }
    lot.push(NewMessage { folder: "Junk".into(), ..message("not asked for") });
    let uids = store.add(&account, &lot).await.unwrap();
    let folders = [FolderId::from("f0"), work.clone(), inbox()];
    let mut rows = store.summaries(&account, &inbox(), &uids).await.unwrap();
    rows.extend(store.summaries(&account, &work, &uids).await.unwrap());
    for key in KEYS {
        let sort = Sort { key, descending: true };
        let expected: Vec<(u16, Uid)> = sorted(&rows, sort)
            .into_iter()
            .map(|uid| {
                (if uids.iter().position(|other| *other == uid).unwrap() % 3 == 0 { 1 } else { 2 }, uid)
            })
            .collect();
        assert_eq!(list(store, &account, &folders, sort).await, expected, "{key:?}");
    }
    assert!(list(store, &account, &[], Sort::default()).await.is_empty());
    assert!(list(store, &account, &folders[..1], Sort::default()).await.is_empty());
}

async fn list(
    store: &dyn MailStore,
    account: &AccountId,
    folders: &[FolderId],
    sort: Sort,
) -> Vec<(u16, Uid)> {
    let spec = ListSpec { folders: folders.to_vec(), query: Query::default(), sort };
    store.list(account, &spec).await.unwrap()
}
