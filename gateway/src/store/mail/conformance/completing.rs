//! The whole message in the place of its beginning.

use super::{address, counts, downloaded, found, inbox, message, opened};
use crate::{
    store::{
        StoreError,
        mail::{MailStore, NewMessage},
    },
    sync::pop3::ledger::LedgerEntry,
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::Uid,
    view::SortKey,
};

pub(super) async fn conforms(store: &dyn MailStore) {
    let account = opened(store, "completing").await;
    let beginning = NewMessage {
        partial: true,
        flags: Flags::one(Flag::Flagged),
        folder: "Archive".into(),
        text: "only the beginning".to_owned(),
        ..downloaded("9")
    };
    let uid = super::add(store, &account, beginning.clone()).await;
    let before = store.message(&account, &"Archive".into(), uid).await.unwrap().unwrap();
    let whole = NewMessage {
        flags: Flags::one(Flag::Seen),
        folder: inbox(),
        from: vec![address("Zoe", "zoe@example.org")],
        to: Vec::new(),
        size: 123_456,
        sent: Some(3),
        received: 4,
        preview: Some("Whole".to_owned()),
        has_attachment: true,
        text: "all of it to the end".to_owned(),
        layout: vec![9],
        ..downloaded("whole")
    };
    store.complete(&account, uid, &whole).await.unwrap();

    let archive = "Archive".into();
    let after = store.message(&account, &archive, uid).await.unwrap().unwrap();
    assert_eq!((after.hash, after.partial, after.layout), (whole.hash, false, vec![9]));
    let entry = before.ledger.unwrap();
    assert_eq!(after.ledger, Some(LedgerEntry { hash: whole.hash, partial: false, ..entry }));
    let mut summary = before.summary;
    summary.from = whole.from;
    summary.to = Vec::new();
    summary.subject = "whole".to_owned();
    summary.size = 123_456;
    (summary.sent, summary.received) = (Some(3), 4);
    summary.preview = Some("Whole".to_owned());
    summary.has_attachment = true;
    assert_eq!(after.summary, summary);
    assert_eq!(counts(store, &account, &archive).await, (1, 1));
    assert_eq!(store.blobs(&account).await.unwrap(), [whole.hash].into());
    for (query, is) in
        [("beginning", false), ("end", true), ("from:zoe", true), ("from:ada", false), ("subject:9", false)]
    {
        assert_eq!(found(store, &account, &archive, query).await.contains(&uid), is, "{query}");
    }

    // Its place in every order is that of the whole message.
    let other = NewMessage { folder: "Archive".into(), sent: Some(2), received: 3, size: 7, ..message("a") };
    let other = super::add(store, &account, other).await;
    for key in [SortKey::Arrival, SortKey::Date, SortKey::Sender, SortKey::Subject, SortKey::Size] {
        let spec = super::ListSpec {
            folders: vec!["Archive".into()],
            query: Default::default(),
            sort: super::Sort { key, descending: false },
        };
        assert_eq!(store.list(&account, &spec).await.unwrap(), [(0, other), (0, uid)], "{key:?}");
    }
    let missing = store.complete(&account, Uid(u32::MAX), &message("missing")).await;
    assert!(matches!(missing, Err(StoreError::NoSuchMessage)), "{missing:?}");
}
