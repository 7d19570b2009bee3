use super::*;
use crate::{
    accounts::pop3::model::{Mail, Shared, connect, login, mail, maildrop},
    accounts::pop3::whole::whole_on,
    store::{
        blob::SMALL,
        mail::{MemoryMailStore, folder_ids},
    },
};
use futures::TryStreamExt;
use postern_shared::pop3::CopyPolicy;

/// An account, its server and its store.
struct Bench {
    drop: Shared,
    login: Login,
    store: Box<dyn MailStore>,
    blobs: Blobs,
    settings: Pop3Settings,
    now: i64,
}

impl Bench {
    async fn new(mail: Vec<Mail>, copy: CopyPolicy) -> Self {
        Self::on(Box::new(MemoryMailStore::default()), mail, copy).await
    }

    async fn on(store: Box<dyn MailStore>, mail: Vec<Mail>, copy: CopyPolicy) -> Self {
        let settings = Pop3Settings { copy, ..Pop3Settings::default() };
        let login = login();
        store.open_account(&login.account).await.unwrap();
        Self { drop: maildrop(mail), login, store, blobs: Blobs::memory(), settings, now: 2_000_000_000 }
    }

    async fn check(&self) -> Result<Checked, CheckError> {
        self.check_cut(None).await
    }

    async fn check_cut(&self, cut: Option<usize>) -> Result<Checked, CheckError> {
        self.check_with(cut, CancellationToken::new()).await
    }

    async fn check_with(&self, cut: Option<usize>, cancel: CancellationToken) -> Result<Checked, CheckError> {
        let (stream, serving) = connect(&self.drop, cut);
        let (reports, _heard) = mpsc::channel(1000);
        let now = || self.now;
        let job = CheckJob {
            account: &self.login.account,
            login: &self.login,
            store: self.store.as_ref(),
            blobs: &self.blobs,
            settings: self.settings,
            now: &now,
            cancel,
            reports,
        };
        let result = match Pop3Connection::greet(stream, &self.login).await {
            Ok(connection) => check_on(&job, connection).await,
            Err(error) => Err(error.into()),
        };
        serving.await.unwrap();
        result
    }

    async fn ledger(&self) -> Vec<LedgerEntry> {
        self.store.ledger(&self.login.account).await.unwrap()
    }

    /// The contents of all messages, in the order of their UIDs.
    async fn contents(&self) -> Vec<String> {
        let mut contents = Vec::new();
        for entry in self.ledger().await.iter().filter(|entry| !entry.is_removed_here()) {
            let account = &self.login.account;
            let inbox = FolderId(folder_ids::INBOX.to_owned());
            let message = self.store.message(account, &inbox, entry.uid.unwrap()).await.unwrap().unwrap();
            assert_eq!(message.source.is_some(), message.summary.size <= SMALL);
            let read = message.read(account, &self.blobs, 0..u64::MAX).await.unwrap();
            let pieces: Vec<_> = read.try_collect().await.unwrap();
            contents.push(String::from_utf8(pieces.concat()).unwrap());
        }
        contents
    }

    async fn remove(&self, uid: Uid) {
        let inbox = FolderId(folder_ids::INBOX.to_owned());
        let uids = [uid].into_iter().collect();
        self.store.remove(&self.login.account, &inbox, &uids).await.unwrap();
    }

    fn on_server(&self) -> usize {
        self.drop.lock().unwrap().mail.len()
    }

    fn heard(&self, command: &str) -> usize {
        self.drop.lock().unwrap().heard.iter().filter(|line| line.starts_with(command)).count()
    }
}

fn three() -> Vec<Mail> {
    vec![mail("a", "one"), mail("b", "two"), mail("c", "three")]
}

/// Three, the second of which is no small one: its content is a blob.
fn three_sizes() -> Vec<Mail> {
    let mut mail = three();
    mail[1].content += &"Once more.\r\n".repeat(SMALL as usize / 10);
    mail
}

#[tokio::test]
async fn everything_comes_byte_by_byte_newest_first_and_once() {
    for pipelining in [false, true] {
        let bench = Bench::new(three_sizes(), CopyPolicy::Leave).await;
        bench.drop.lock().unwrap().habits.pipelining = pipelining;
        let checked = bench.check().await.unwrap();
        assert_eq!((checked.stored, checked.deleted), (3, 0));
        let expected: Vec<_> = three_sizes().into_iter().rev().map(|mail| mail.content).collect();
        assert_eq!(bench.contents().await, expected);
        assert_eq!(bench.check().await.unwrap().stored, 0);
        assert_eq!((bench.heard("RETR"), bench.heard("DELE"), bench.on_server()), (0, 0, 3));
    }
}

#[tokio::test]
async fn copies_go_once_everything_is_stored_and_are_noted_at_the_end() {
    let bench = Bench::new(three(), CopyPolicy::RemoveAfterDownload).await;
    let checked = bench.check().await.unwrap();
    assert_eq!((checked.stored, checked.deleted, bench.on_server()), (3, 3, 0));
    assert!(bench.ledger().await.iter().all(|entry| entry.copy_deleted_at == Some(bench.now)));
}

#[tokio::test]
async fn without_an_answer_to_quit_nothing_is_noted_and_all_is_said_again() {
    for obeyed in [false, true] {
        let bench = Bench::new(three(), CopyPolicy::RemoveAfterDownload).await;
        {
            let habits = &mut bench.drop.lock().unwrap().habits;
            (habits.drops_at_quit, habits.loses_quit) = (obeyed, !obeyed);
        }
        assert!(matches!(bench.check().await, Err(CheckError::Connect(ConnectError::Lost(_)))));
        assert!(bench.ledger().await.iter().all(|entry| entry.copy_deleted_at.is_none()));
        bench.drop.lock().unwrap().habits = Default::default();
        let again = bench.check().await.unwrap();
        assert_eq!((again.stored, bench.on_server()), (0, 0));
        assert_eq!(again.deleted, if obeyed { 0 } else { 3 });
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_had_is_left_alone() {
    for pipelining in [false, true] {
        let mut there = three();
        there[1].broken = true;
        let bench = Bench::new(there, CopyPolicy::RemoveAfterDownload).await;
        bench.drop.lock().unwrap().habits.pipelining = pipelining;
        let checked = bench.check().await.unwrap();
        assert_eq!((checked.stored, checked.deleted, bench.on_server()), (2, 2, 1));
        assert_eq!(checked.skipped[0].unique_id.as_deref(), Some("b"));
    }
}

#[tokio::test]
async fn nothing_instead_of_a_message_is_no_message() {
    // What it listed was larger: the server gives an empty answer where its file is gone.
    let plan_size = Fetch { number: 1, size: 500, unique_id: None, extent: Extent::Whole, by_hash: false };
    let bench = Bench::new(Vec::new(), CopyPolicy::RemoveAfterDownload).await;
    let (reports, _heard) = mpsc::channel(1);
    let now = || 0;
    let job = CheckJob {
        account: &bench.login.account,
        login: &bench.login,
        store: bench.store.as_ref(),
        blobs: &bench.blobs,
        settings: bench.settings,
        now: &now,
        cancel: CancellationToken::new(),
        reports,
    };
    let mut session = Session::new(&job, Vec::new(), Candidates::default(), &[]);
    let staged = bench.blobs.writer(job.account).finish().await.unwrap();
    session.take(plan_size, Incoming { staged, scanned: Default::default(), beginning: None });
    assert_eq!(session.checked.skipped.len(), 1);
    assert_eq!(session.batch.len(), 0);
}

#[tokio::test]
async fn removed_mail_stays_away_and_its_copy_goes() {
    let bench = Bench::new(three(), CopyPolicy::RemoveWithDeletedItems).await;
    assert_eq!(bench.check().await.unwrap().deleted, 0);
    let uid = bench.ledger().await[0].uid.unwrap();
    bench.remove(uid).await;
    let checked = bench.check().await.unwrap();
    assert_eq!((checked.stored, checked.deleted, bench.on_server()), (0, 1, 2));
    assert_eq!(bench.drop.lock().unwrap().deleted[0].id, "c");
}

#[tokio::test]
async fn a_server_that_moved_is_recognised_though_the_check_was_cut() {
    let bench = Bench::new(three(), CopyPolicy::Leave).await;
    bench.check().await.unwrap();
    bench.remove(bench.ledger().await[2].uid.unwrap()).await;
    for mail in &mut bench.drop.lock().unwrap().mail {
        mail.id.insert_str(0, "new-");
    }
    bench.drop.lock().unwrap().mail.push(mail("d", "four"));
    assert!(bench.check_cut(Some(500)).await.is_err());
    let checked = bench.check().await.unwrap();
    assert_eq!(bench.ledger().await.len(), 4);
    assert!(checked.stored <= 1);
    let again = bench.check().await.unwrap();
    assert_eq!((again.stored, again.recognised, bench.heard("RETR")), (0, 0, 0));
}

#[tokio::test]
async fn without_unique_ids_content_tells() {
    let bench =
        Bench::new(vec![mail("", "same"), mail("", "same"), mail("", "other")], CopyPolicy::Leave).await;
    bench.drop.lock().unwrap().habits.no_uidl = true;
    assert_eq!(bench.check().await.unwrap().stored, 3);
    let again = bench.check().await.unwrap();
    assert_eq!((again.stored, again.recognised), (0, 3));
}

#[tokio::test]
async fn identical_mail_with_ids_of_its_own_is_kept() {
    let bench = Bench::new(vec![mail("a", "same"), mail("b", "same")], CopyPolicy::RemoveAfterDownload).await;
    assert_eq!(bench.check().await.unwrap().stored, 2);
    bench.drop.lock().unwrap().mail.push(mail("c", "same"));
    let checked = bench.check().await.unwrap();
    assert_eq!((checked.stored, checked.deleted), (1, 1));
}

#[tokio::test]
async fn first_lines_stay_on_the_server_until_the_rest_is_here() {
    let mut long = mail("long", "long");
    long.content += &"a line of it\r\n".repeat(1000);
    let whole = long.content.clone();
    let mut bench = Bench::new(vec![long], CopyPolicy::RemoveAfterDownload).await;
    bench.settings.first_lines = Some(5);
    let checked = bench.check().await.unwrap();
    assert_eq!((checked.stored, checked.deleted, bench.on_server()), (1, 0, 1));
    let entry = bench.ledger().await.remove(0);
    assert!(entry.partial && bench.contents().await[0].len() < 500);

    // A server that moved meanwhile: the whole message begins with what is here.
    bench.drop.lock().unwrap().mail[0].id = "moved".to_owned();
    assert_eq!(bench.check().await.unwrap().recognised, 1);
    let entry = bench.ledger().await.remove(0);
    assert_eq!(entry.unique_id.as_deref(), Some("moved"));

    let (stream, serving) = connect(&bench.drop, None);
    let (reports, _heard) = mpsc::channel(1000);
    let now = || bench.now;
    let job = CheckJob {
        account: &bench.login.account,
        login: &bench.login,
        store: bench.store.as_ref(),
        blobs: &bench.blobs,
        settings: bench.settings,
        now: &now,
        cancel: CancellationToken::new(),
        reports,
    };
    let connection = Pop3Connection::greet(stream, &bench.login).await.unwrap();
    whole_on(&job, connection, &entry).await.unwrap();
    serving.await.unwrap();
    assert_eq!(bench.contents().await, [whole]);
    assert_eq!(bench.check().await.unwrap().deleted, 1);
    assert_eq!(bench.on_server(), 0);
}

#[tokio::test]
async fn a_check_that_is_cancelled_deletes_nothing() {
    let bench = Bench::new(three(), CopyPolicy::RemoveAfterDownload).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let checked = bench.check_with(None, cancel).await.unwrap();
    assert!(checked.cancelled);
    assert_eq!((bench.on_server(), bench.heard("DELE")), (3, 0));
}

#[tokio::test]
async fn where_nothing_can_be_kept_nothing_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(three_sizes(), CopyPolicy::RemoveAfterDownload).await;
    bench.blobs = Blobs::local(folder.path()).unwrap();
    folder.close().unwrap();
    assert!(matches!(bench.check().await, Err(CheckError::Store(_) | CheckError::Full)));
    assert_eq!((bench.ledger().await.len(), bench.on_server(), bench.heard("DELE")), (0, 3, 0));
    assert_eq!((bench.heard("RSET"), bench.heard("QUIT")), (1, 1));
}

#[tokio::test]
async fn a_session_cut_anywhere_loses_nothing() {
    for pipelining in [false, true] {
        let mut cut = 0;
        loop {
            let bench = Bench::new(three(), CopyPolicy::RemoveAfterDownload).await;
            bench.drop.lock().unwrap().habits.pipelining = pipelining;
            let finished = bench.check_cut(Some(cut)).await.is_ok();
            let all: Vec<_> = three().into_iter().map(|mail| mail.content).collect();
            let here = bench.contents().await;
            for content in &here {
                assert!(all.contains(content), "cut at {cut}: half a message");
            }
            for gone in &bench.drop.lock().unwrap().deleted {
                assert!(here.contains(&gone.content), "cut at {cut}: lost");
            }
            bench.check().await.unwrap();
            let mut here = bench.contents().await;
            here.sort();
            let mut all = all;
            all.sort();
            assert_eq!(here, all, "cut at {cut}");
            assert_eq!(bench.on_server(), 0);
            if finished {
                break;
            }
            cut += 1;
        }
        assert!(cut > 400, "the whole session was cut through");
    }
}

mod full;
mod histories;
