//! Mail and its files fetched for drafts. Files go from the mailbox to the disk in pieces, however large they are.

use crate::{
    accounts::{
        handle::{AccountHandle, Piece},
        local::failure,
    },
    mime::{
        decode::{Decoder, TransferEncoding},
        file_name::message_name,
        select::{BodyPlan, download},
    },
    store::writing::{DraftFiles, FileError},
};
use bytes::{Bytes, BytesMut};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, FileId, MessageKey},
    writing::DraftFile,
};
use std::{collections::HashSet, io};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

/// What is read of a message to find out what it says, in bytes.
const BEGINNING: usize = 4 * 1024 * 1024;

/// Kept at a time, in bytes.
const CHUNK: usize = 1024 * 1024;

/// The largest message that is read whole, in bytes.
const WHOLE: usize = 64 * 1024 * 1024;

/// The beginning of a message: its header and, but in odd cases, all of its text.
///
/// # Errors
/// The mailbox cannot be read.
pub(super) async fn beginning_of(actor: &AccountHandle, key: &MessageKey) -> Result<Bytes, Failure> {
    read(actor, key, BEGINNING).await
}

/// A whole message.
///
/// # Errors
/// The mailbox cannot be read, or the message is larger than that.
pub(super) async fn whole(actor: &AccountHandle, key: &MessageKey) -> Result<Bytes, Failure> {
    let source = read(actor, key, WHOLE).await?;
    if source.len() >= WHOLE {
        let why = "it is too large to be written on here; it stays as it is";
        return Err(Failure::new(ErrorCode::BadInput, why));
    }
    Ok(source)
}

/// A message up to the piece that reaches so many bytes.
async fn read(actor: &AccountHandle, key: &MessageKey, most: usize) -> Result<Bytes, Failure> {
    let mut chunks = actor.piece(key.clone(), Piece::Source).await?;
    let mut source = BytesMut::new();
    while let Some(chunk) = chunks.recv().await {
        source.extend_from_slice(&chunk?);
        if source.len() >= most {
            break;
        }
    }
    Ok(source.freeze())
}

/// The files of a message on their way to a draft.
pub(super) struct Files<'a> {
    pub account: &'a AccountId,
    pub draft: DraftId,
    pub actor: &'a AccountHandle,
    pub files: &'a DraftFiles,
    pub key: &'a MessageKey,
}

impl Files<'_> {
    /// What is attached to the message, and the pictures of its text.
    ///
    /// # Errors
    /// The mailbox cannot be read, or the files cannot be kept.
    pub async fn attached(&self) -> Result<Vec<DraftFile>, Failure> {
        let message = self.actor.structure(self.key.clone()).await?;
        let Some(structure) = &message.structure else { return Ok(Vec::new()) };
        let plan = BodyPlan::of(Some(structure));
        let pictures = plan.pictures.iter().filter(|picture| picture.inline).map(|picture| &picture.part);
        let attached = plan.attachments.iter().map(|attachment| &attachment.part);
        let mut files = Vec::new();
        let mut seen = HashSet::new();
        // A picture of the text that is named is attached as well.
        for part in attached.chain(pictures).filter(|part| seen.insert(*part)) {
            let Some(found) = download(structure, part) else { continue };
            let kept = self.keep(number(files.len()), Piece::Part(part.clone()), found.encoding).await?;
            let file =
                DraftFile { name: found.attachment.name, media_type: found.attachment.media_type, ..kept };
            files.push(file);
        }
        Ok(files)
    }

    /// The message itself, as a file.
    ///
    /// # Errors
    /// The mailbox cannot be read, or the file cannot be kept.
    pub async fn whole(&self, subject: &str) -> Result<Vec<DraftFile>, Failure> {
        let kept = self.keep(number(0), Piece::Source, TransferEncoding::Identity).await?;
        Ok(vec![DraftFile { name: message_name(subject), media_type: "message/rfc822".to_owned(), ..kept }])
    }

    /// How large a part is shows once it is decoded: it waits in a file without a name until then.
    async fn keep(&self, id: FileId, piece: Piece, encoding: TransferEncoding) -> Result<DraftFile, Failure> {
        let mut spool = File::from_std(tempfile::tempfile().map_err(|error| unkept(error.into()))?);
        let mut chunks = self.actor.piece(self.key.clone(), piece).await?;
        let (mut decoder, mut size) = (Decoder::new(encoding), 0);
        while let Some(chunk) = chunks.recv().await {
            size += write(&mut spool, &decoder.push(&chunk?)).await?;
        }
        size += write(&mut spool, &decoder.finish()).await?;
        let file = DraftFile { id, name: String::new(), media_type: String::new(), size, inline: false };
        self.copy(spool, &file).await.map_err(unkept)?;
        Ok(file)
    }

    async fn copy(&self, mut spool: File, file: &DraftFile) -> Result<(), FileError> {
        spool.rewind().await?;
        let mut offset = self.files.begin(self.account, self.draft, file.id, file).await?;
        while offset < file.size {
            let mut chunk = BytesMut::with_capacity(CHUNK);
            (&mut spool).take(CHUNK as u64).read_buf(&mut chunk).await?;
            offset = self.files.append(self.account, self.draft, file.id, offset, chunk.freeze()).await?;
        }
        Ok(())
    }
}

/// Files of a draft are numbered from 1.
fn number(before: usize) -> FileId {
    FileId(u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1))
}

async fn write(spool: &mut File, bytes: &[u8]) -> Result<u64, Failure> {
    let written: io::Result<()> = async {
        spool.write_all(bytes).await?;
        spool.flush().await
    }
    .await;
    written.map_err(|error| unkept(error.into()))?;
    Ok(bytes.len() as u64)
}

/// Files cannot be kept with a draft.
pub(super) fn unkept(error: FileError) -> Failure {
    match error {
        FileError::TooMuch => {
            Failure::new(ErrorCode::BadInput, "the files are too many or too large for a draft")
        }
        FileError::Store(error) => failure(&error),
        error => {
            tracing::error!(%error, "files cannot be kept with a draft");
            Failure::new(ErrorCode::Internal, "the files cannot be kept")
        }
    }
}
