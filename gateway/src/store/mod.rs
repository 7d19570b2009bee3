//! What the gateway keeps, in one SQLite database: sessions, settings, and later mail.

pub mod blob;
mod deleting;
pub mod mail;
mod marks;
mod memory;
mod opening;
mod reading;
mod sessions;
mod transaction;
pub mod writing;

pub use deleting::{DeletingStore, Marked, MarkedFolder};
pub use memory::{MemoryDeletingStore, MemoryReadingStore};
pub use opening::{Mail, MailSettings};
pub use reading::ReadingStore;
pub use sessions::{Others, SessionHash, StoredSession};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// The database's file in the data folder.
const FILE: &str = "postern.db";

/// Connections; SQLite writes with one at a time anyway.
const CONNECTIONS: u32 = 4;

/// How long a write waits for another one.
const BUSY: Duration = Duration::from_secs(5);

/// The open database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

/// The database cannot do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made.
    #[error("{path}: {error}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// The reason.
        error: io::Error,
    },
    /// A query failed.
    #[error("the database: {0}")]
    Database(sqlx::Error),
    /// The tables cannot be brought up to date, or are newer than this program.
    #[error("the database: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A folder of that name is there already.
    #[error("a folder named {0:?} exists already")]
    FolderExists(String),
    /// A folder cannot have that name.
    #[error("a folder cannot be named {0:?}")]
    BadName(String),
    /// The folder does not exist (any more), or cannot go there.
    #[error("there is no such folder")]
    NoSuchFolder,
    /// Special folders stay where and what they are.
    #[error("a special folder stays as it is")]
    SpecialFolder,
    /// The message does not exist (any more).
    #[error("there is no such message")]
    NoSuchMessage,
    /// A message with this unique-id was downloaded before.
    #[error("the message {0:?} was downloaded before")]
    AlreadyDownloaded(String),
    /// A message's content is not there.
    #[error("the content of a message is missing")]
    NoSuchBlob,
    /// Contents cannot be read or kept.
    #[error("the contents of messages: {0}")]
    Blobs(object_store::Error),
    /// The file of a content cannot be written.
    #[error("the contents of messages: {0}")]
    BlobFile(io::Error),
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// What was read makes no sense.
    #[error("the database holds a broken {0}")]
    Broken(&'static str),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let full = matches!(&error, sqlx::Error::Database(inner) if is_full(inner.code().as_deref()));
        if full { Self::Full } else { Self::Database(error) }
    }
}

/// Whether a database's error code says that there is no room: SQLite's `SQLITE_FULL`, or `SQLITE_IOERR_SHMSIZE`, its
/// word for the same where the index of its log cannot grow; PostgreSQL's `disk_full`.
fn is_full(code: Option<&str>) -> bool {
    matches!(code, Some("13" | "4874" | "53100"))
}

impl Store {
    /// Opens the database in the folder, makes both where they are missing, and brings the tables up to date.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        create_private(folder).map_err(|error| StoreError::Folder { path: folder.to_owned(), error })?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY)
            // What is deleted, such as a signed-out session's credential, is overwritten.
            .pragma("secure_delete", "ON")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Closes the database: everything committed is in its file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
impl Store {
    /// Lets the database grow by so many pages and no further, as if the disk were full then.
    pub(crate) async fn allow_pages(&self, more: u32) -> Result<(), StoreError> {
        // It is a property of each connection: all of them are taken before any is given back.
        let mut taken = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = self.pool.acquire().await?;
            let pages: u32 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await?;
            let limit = format!("PRAGMA max_page_count = {}", pages + more);
            sqlx::query(&limit).execute(&mut *connection).await?;
            taken.push(connection);
        }
        Ok(())
    }
}

/// Makes a folder that only this user can look into. One that exists keeps its permissions.
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
