//! One message: its headers, its structure, its bytes.

use super::layouts::Layouts;
use crate::{
    accounts::{
        handle::{Piece, Structure},
        unpacking,
    },
    mime::{detail::detail, sender::Recipient, unpack},
    store::{
        StoreError,
        blob::Blobs,
        mail::{MailStore, StoredMessage},
    },
    sync::pop3::copy_policy,
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, stream::BoxStream};
use postern_shared::{
    body::MessageDetail,
    error::{ErrorCode, Failure},
    ids::{AccountId, MessageKey, UidValidity},
    pop3::CopyPolicy,
};
use std::sync::Arc;
use tokio::sync::mpsc;

/// How far into a message is looked for what servers found out about its sender, in bytes: they write on top.
const HEADER: u64 = 256 * 1024;

/// Reads messages of an account. Clones are cheap: each request has one.
#[derive(Clone)]
pub struct Reader {
    account: AccountId,
    validity: UidValidity,
    store: Arc<dyn MailStore>,
    blobs: Blobs,
    recipient: Recipient,
    layouts: Layouts,
}

impl Reader {
    /// A reader of an account's mail, who believes what the servers in `trusted` found out about senders.
    pub fn new(
        account: AccountId,
        validity: UidValidity,
        store: Arc<dyn MailStore>,
        blobs: Blobs,
        trusted: Arc<[String]>,
    ) -> Self {
        let recipient = Recipient { address: account.0.clone(), trusted };
        Self { account, validity, store, blobs, recipient, layouts: Layouts::default() }
    }

    /// Headers and attachments of a message, and what becomes of its copy on the server under `policy`.
    pub async fn detail(
        &self,
        key: MessageKey,
        policy: CopyPolicy,
        now: i64,
    ) -> Result<MessageDetail, Failure> {
        let message = self.message(&key).await?;
        let structure = self.opened(&message).await;
        let header = self.header(&message).await;
        let mut detail = MessageDetail {
            server_copy: message.ledger.map(|entry| copy_policy::server_copy(policy, &entry, now)),
            partial: message.partial,
            ..detail(key, &structure)
        };
        self.recipient.judge(&mut detail, &header);
        Ok(detail)
    }

    /// A message's structure.
    pub async fn structure(&self, key: &MessageKey) -> Result<Structure, Failure> {
        let message = self.message(key).await?;
        Ok(self.opened(&message).await)
    }

    /// A message's structure with what is packed into its parts.
    async fn opened(&self, message: &StoredMessage) -> Structure {
        unpacking::open(self.told(message), &|piece| self.whole(message, piece).boxed()).await
    }

    /// What is known of a message; where its structure cannot be read its source is shown.
    fn told(&self, message: &StoredMessage) -> Structure {
        let row = &message.summary;
        let fetch = match self.layouts.of(message) {
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

    /// All of a piece.
    async fn whole(&self, message: &StoredMessage, piece: Piece) -> Result<Vec<u8>, Failure> {
        let mut content = self.read(message, &piece, 0).await?;
        let mut data = Vec::new();
        while let Some(chunk) = content.next().await {
            data.extend_from_slice(&chunk.map_err(|error| failure(&error))?);
        }
        Ok(data)
    }

    /// Sends a piece of a message from a byte on in chunks, until it ends or the receiver is gone.
    pub async fn piece(
        self,
        key: MessageKey,
        piece: Piece,
        from: u64,
        chunks: mpsc::Sender<Result<Bytes, Failure>>,
    ) {
        if let Err(failure) = self.send_piece(&key, &piece, from, &chunks).await {
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

    /// The beginning of a message with its header, where it takes that to judge the sender.
    async fn header(&self, message: &StoredMessage) -> Vec<u8> {
        let mut header = Vec::new();
        if self.recipient.trusted.is_empty() {
            return header;
        }
        let range = 0..message.summary.size.min(HEADER);
        let content = message.read(&self.account, &self.blobs, range).await;
        let Ok(mut content) = content.inspect_err(|error| tracing::warn!(%error, "a header cannot be read"))
        else {
            return header;
        };
        while let Some(Ok(chunk)) = content.next().await {
            header.extend_from_slice(&chunk);
        }
        header
    }

    async fn send_piece(
        &self,
        key: &MessageKey,
        piece: &Piece,
        from: u64,
        chunks: &mpsc::Sender<Result<Bytes, Failure>>,
    ) -> Result<(), Failure> {
        let message = self.message(key).await?;
        if let Piece::Part(part) = piece
            && unpack::outer(part).is_some()
        {
            let fetch = |piece| self.whole(&message, piece).boxed();
            return unpacking::send(&self.told(&message), part, from, &fetch, chunks).await;
        }
        let mut content = self.read(&message, piece, from).await?;
        while let Some(chunk) = content.next().await {
            if chunks.send(chunk.map_err(|error| failure(&error))).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A piece of the message as it is stored, from a byte on.
    async fn read(
        &self,
        message: &StoredMessage,
        piece: &Piece,
        from: u64,
    ) -> Result<BoxStream<'static, Result<Bytes, StoreError>>, Failure> {
        let layout = self.layouts.of(message);
        let range = match (piece, &layout) {
            (Piece::Source, _) => 0..message.summary.size,
            (Piece::Part(part), Some(layout)) => layout
                .place(part)
                .ok_or_else(|| Failure::new(ErrorCode::NoSuchMessage, "the message has no such part"))?,
            (Piece::Part(_), None) => return Err(failure(&StoreError::Broken("structure of a message"))),
        };
        let range = range.start.saturating_add(from).min(range.end)..range.end;
        let read = message.read(&self.account, &self.blobs, range).await;
        read.map_err(|error| failure(&error))
    }
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
