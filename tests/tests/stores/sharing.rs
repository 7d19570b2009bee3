//! Two gateways on one database.

use super::message;
use postern_gateway::store::mail::{DownloadLock, MailChange, MailStore, PostgresMailStore, folder_ids};
use postern_shared::{
    flags::{Flag, FlagChange},
    ids::{AccountId, FolderId, Uid},
    uid_set::UidSet,
};
use postern_tests::{postgres::Postgres, wait};
use std::time::Duration;
use tokio::{sync::broadcast, time::timeout};

/// Two stores on one new database, with an account.
struct Pair {
    one: PostgresMailStore,
    other: PostgresMailStore,
    account: AccountId,
    url: String,
    postgres: Postgres,
}

impl Pair {
    async fn start() -> Self {
        let postgres = Postgres::start().await.unwrap();
        let url = postgres.url("shared").unwrap();
        // Both bring the tables up to date at once.
        let (one, other) = tokio::join!(PostgresMailStore::connect(&url), PostgresMailStore::connect(&url));
        let (one, other) = (one.unwrap(), other.unwrap());
        let account = AccountId::from("ada@example.org");
        let (made, found) = tokio::join!(one.open_account(&account), other.open_account(&account));
        assert_eq!(made.unwrap(), found.unwrap());
        Self { one, other, account, url, postgres }
    }
}

type Heard = broadcast::Receiver<(AccountId, MailChange)>;

async fn next(heard: &mut Heard) -> (AccountId, MailChange) {
    timeout(wait::DEADLINE, heard.recv()).await.unwrap().unwrap()
}

fn inbox() -> FolderId {
    folder_ids::INBOX.into()
}

#[tokio::test]
async fn one_of_them_downloads() {
    let pair = Pair::start().await;
    let held = pair.one.lock_download(&pair.account).await.unwrap().unwrap();
    assert!(pair.other.lock_download(&pair.account).await.unwrap().is_none());
    assert!(pair.one.lock_download(&pair.account).await.unwrap().is_none());
    let another = AccountId::from("grace@example.org");
    assert!(pair.other.lock_download(&another).await.unwrap().is_some());

    drop(held);
    let again = until_free(&pair.other, &pair.account).await;
    assert!(pair.one.lock_download(&pair.account).await.unwrap().is_none());

    // The right outlives its store's pool, and is free when its holder is gone.
    pair.other.close().await;
    assert!(pair.one.lock_download(&pair.account).await.unwrap().is_none());
    drop(again);
    until_free(&pair.one, &pair.account).await;
}

/// The right, as soon as the server has seen that its holder is gone.
async fn until_free(store: &PostgresMailStore, account: &AccountId) -> Box<dyn DownloadLock> {
    timeout(wait::DEADLINE, async {
        loop {
            if let Some(lock) = store.lock_download(account).await.unwrap() {
                return lock;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn what_one_tells_the_other_hears() {
    let pair = Pair::start().await;
    let (mut by_one, mut by_other) = (pair.one.hear(), pair.other.hear());
    let flags = FlagChange::one(Flag::Seen, true);
    let changes = [
        MailChange::Arrived(inbox(), UidSet::from_ranges([(1, 3), (9, 9)])),
        MailChange::Removed("f1".into(), UidSet::one(Uid(7))),
        MailChange::Flags(inbox(), UidSet::one(Uid(2)), flags),
        MailChange::Folders,
        MailChange::Account,
    ];
    pair.one.tell(&pair.account, &changes).await.unwrap();
    for change in &changes {
        assert_eq!(next(&mut by_other).await, (pair.account.clone(), change.clone()));
    }
    // Whatever one hears first was told after its own words, and they are not it.
    pair.other.tell(&pair.account, &[MailChange::Folder(inbox())]).await.unwrap();
    assert_eq!(next(&mut by_one).await, (pair.account.clone(), MailChange::Folder(inbox())));
    assert!(by_one.try_recv().is_err());
}

#[tokio::test]
async fn what_is_too_long_to_tell_is_told_coarsely() {
    let pair = Pair::start().await;
    let mut heard = pair.other.hear();
    let scattered: UidSet = (1..20_000).step_by(2).map(Uid).collect();
    let dense = UidSet::from_ranges([(1, 20_000)]);
    let gone = |uids: &UidSet| MailChange::Removed(inbox(), uids.clone());
    pair.one.tell(&pair.account, &[gone(&scattered), gone(&dense)]).await.unwrap();
    assert_eq!(next(&mut heard).await.1, MailChange::Folder(inbox()));
    assert_eq!(next(&mut heard).await.1, gone(&dense));
}

#[tokio::test]
async fn who_could_not_hear_learns_that_anything_may_have_changed() {
    let mut pair = Pair::start().await;
    let mut heard = pair.other.hear();
    pair.postgres.kill();
    pair.postgres.restart().await.unwrap();
    assert_eq!(next(&mut heard).await, (pair.account.clone(), MailChange::Everything));
    // It listens again. What the other one heard of its own loss does not come this way.
    let told = wait::until(
        "the store to tell again",
        async || Ok(pair.one.tell(&pair.account, &[MailChange::Folders]).await.is_ok()),
        |told| *told,
    );
    told.await.unwrap();
    assert_eq!(next(&mut heard).await.1, MailChange::Folders);

    // Cut off by the server alone.
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
    assert_eq!(pair.postgres.run_sql(&pair.url, cut).unwrap(), "2");
    assert_eq!(next(&mut heard).await.1, MailChange::Everything);
}

#[tokio::test]
async fn both_change_one_account_at_once() {
    let pair = Pair::start().await;
    let add = async |store: &PostgresMailStore, name: &str| {
        let mut uids = Vec::new();
        for at in 0..20 {
            let lot = [message(format!("{name} {at}")), message(format!("{name} {at} again"))];
            let added = store.add(&pair.account, &lot).await.unwrap();
            assert_eq!(added[1].0, added[0].0 + 1);
            let read = FlagChange::one(Flag::Seen, true);
            store.set_flags(&pair.account, &inbox(), &UidSet::one(added[0]), &read).await.unwrap();
            let everything = UidSet::from_ranges([(0, u32::MAX)]);
            store
                .set_flags(&pair.account, &inbox(), &everything, &FlagChange::one(Flag::Flagged, at % 2 == 0))
                .await
                .unwrap();
            uids.extend(added);
        }
        uids
    };
    let (mine, theirs) = tokio::join!(add(&pair.one, "mine"), add(&pair.other, "theirs"));
    let all: UidSet = mine.into_iter().chain(theirs).collect();
    assert_eq!(all, UidSet::from_ranges([(1, 80)]));
    let folders = pair.other.folders(&pair.account).await.unwrap();
    let counts = folders.iter().find(|folder| folder.id == inbox()).and_then(|folder| folder.counts).unwrap();
    assert_eq!((counts.total, counts.unread), (80, 40));
}
