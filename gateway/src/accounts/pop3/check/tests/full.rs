//! A disk that is full: nothing is deleted on the server, what was committed stays, and the rest comes once there is room.

use super::*;
use crate::{
    accounts::pop3::batch::ENOUGH,
    store::{Store, mail::SqliteMailStore},
};

/// More than one transaction.
const MESSAGES: usize = 2 * ENOUGH + 10;
/// Between two sizes of the disk that are tried.
const STEP: u32 = 6;
/// Enough for everything.
const ROOM: u32 = 1 << 20;

fn many() -> Vec<Mail> {
    let longer = |number: usize| {
        let mut mail = mail(&number.to_string(), &format!("Number {number}"));
        mail.content += &format!("word{number} and others\r\n").repeat(50);
        mail
    };
    (0..MESSAGES).map(longer).collect()
}

fn sorted(mut contents: Vec<String>) -> Vec<String> {
    contents.sort();
    contents
}

#[tokio::test]
async fn a_disk_that_fills_up_anywhere_loses_nothing() {
    let all = sorted(many().into_iter().map(|mail| mail.content).collect());
    let (mut too_small, mut in_part) = (0, 0);
    for more in (0..).step_by(STEP as usize) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let mail_store = Box::new(SqliteMailStore::new(&store));
        let bench = Bench::on(mail_store, many(), CopyPolicy::RemoveAfterDownload).await;
        bench.drop.lock().unwrap().habits.pipelining = true;
        store.allow_pages(more).await.unwrap();
        let first = bench.check().await;
        if first.is_ok() {
            // How much fits into the smallest one depends on how the messages came in.
            assert!(too_small > 3 && in_part > 0, "{too_small} disks were too small, {in_part} took a part");
            return;
        }
        assert!(matches!(first, Err(CheckError::Full)), "{more} pages: {first:?}");
        assert_eq!((bench.heard("DELE"), bench.on_server()), (0, MESSAGES), "{more} pages");
        let here = bench.contents().await;
        assert!(here.iter().all(|content| all.contains(content)), "{more} pages: damaged");
        too_small += 1;
        in_part += u32::from(!here.is_empty());

        store.allow_pages(ROOM).await.unwrap();
        let checked = bench.check().await.unwrap();
        assert_eq!(checked.stored as usize, MESSAGES - here.len(), "{more} pages: what was stored stays");
        assert_eq!((checked.deleted as usize, bench.on_server()), (MESSAGES, 0), "{more} pages");
        assert_eq!(sorted(bench.contents().await), all, "{more} pages");
        assert_eq!(bench.check().await.unwrap().stored, 0);
    }
}
