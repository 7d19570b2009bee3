//! The mail store as the operator wants it.

use super::{
    Store, StoreError,
    blob::{Blobs, S3Settings},
    mail::{MailStore, MemoryMailStore, PostgresMailStore, SqliteMailStore},
};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// Contents without a message stay for so long: a backup of the database taken before may still name them.
const ORPHANED: Duration = Duration::from_secs(24 * 60 * 60);

/// Where mail is kept.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The URL of a PostgreSQL database; absent: the gateway's own SQLite database.
    pub postgres: Option<String>,
    /// The folder of the messages' contents.
    pub blobs: PathBuf,
    /// An S3-compatible store for them in place of the folder.
    pub s3: Option<S3Settings>,
}

/// The mail that lives here: rows in one place, contents in another. Clones share both.
#[derive(Clone)]
pub struct Mail {
    /// Folders, messages, ledgers.
    pub store: Arc<dyn MailStore>,
    /// Contents.
    pub blobs: Blobs,
}

impl Mail {
    /// Opens both, and makes what is missing.
    ///
    /// # Errors
    /// The database cannot be reached or brought up to date, the folder cannot be made.
    pub async fn open(settings: &MailSettings, own: &Store) -> Result<Self, StoreError> {
        let store: Arc<dyn MailStore> = match &settings.postgres {
            Some(url) => Arc::new(PostgresMailStore::connect(url).await?),
            None => Arc::new(SqliteMailStore::new(own)),
        };
        let blobs = match &settings.s3 {
            Some(s3) => Blobs::s3(s3)?,
            None => Blobs::local(&settings.blobs)?,
        };
        Ok(Self { store, blobs })
    }

    /// Removes contents that no message is made of any more. Whoever stores new mail holds the right to download, so
    /// that nothing is removed that a message is just being made of.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        for account in self.store.accounts().await? {
            // An account that downloads now is swept another time.
            let Some(_lock) = self.store.lock_download(&account).await? else { continue };
            let keep = self.store.blobs(&account).await?;
            let removed = self.blobs.sweep(&account, &keep, ORPHANED).await?;
            tracing::debug!(removed, "contents of removed messages");
        }
        Ok(())
    }

    /// A store that forgets when the program ends, for tests of what stands above.
    pub fn memory() -> Self {
        Self { store: Arc::new(MemoryMailStore::default()), blobs: Blobs::memory() }
    }
}
