//! One message: its headers, its structure, its bytes.

use crate::{
    accounts::handle::{Piece, Structure},
    mime::{detail::detail, scan::Layout},
    store::{
        StoreError,
        blob::Blobs,
        mail::{MailStore, StoredMessage},
    },
    sync::pop3::copy_policy,
};
use bytes::Bytes;
use futures::StreamExt;
use postern_shared::{
    body::MessageDetail,
    error::{ErrorCode, Failure},
    ids::{AccountId, MessageKey, UidValidity},
    pop3::CopyPolicy,
};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Reads messages of an account. Clones are cheap: each request has one.
#[derive(Clone)]
pub struct Reader {
    account: AccountId,
    validity: UidValidity,
    store: Arc<dyn MailStore>,
    blobs: Blobs,
}

impl Reader {
    /// A reader of an account's mail.
    pub fn new(account: AccountId, validity: UidValidity, store: Arc<dyn MailStore>, blobs: Blobs) -> Self {
        Self { account, validity, store, blobs }
    }

    /// Headers and attachments of a message, and what becomes of its copy on the server under `policy`.
    pub async fn detail(
        &self,
        key: MessageKey,
        policy: CopyPolicy,
        now: i64,
    ) -> Result<MessageDetail, Failure> {
        let message = self.message(&key).await?;
        let structure = structure(&message);
        Ok(MessageDetail {
            server_copy: message.ledger.map(|entry| copy_policy::server_copy(policy, &entry, now)),
            partial: message.partial,
            ..detail(key, &structure)
        })
    }

    /// A message's structure.
    pub async fn structure(&self, key: &MessageKey) -> Result<Structure, Failure> {
        Ok(structure(&self.message(key).await?))
    }

    /// Sends a piece of a message in chunks, until it ends or the receiver is gone.
    pub async fn piece(self, key: MessageKey, piece: Piece, chunks: mpsc::Sender<Result<Bytes, Failure>>) {
        if let Err(failure) = self.send_piece(&key, &piece, &chunks).await {
            // Whoever read may be gone.
            let _ = chunks.send(Err(failure)).await;
        }
    }

    /// The message, as it is stored.
    pub async fn message(&self, key: &MessageKey) -> Result<StoredMessage, Failure> {
        if key.validity != self.validity {
            return Err(Failure::new(ErrorCode::FolderChanged, ""));
        }
        let found = self.store.message(&self.account, &key.folder, key.uid).await;
        found.map_err(|error| failure(&error))?.ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, ""))
    }

    async fn send_piece(
        &self,
        key: &MessageKey,
        piece: &Piece,
        chunks: &mpsc::Sender<Result<Bytes, Failure>>,
    ) -> Result<(), Failure> {
        let message = self.message(key).await?;
        let layout = Layout::decode(&message.layout);
        let range = match (piece, &layout) {
            (Piece::Source, _) => 0..message.summary.size,
            (Piece::Part(part), Some(layout)) => layout
                .place(part)
                .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the message has no such part"))?,
            (Piece::Part(_), None) => return Err(failure(&StoreError::Broken("structure of a message"))),
        };
        let read = message.read(&self.account, &self.blobs, range).await;
        let mut content = read.map_err(|error| failure(&error))?;
        while let Some(chunk) = content.next().await {
            if chunks.send(chunk.map_err(|error| failure(&error))).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What is known of a message; where its structure cannot be read its source is shown.
fn structure(message: &StoredMessage) -> Structure {
    let row = &message.summary;
    let fetch = match Layout::decode(&message.layout) {
        Some(layout) => layout.fetch(row.key.uid, row.flags.clone(), row.received),
        None => crate::imap::response::Fetch {
            uid: Some(row.key.uid),
            size: Some(row.size),
            internal_date: Some(row.received),
            malformed: true,
            ..Default::default()
        },
    };
    Arc::new(fetch)
}

/// A store's error as browsers are told it.
pub fn failure(error: &StoreError) -> Failure {
    let (code, detail) = match error {
        StoreError::FolderExists(name) => (ErrorCode::FolderExists, name.clone()),
        StoreError::NoSuchFolder => (ErrorCode::NoSuchFolder, String::new()),
        StoreError::SpecialFolder => (ErrorCode::BadInput, error.to_string()),
        StoreError::NoSuchMessage => (ErrorCode::NoSuchMessage, String::new()),
        StoreError::Full => (ErrorCode::DiskFull, String::new()),
        other => {
            tracing::error!(error = %other, "the store failed");
            (ErrorCode::Internal, String::new())
        }
    };
    Failure { code, detail }
}
