use super::*;
use crate::{
    store::mail::{Downloaded, conformance, folder_ids},
    sync::query::Query,
};
use postern_shared::{
    flags::{Flag, Flags},
    view::{Sort, SortKey},
};
use sqlx::{Executor, Row};

async fn opened(folder: &tempfile::TempDir) -> SqliteMailStore {
    SqliteMailStore::new(&Store::open(folder.path()).await.unwrap())
}

fn account() -> AccountId {
    "ada@example.org".into()
}

/// A downloaded message of some size.
fn message(number: usize) -> NewMessage {
    NewMessage {
        folder: folder_ids::INBOX.into(),
        hash: [number as u8; 32],
        size: number as u64,
        flags: Flags::new(),
        from: Vec::new(),
        to: Vec::new(),
        cc: Vec::new(),
        subject: format!("Number {number}"),
        sent: None,
        received: number as i64,
        preview: None,
        has_attachment: false,
        unreadable: false,
        partial: false,
        layout: vec![7; 5000],
        source: None,
        text: format!("text{number} everywhere"),
        download: Some(Downloaded { unique_id: Some(number.to_string()), at: 1 }),
    }
}

fn search(words: &str) -> ListSpec {
    ListSpec {
        folders: vec![folder_ids::INBOX.into()],
        query: Query::parse(words).unwrap(),
        sort: Sort::default(),
    }
}

/// All there is to see of the account.
async fn seen(store: &SqliteMailStore) -> impl PartialEq + std::fmt::Debug + use<> {
    (
        store.open_account(&account()).await.unwrap(),
        store.folders(&account()).await.unwrap(),
        store.list(&account(), &search("")).await.unwrap(),
        store.list(&account(), &search("everywhere")).await.unwrap(),
        store.ledger(&account()).await.unwrap(),
        store.blobs(&account()).await.unwrap(),
    )
}

#[tokio::test]
async fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    conformance::conforms(&opened(&folder).await).await;
}

#[tokio::test]
async fn everything_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.open_account(&account()).await.unwrap();
    let uids = store.add(&account(), &[message(1), message(2)]).await.unwrap();
    store.remove(&account(), &folder_ids::INBOX.into(), &UidSet::one(uids[1])).await.unwrap();
    store.create_folder(&account(), None, "Work").await.unwrap();
    let before = seen(&store).await;
    store.close().await;

    let store = opened(&folder).await;
    assert_eq!(before, seen(&store).await);
    // The UID of what was removed is not given again.
    assert!(store.add(&account(), &[message(3)]).await.unwrap()[0] > uids[1]);
}

#[tokio::test]
async fn a_change_that_is_dropped_half_way_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.open_account(&account()).await.unwrap();
    let before = seen(&store).await;
    let mut change = store.begin().await.unwrap();
    sqlx::query("DELETE FROM mail_folders").execute(change.sql()).await.unwrap();
    drop(change);
    assert_eq!(before, seen(&store).await);
    store.add(&account(), &[message(1)]).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_changes_nothing_and_everything_goes_on_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.open_account(&account()).await.unwrap();
    let few: Vec<NewMessage> = (0..50).map(message).collect();
    store.add(&account(), &few).await.unwrap();
    let before = seen(&store).await;

    fill(&store).await;
    let many: Vec<NewMessage> = (50..200).map(message).collect();
    let full = store.add(&account(), &many).await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(before, seen(&store).await);
    fill(&store).await;
    let whole = NewMessage { layout: vec![0; 500_000], ..message(7) };
    let full = store.complete(&account(), Uid(8), &whole).await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(before, seen(&store).await);

    // Room is made. The connections that have failed are gone; the others have to hear of it.
    for connection in connections(&store).await.iter_mut() {
        connection.execute("PRAGMA max_page_count = 1073741823").await.unwrap();
    }
    assert_eq!(store.add(&account(), &many).await.unwrap().len(), 150);
    store.complete(&account(), Uid(8), &whole).await.unwrap();
    let read = FlagChange::one(Flag::Seen, true);
    let everything = UidSet::from_ranges([(0, u32::MAX)]);
    let inbox = folder_ids::INBOX.into();
    assert_eq!(store.set_flags(&account(), &inbox, &everything, &read).await.unwrap().len(), 200);
    assert_eq!(store.list(&account(), &search("everywhere")).await.unwrap().len(), 200);
}

#[tokio::test]
async fn long_lists_are_read_from_an_index_and_never_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let orders = [
        (SortKey::Arrival, "mail_by_arrival"),
        (SortKey::Date, "mail_by_date"),
        (SortKey::Sender, "mail_by_sender"),
        (SortKey::Subject, "mail_by_subject"),
        (SortKey::Size, "mail_by_size"),
    ];
    for (key, index) in orders {
        for descending in [false, true] {
            let spec = ListSpec { sort: Sort { key, descending }, ..search("") };
            let plan = plan(&store, listing::listing([1].into_iter(), &spec).sql()).await;
            assert!(plan.contains(&format!("USING COVERING INDEX {index} ")), "{plan}");
            assert!(!plan.contains("B-TREE"), "{plan}");
        }
    }
    // However many ranges there are, each is looked up, and the folder never read through.
    let plan = plan(&store, changing::IN_FOLDER).await;
    assert!(plan.contains("SEARCH m USING INTEGER PRIMARY KEY"), "{plan}");
}

#[tokio::test]
async fn a_letter_pasted_into_the_search_field_is_a_search() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.open_account(&account()).await.unwrap();
    let uids = store.add(&account(), &[message(1), message(2)]).await.unwrap();
    let letter = "everywhere subject:number ".repeat(1500) + "text2";
    assert_eq!(store.list(&account(), &search(&letter)).await.unwrap(), [(0, uids[1])]);
}

/// How SQLite is going to run a statement.
async fn plan(store: &SqliteMailStore, statement: &str) -> String {
    let rows = sqlx::query(&format!("EXPLAIN QUERY PLAN {statement}")).fetch_all(&store.pool).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
}

/// All connections of a store at once.
async fn connections(store: &SqliteMailStore) -> Vec<sqlx::pool::PoolConnection<sqlx::Sqlite>> {
    let mut all = Vec::new();
    for _ in 0..store.pool.options().get_max_connections() {
        all.push(store.pool.acquire().await.unwrap());
    }
    all
}

/// Leaves the database no room but for a few pages: what SQLite makes of a full disk, on every connection.
async fn fill(store: &SqliteMailStore) {
    for connection in connections(store).await.iter_mut() {
        // A limit below what there is becomes what there is.
        connection.execute("PRAGMA max_page_count = 1").await.unwrap();
    }
}
