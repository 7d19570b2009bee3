//! Mail in PostgreSQL, which several gateways can share.
//!
//! Every change first locks its account's row: changes of one account happen one after the other, so that counts,
//! counters and the ledger never disagree, and nothing deadlocks.

mod accounts;
mod adding;
mod changing;
mod columns;
mod copied;
mod folders;
mod ledger;
mod listing;
mod locking;
mod reading;
mod telling;
mod uids;

use super::{
    DownloadLock, ListSpec, MailAccount, MailChange, MailStore, NewMessage, ServerFolder, StoreError,
    StoredMessage,
};
use crate::sync::pop3::ledger::{ContentHash, EntryId, LedgerChange, LedgerEntry};
use async_trait::async_trait;
use postern_shared::{
    flags::FlagChange,
    folder::Folder,
    ids::{AccountId, FolderId, Uid},
    pop3::{Pop3Settings, WaitingCopy},
    summary::Summary,
    uid_set::UidSet,
};
use sqlx::{
    ConnectOptions, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::collections::HashSet;
use telling::Teller;
use tokio::sync::broadcast;

/// Connections at once, one of which listens; what holds the right to download has one of its own.
const CONNECTIONS: u32 = 8;

/// A database with mail.
#[derive(Debug)]
pub struct PostgresMailStore {
    pool: PgPool,
    teller: Teller,
}

/// An account whose row is locked.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
struct Locked {
    /// Names it in the other tables.
    number: i64,
    /// The number of the last folder made.
    last_folder: i64,
}

impl PostgresMailStore {
    /// Connects to the database at `url` (`postgres://user:password@host/database`) and brings its tables up to date.
    /// Its encoding has to be UTF-8.
    ///
    /// # Errors
    /// [`StoreError::Database`] where it cannot be reached, [`StoreError::Migration`] where its tables are newer than
    /// this program, [`StoreError::Broken`] where its encoding is another.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let options: PgConnectOptions = url.parse()?;
        // Whatever the server's default is: mail that was stored may be deleted elsewhere.
        let options = options.options([("synchronous_commit", "on")]).disable_statement_logging();
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        let encoding: String = sqlx::query_scalar("SHOW server_encoding").fetch_one(&pool).await?;
        if encoding != "UTF8" {
            return Err(StoreError::Broken("encoding: it has to be UTF8"));
        }
        sqlx::migrate!("./migrations-postgres").run(&pool).await?;
        let teller = Teller::start(&pool).await?;
        Ok(Self { pool, teller })
    }

    /// Begins a change of an account; nothing where there is none.
    async fn begin(
        &self,
        account: &AccountId,
    ) -> Result<Option<(Transaction<'static, Postgres>, Locked)>, StoreError> {
        let mut transaction = transaction(&self.pool).await?;
        let locked: Option<Locked> =
            sqlx::query_as("SELECT number, last_folder FROM accounts WHERE account = $1 FOR NO KEY UPDATE")
                .bind(account.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        Ok(locked.map(|locked| (transaction, locked)))
    }
}

/// Begins a transaction.
async fn transaction(pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
    let pool = pool.clone();
    unbroken(async move { Ok(pool.begin().await?) }).await
}

/// Does something to its end, also where whoever waits for it is dropped: a connection whose driver was interrupted in
/// `BEGIN` would go back to the pool with an open transaction, and one that has taken a lock with that lock.
async fn unbroken<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::spawn(work).await.unwrap_or(Err(StoreError::Database(sqlx::Error::WorkerCrashed)))
}

#[async_trait]
impl MailStore for PostgresMailStore {
    async fn open_account(&self, account: &AccountId) -> Result<MailAccount, StoreError> {
        self.open_account(account).await
    }

    async fn accounts(&self) -> Result<Vec<AccountId>, StoreError> {
        accounts::all(&self.pool).await
    }

    async fn set_settings(&self, account: &AccountId, settings: Pop3Settings) -> Result<(), StoreError> {
        self.set_settings(account, settings).await
    }

    async fn set_checked(&self, account: &AccountId, at: i64) -> Result<(), StoreError> {
        self.set_checked(account, at).await
    }

    async fn folders(&self, account: &AccountId) -> Result<Vec<Folder>, StoreError> {
        self.folders(account).await
    }

    async fn create_folder(
        &self,
        account: &AccountId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<FolderId, StoreError> {
        self.create_folder(account, parent, name).await
    }

    async fn move_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
        parent: Option<&FolderId>,
        name: &str,
    ) -> Result<(), StoreError> {
        self.move_folder(account, folder, parent, name).await
    }

    async fn remove_folder(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        self.remove_folder(account, folder).await
    }

    async fn add(&self, account: &AccountId, messages: &[NewMessage]) -> Result<Vec<Uid>, StoreError> {
        self.add(account, messages).await
    }

    async fn add_copied(
        &self,
        account: &AccountId,
        from: &ServerFolder,
        uids: &UidSet,
        messages: &[NewMessage],
    ) -> Result<Vec<Uid>, StoreError> {
        self.add_copied(account, from, uids, messages).await
    }

    async fn copied(&self, account: &AccountId, from: &ServerFolder) -> Result<UidSet, StoreError> {
        self.copied(account, from).await
    }

    async fn complete(&self, account: &AccountId, uid: Uid, whole: &NewMessage) -> Result<(), StoreError> {
        self.complete(account, uid, whole).await
    }

    async fn list(&self, account: &AccountId, spec: &ListSpec) -> Result<Vec<(u16, Uid)>, StoreError> {
        self.list(account, spec).await
    }

    async fn summaries(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &[Uid],
    ) -> Result<Vec<Summary>, StoreError> {
        self.summaries(account, folder, uids).await
    }

    async fn message(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uid: Uid,
    ) -> Result<Option<StoredMessage>, StoreError> {
        self.message(account, folder, uid).await
    }

    async fn set_flags(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
        change: &FlagChange,
    ) -> Result<UidSet, StoreError> {
        self.set_flags(account, folder, uids, change).await
    }

    async fn move_messages(
        &self,
        account: &AccountId,
        from: &FolderId,
        uids: &UidSet,
        to: &FolderId,
    ) -> Result<UidSet, StoreError> {
        self.move_messages(account, from, uids, to).await
    }

    async fn restore(
        &self,
        account: &AccountId,
        uids: &UidSet,
    ) -> Result<Vec<(FolderId, UidSet)>, StoreError> {
        self.restore(account, uids).await
    }

    async fn remove(
        &self,
        account: &AccountId,
        folder: &FolderId,
        uids: &UidSet,
    ) -> Result<UidSet, StoreError> {
        self.remove(account, folder, uids).await
    }

    async fn ledger(&self, account: &AccountId) -> Result<Vec<LedgerEntry>, StoreError> {
        self.ledger(account).await
    }

    async fn copies(&self, account: &AccountId, entries: &[EntryId]) -> Result<Vec<WaitingCopy>, StoreError> {
        self.copies(account, entries).await
    }

    async fn change_ledger(&self, account: &AccountId, changes: &[LedgerChange]) -> Result<(), StoreError> {
        self.change_ledger(account, changes).await
    }

    async fn blobs(&self, account: &AccountId) -> Result<HashSet<ContentHash>, StoreError> {
        self.blobs(account).await
    }

    async fn folder_blobs(
        &self,
        account: &AccountId,
        folder: &FolderId,
    ) -> Result<HashSet<ContentHash>, StoreError> {
        self.folder_blobs(account, folder).await
    }

    async fn note_imap(&self, mailbox: &str, used: bool) -> Result<(), StoreError> {
        self.note_imap(mailbox, used).await
    }

    async fn imap_noted(&self, mailbox: &str) -> Result<bool, StoreError> {
        self.imap_noted(mailbox).await
    }

    async fn lock_download(&self, account: &AccountId) -> Result<Option<Box<dyn DownloadLock>>, StoreError> {
        locking::take(&self.pool, account).await
    }

    async fn tell(&self, account: &AccountId, changes: &[MailChange]) -> Result<(), StoreError> {
        self.teller.tell(&self.pool, account, changes).await
    }

    fn hear(&self) -> broadcast::Receiver<(AccountId, MailChange)> {
        self.teller.hear()
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
