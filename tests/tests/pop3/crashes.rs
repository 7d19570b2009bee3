//! Downloads that end at any await, and sessions that break at any byte, against a store on a disk: nothing lost,
//! nothing twice, nothing removed that is not here. Quicker than a gateway that is killed (`killed.rs`), so that there
//! can be many.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what is no test here is called by tests alone")]

use crate::stage::{ADA, crlf};
use futures::TryStreamExt;
use postern_gateway::{
    accounts::{
        login::{Login, MailServer, NamedBy},
        pop3::check::{CheckError, CheckJob, Checked, check},
    },
    store::{
        Store,
        blob::{Blobs, SMALL},
        mail::{MailStore, PostgresMailStore, SqliteMailStore, folder_ids},
    },
};
use postern_shared::{
    account::AccountKind,
    ids::AccountId,
    pop3::{CopyPolicy, Pop3Settings},
    session::Security,
};
use postern_tests::{
    error::Result,
    fake_pop3::{FakePop3, Letter, Manner},
    mail::numbered,
    postgres::Postgres,
    wait::DEADLINE,
};
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// Downloads that are ended at random.
const CRASHES: u32 = 1000;
/// More messages than go into one transaction.
const MANY: u32 = 70;
/// When all of it happens, in seconds since 1970.
const NOW: i64 = 2_000_000_000;

/// Where mail is kept between two lives of a gateway.
struct Disk {
    folder: TempDir,
    /// The database that outlives the gateway; absent: it is in the folder.
    postgres: Option<String>,
    /// The one that was opened first.
    first: Arc<dyn MailStore>,
}

impl Disk {
    async fn new(postgres: Option<String>) -> Result<Self> {
        // Who crashes here does not lose power: memory is as good as a disk, and need not be waited for.
        let memory = Path::new("/dev/shm");
        let above = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("postern-").tempdir_in(above)?;
        let first = open(folder.path(), postgres.as_deref()).await;
        Ok(Self { folder, postgres, first })
    }

    /// The store as a gateway has it that begins; nothing is told to those that were opened before. Most go on with the
    /// connections of others instead, which have to be as good as new.
    async fn open(&self, anew: bool) -> (Arc<dyn MailStore>, Blobs) {
        let store = if anew {
            open(self.folder.path(), self.postgres.as_deref()).await
        } else {
            Arc::clone(&self.first)
        };
        (store, Blobs::local(&self.blobs()).unwrap())
    }

    fn blobs(&self) -> PathBuf {
        self.folder.path().join("blobs")
    }
}

async fn open(folder: &Path, postgres: Option<&str>) -> Arc<dyn MailStore> {
    match postgres {
        Some(url) => Arc::new(PostgresMailStore::connect(url).await.unwrap()),
        None => Arc::new(SqliteMailStore::new(&Store::open(folder).await.unwrap())),
    }
}

/// A user of the scripted server, in a store.
struct Life<'a> {
    login: Login,
    settings: Pop3Settings,
    server: &'a FakePop3,
    store: Arc<dyn MailStore>,
    blobs: Blobs,
}

impl<'a> Life<'a> {
    async fn begin(
        server: &'a FakePop3,
        (store, blobs): (Arc<dyn MailStore>, Blobs),
        user: &str,
        copy: CopyPolicy,
    ) -> Self {
        let login = Login {
            account: AccountId(user.to_owned()),
            kind: AccountKind::Pop3,
            imap: None,
            smtp: None,
            server: MailServer {
                host: "127.0.0.1".to_owned(),
                port: server.port(),
                security: Security::None,
                named_by: NamedBy::Operator,
                pinned_certificate: None,
            },
            user: user.to_owned(),
            password: "secret".to_owned().into(),
            client: None,
        };
        store.open_account(&login.account).await.unwrap();
        let settings = Pop3Settings { copy, check_minutes: None, first_lines: None };
        Self { login, settings, server, store, blobs }
    }

    /// Begins a check and ends it when it was polled so often; says whether it came to its end, and after how many polls.
    async fn check_for(&self, polls: u32) -> (Option<std::result::Result<Checked, CheckError>>, u32) {
        let (reports, _) = mpsc::channel(1);
        let job = CheckJob {
            account: &self.login.account,
            login: &self.login,
            store: self.store.as_ref(),
            blobs: &self.blobs,
            settings: self.settings,
            now: &|| NOW,
            cancel: Default::default(),
            reports,
        };
        let mut mortal = Mortal { future: Box::pin(check(job)), polls: 0, at_most: polls };
        let ended = (&mut mortal).await;
        (ended, mortal.polls)
    }

    /// Checks until that goes well.
    async fn finish(&self, what: &str) -> Checked {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.check_for(u32::MAX).await.0.unwrap() {
                Ok(checked) => return checked,
                // The database notices a little later that whoever had the right is gone.
                Err(CheckError::Busy) if Instant::now() < end => tokio::task::yield_now().await,
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }

    /// The contents of all messages here, sorted.
    async fn contents(&self) -> Vec<Vec<u8>> {
        let mut contents = Vec::new();
        let account = &self.login.account;
        for entry in self.store.ledger(account).await.unwrap() {
            let inbox = folder_ids::INBOX.into();
            let message = self.store.message(account, &inbox, entry.uid.unwrap()).await.unwrap().unwrap();
            let pieces = message.read(account, &self.blobs, 0..u64::MAX).await.unwrap();
            let pieces: Vec<_> = pieces.try_collect().await.unwrap();
            let content = pieces.concat();
            assert_eq!(entry.hash, <[u8; 32]>::from(Sha256::digest(&content)), "a content is damaged");
            contents.push(content);
        }
        contents.sort_unstable();
        contents
    }

    /// What is removed there is here.
    async fn has_what_was_removed(&self, what: &str) {
        // Read in this order, since a server still obeys what it was told before.
        let removed = self.server.removed();
        let here = self.contents().await;
        for letter in &removed {
            let found = here.iter().any(|content| **content == *letter.source);
            assert!(found, "{what}: message {} is lost", letter.number);
        }
    }

    /// Everything is here once, byte by byte, and the copies are where they should be.
    async fn has_everything_once(&self, delivered: &[Letter], what: &str) {
        let mut all: Vec<Vec<u8>> = delivered.iter().map(|letter| letter.source.to_vec()).collect();
        all.sort_unstable();
        assert!(self.contents().await == all, "{what}: the messages here are not those delivered");
        let inbox = &self.store.folders(&self.login.account).await.unwrap()[0];
        assert_eq!(inbox.counts.map(|counts| counts.total as usize), Some(delivered.len()), "{what}");
        let left = if self.settings.copy == CopyPolicy::Leave { delivered.len() } else { 0 };
        assert_eq!(self.server.letters().len(), left, "{what}");
        assert_eq!(self.server.removed().len(), delivered.len() - left, "{what}");
    }
}

/// A future that is polled so often at most.
struct Mortal<F> {
    future: Pin<Box<F>>,
    polls: u32,
    at_most: u32,
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        match self.future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.polls >= self.at_most => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// A server with so many messages; `large` tells those that are too large to be kept with their rows.
async fn server_with(count: u32, large: impl Fn(u32) -> bool, manner: Manner) -> Result<FakePop3> {
    let server = FakePop3::start(manner).await?;
    for number in 1..=count {
        let mut message = crlf(&numbered(number).to_bytes()?);
        if large(number) {
            message.extend(b"Once more.\r\n".repeat(SMALL as usize / 10));
        }
        server.deliver(&message);
    }
    Ok(server)
}

/// Ends downloads at random until that happened often enough, each with a server and an account of its own.
async fn crash_and_finish(disk: &Disk) -> Result<()> {
    let mut deaths = 0;
    // What a complete download of so many messages takes, as far as it is known.
    let mut longest = [32_u32; MANY as usize + 1];
    for seed in 0.. {
        if deaths >= CRASHES {
            break;
        }
        let mut random = fastrand::Rng::with_seed(seed);
        let count = if random.u8(..20) == 0 { MANY } else { random.u32(1..=5) };
        let manner = Manner { pipelining: random.bool(), uidl: random.u8(..4) > 0, ..Manner::default() };
        let copy = if random.u8(..4) > 0 { CopyPolicy::RemoveAfterDownload } else { CopyPolicy::Leave };
        let what = format!("seed {seed}: {count} messages, {copy:?}, {manner:?}");
        // Mostly none, else all, or the second of two: they take their time.
        let every = if count < MANY && random.u8(..4) == 0 { random.u32(1..=2) } else { 0 };
        let server = server_with(count, |number| every > 0 && number % every == 0, manner).await?;
        let delivered = server.letters();
        let user = format!("{seed}-{ADA}");
        // Some crash again when they begin anew.
        for _ in 0..random.u8(1..=2) {
            let life = Life::begin(&server, disk.open(seed % 20 == 0).await, &user, copy).await;
            let longest = &mut longest[count as usize];
            let (ended, polls) = life.check_for(random.u32(1..=*longest + 8)).await;
            deaths += u32::from(ended.is_none());
            *longest = polls.max(*longest);
            life.has_what_was_removed(&what).await;
        }
        let life = Life::begin(&server, disk.open(seed % 20 == 0).await, &user, copy).await;
        life.finish(&what).await;
        life.has_everything_once(&delivered, &what).await;
        let again = life.finish(&what).await;
        assert_eq!((again.stored, again.deleted), (0, 0), "{what}");
        life.has_everything_once(&delivered, &what).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_crashes_on_sqlite_lose_nothing_and_bring_nothing_twice() -> Result<()> {
    crash_and_finish(&Disk::new(None).await?).await
}

#[tokio::test]
async fn a_thousand_crashes_on_postgres_lose_nothing_and_bring_nothing_twice() -> Result<()> {
    let postgres = Postgres::start().await?;
    crash_and_finish(&Disk::new(Some(postgres.url("crashes")?)).await?).await
}

#[tokio::test]
async fn a_session_that_breaks_at_any_byte_loses_nothing() -> Result<()> {
    let disk = Disk::new(None).await?;
    for cut in 0.. {
        let server = server_with(2, |_| false, Manner { cut_after: Some(cut), ..Manner::default() }).await?;
        let delivered = server.letters();
        let user = format!("{cut}-{ADA}");
        let life = Life::begin(&server, disk.open(true).await, &user, CopyPolicy::RemoveAfterDownload).await;
        let what = format!("cut after {cut} bytes");
        let whole = life.check_for(u32::MAX).await.0.unwrap().is_ok();
        life.has_what_was_removed(&what).await;
        life.finish(&what).await;
        life.has_everything_once(&delivered, &what).await;
        if whole {
            assert!(cut > 500, "the session was cut through after {cut} bytes");
            return Ok(());
        }
    }
    Ok(())
}
