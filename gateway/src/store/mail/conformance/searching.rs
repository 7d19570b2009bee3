//! Searching: every term of the search language.

use super::{address, deleted_items, found, inbox, message, opened};
use crate::{
    store::mail::{ListSpec, MailStore, NewMessage},
    sync::query::Query,
};
use postern_shared::{
    flags::{Flag, Flags},
    ids::Uid,
    view::{Sort, SortKey},
};

/// 2024-03-01, 00:00 UTC.
const MARCH: i64 = 1_709_251_200;

pub(super) async fn conforms(store: &dyn MailStore) {
    every_term_finds_its_mail(store).await;
    words_go_with_their_mail(store).await;
}

fn mail() -> [NewMessage; 4] {
    let mut work = Flags::one(Flag::Flagged);
    work.insert_name("Work");
    [
        NewMessage {
            from: vec![address("Ada Lovelace", "ada@example.org")],
            to: vec![address("Grace Hopper", "grace@navy.example")],
            text: "The analytical engine weaves algebraic patterns.".to_owned(),
            received: MARCH - 1,
            size: 1024,
            ..message("Notes on the Engine")
        },
        NewMessage {
            from: vec![address("José Ñandú", "jose@example.com")],
            cc: vec![address("Ada", "ada@example.org")],
            text: "Résumé attached. Zażółć gęślą jaźń. 会議の議題について".to_owned(),
            flags: [Flag::Seen, Flag::Answered].into_iter().collect(),
            has_attachment: true,
            received: MARCH,
            size: 1025,
            ..message("Übung macht den Meister")
        },
        NewMessage {
            from: vec![address("", "robot@example.net")],
            to: Vec::new(),
            text: "engine of patterns, in another order; call 555-1234".to_owned(),
            flags: work,
            received: MARCH + 86_399,
            ..message("100% _off_ don't miss")
        },
        NewMessage {
            text: String::new(),
            flags: [Flag::Seen, Flag::Forwarded, Flag::Draft, Flag::Deleted].into_iter().collect(),
            received: MARCH + 86_400,
            partial: true,
            ..message("")
        },
    ]
}

/// What is asked, and which of the mail above is found.
const TABLE: &[(&str, &[usize])] = &[
    ("", &[0, 1, 2, 3]),
    ("engine", &[0, 2]),
    ("ENGINE patterns", &[0, 2]),
    ("patt", &[0, 2]),
    ("atterns", &[]),
    ("pat engine", &[0, 2]),
    ("\"algebraic patterns\"", &[0]),
    ("\"algebraic patt\"", &[0]),
    ("\"alg patterns\"", &[]),
    ("\"patterns algebraic\"", &[]),
    // Words of two fields are not in a row.
    ("\"engine the analytical\"", &[]),
    ("engine -analytical", &[2]),
    ("-engine", &[1, 3]),
    ("lovelace", &[0]),
    ("hopper", &[0]),
    ("ada@example.org", &[0, 1, 3]),
    ("navy", &[0]),
    ("resume", &[1]),
    ("RÉSUMÉ", &[1]),
    ("gesla", &[1]),
    ("議題", &[1]),
    ("題議", &[]),
    ("555-1234", &[2]),
    ("don't", &[2]),
    // Nothing that could be a word says nothing.
    ("--- !", &[0, 1, 2, 3]),
    ("-\"?\"", &[0, 1, 2, 3]),
    ("from:ada", &[0, 3]),
    ("from:LOVE", &[0]),
    ("from:\"ada love\"", &[0]),
    ("from:ñandú", &[1]),
    ("from:nandu", &[1]),
    ("from:example.n", &[2]),
    ("-from:ada", &[1, 2]),
    ("to:grace", &[0, 1, 3]),
    ("to:hopp", &[0]),
    // Cc is a recipient too.
    ("to:ada", &[1]),
    ("-to:grace", &[2]),
    ("subject:übung", &[1]),
    ("subject:\"the eng\"", &[0]),
    ("subject:0%", &[2]),
    ("subject:_off_", &[2]),
    ("subject:_ff", &[]),
    ("is:unread", &[0, 2]),
    ("is:read", &[1, 3]),
    ("-is:read", &[0, 2]),
    ("is:flagged", &[2]),
    ("is:answered", &[1]),
    ("is:forwarded", &[3]),
    ("is:draft", &[3]),
    ("is:deleted", &[3]),
    ("is:undeleted", &[0, 1, 2]),
    ("has:attachment", &[1]),
    ("-has:attachment", &[0, 2, 3]),
    ("before:2024-03-01", &[0]),
    ("before:2024-03-02", &[0, 1, 2]),
    ("after:2024-03-01", &[1, 2, 3]),
    ("after:2024-03-02", &[3]),
    ("-after:2024-03-01", &[0]),
    ("before:1969", &[]),
    ("larger:1k", &[1]),
    ("-larger:1k", &[0, 2, 3]),
    ("from:ada subject:engine is:unread after:2024 analytical", &[0]),
    // `in:` is for whoever chooses the folders.
    ("in:anywhere engine", &[0, 2]),
];

async fn every_term_finds_its_mail(store: &dyn MailStore) {
    let account = opened(store, "searching").await;
    let uids = store.add(&account, &mail()).await.unwrap();
    for (query, expected) in TABLE {
        let expected: Vec<Uid> = expected.iter().map(|&at| uids[at]).collect();
        assert_eq!(found(store, &account, &inbox(), query).await, expected, "{query}");
    }
    // Found in the order that was asked for, in the folders that were asked for.
    let list = async |query: &str| {
        let spec = ListSpec {
            folders: vec!["Sent".into(), inbox()],
            query: Query::parse(query).unwrap(),
            sort: Sort { key: SortKey::Subject, descending: true },
        };
        store.list(&account, &spec).await.unwrap()
    };
    assert_eq!(list("engine").await, [(1, uids[0]), (1, uids[2])]);
    let to_sent = super::set(&uids[..1]);
    store.move_messages(&account, &inbox(), &to_sent, &"Sent".into()).await.unwrap();
    assert_eq!(list("engine").await, [(0, uids[0]), (1, uids[2])]);
    assert_eq!(found(store, &account, &inbox(), "engine").await, [uids[2]]);
}

async fn words_go_with_their_mail(store: &dyn MailStore) {
    let account = opened(store, "words").await;
    let mut lot = [message("purple alpha"), message("purple beta")];
    lot[1].folder = deleted_items();
    let uids = store.add(&account, &lot).await.unwrap();
    store.remove(&account, &deleted_items(), &super::set(&uids)).await.unwrap();
    assert!(found(store, &account, &deleted_items(), "purple").await.is_empty());
    assert_eq!(found(store, &account, &inbox(), "purple").await, uids[..1]);
    store.remove(&account, &inbox(), &super::set(&uids)).await.unwrap();
    assert!(found(store, &account, &inbox(), "purple").await.is_empty());
    let again = super::add(store, &account, message("green")).await;
    assert!(found(store, &account, &inbox(), "purple").await.is_empty());
    assert_eq!(found(store, &account, &inbox(), "green").await, [again]);
}
