//! Words that the database's index has no room for.

use super::message;
use postern_gateway::{
    store::mail::{ListSpec, MailStore, NewMessage, PostgresMailStore, folder_ids},
    sync::query::Query,
};
use postern_shared::{
    ids::{AccountId, Uid},
    view::Sort,
};
use postern_tests::postgres::Postgres;

#[tokio::test]
async fn however_long_they_are_and_however_many() {
    let postgres = Postgres::start().await.unwrap();
    let store = PostgresMailStore::connect(&postgres.url("words").unwrap()).await.unwrap();
    let account = AccountId::from("ada@example.org");
    store.open_account(&account).await.unwrap();

    let long = "x".repeat(5_000);
    let noise: Vec<String> = (0..200_000).map(|number| format!("n{number}")).collect();
    let lot = [
        NewMessage { text: format!("before {long}a after"), ..message("long".to_owned()) },
        NewMessage { text: format!("before {long}b after"), ..message(format!("Subject {long}")) },
        NewMessage { text: noise.join(" "), ..message("zebra".to_owned()) },
    ];
    let uids = store.add(&account, &lot).await.unwrap();

    let found = async |query: &str| -> Vec<Uid> {
        let spec = ListSpec {
            folders: vec![folder_ids::INBOX.into()],
            query: Query::parse(query).unwrap(),
            sort: Sort { descending: false, ..Sort::default() },
        };
        store.list(&account, &spec).await.unwrap().into_iter().map(|(_, uid)| uid).collect()
    };
    assert_eq!(found(&format!("{long}a")).await, uids[..1]);
    assert_eq!(found(&long).await, uids[..2]);
    assert_eq!(found(&long[..100]).await, uids[..2]);
    assert_eq!(found(&format!("{long}c")).await, []);
    assert_eq!(found(&format!("\"{long}b after\"")).await, uids[1..2]);
    assert_eq!(found(&format!("-{long}a")).await, uids[1..]);
    // The subject is found whatever stands behind it, and the text by its beginning.
    assert_eq!(found("zebra").await, uids[2..]);
    assert_eq!(found("\"n1 n2 n3\"").await, uids[2..]);
}
