//! `…/attachments.zip`: all attachments in one file, made while it is downloaded.

use super::{Message, disposition, flow::Flow, isolated};
use crate::{
    accounts::handle::{AccountHandle, Piece},
    http::error::ApiError,
    imap::{convert::header_text, response::Fetch},
    mime::{
        archive_names,
        file_name::clean,
        passage::Passage,
        select,
        select::{BodyPlan, Download},
    },
};
use async_zip::{Compression, ZipEntryBuilder, ZipString, base::write::ZipFileWriter, error::ZipError};
use axum::{
    body::Body,
    http::HeaderValue,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures::{AsyncWriteExt, StreamExt, stream};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::MessageKey,
};
use tokio::io::DuplexStream;
use tokio_util::io::ReaderStream;

/// Bytes between the one that packs and the one that sends.
const BUFFER: usize = 64 * 1024;
/// Bytes from which on the longer numbers of zip64 are used: not all programs read them where nothing is that large.
const LARGE: u64 = 2 * 1024 * 1024 * 1024;

/// Why an archive broke off.
#[derive(Debug, thiserror::Error)]
enum PackError {
    #[error("the mail server failed: {}", .0.detail)]
    Mail(Failure),
    #[error(transparent)]
    Zip(#[from] ZipError),
    #[error(transparent)]
    Write(#[from] std::io::Error),
    #[error("the packer is gone")]
    Gone,
}

/// The archive. A failure half way breaks the response off: no browser takes a part of it for the whole.
pub async fn show(message: Message) -> Result<Response, ApiError> {
    let fetch = message.account.structure(message.key.clone()).await?;
    let files = files(&fetch);
    if files.is_empty() {
        return Err(Failure::new(ErrorCode::NoSuchMessage, "the message has no attachments").into());
    }
    let name = disposition::attachment(&archive_name(&fetch));
    let (near, far) = tokio::io::duplex(BUFFER);
    let packed = tokio::spawn(pack(message.account, message.key, files, far));
    let outcome = stream::once(async move {
        match packed.await {
            Ok(Ok(())) => Ok(Bytes::new()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(PackError::Gone),
        }
    });
    let bytes = ReaderStream::with_capacity(near, BUFFER).map(|read| read.map_err(PackError::Write));
    let body = Body::from_stream(bytes.chain(outcome));
    Ok((isolated(HeaderValue::from_static("application/zip"), name), body).into_response())
}

/// What goes into the archive: what a person calls an attachment.
fn files(fetch: &Fetch) -> Vec<(String, Download)> {
    let Some(structure) = &fetch.structure else { return Vec::new() };
    let attachments = BodyPlan::of(Some(structure)).attachments;
    let downloads: Vec<Download> = attachments
        .iter()
        .filter(|attachment| !attachment.minor)
        .filter_map(|attachment| select::download(structure, &attachment.part))
        .collect();
    let names = archive_names::unique(downloads.iter().map(|download| download.attachment.name.as_str()));
    names.into_iter().zip(downloads).collect()
}

fn archive_name(fetch: &Fetch) -> String {
    let subject = fetch.envelope.as_ref().and_then(|envelope| envelope.subject.as_deref());
    let subject = subject.map(|subject| clean(&header_text(subject))).filter(|subject| !subject.is_empty());
    format!("{}.zip", subject.as_deref().unwrap_or("attachments"))
}

async fn pack(
    account: AccountHandle,
    key: MessageKey,
    files: Vec<(String, Download)>,
    to: DuplexStream,
) -> Result<(), PackError> {
    let total = files.iter().fold(0, |total: u64, (_, file)| total.saturating_add(file.attachment.size));
    let zip = ZipFileWriter::with_tokio(to);
    let mut zip = if total < LARGE { zip.force_no_zip64() } else { zip };
    for (name, file) in files {
        // What people attach is compressed already, most of it.
        let entry = ZipEntryBuilder::new(ZipString::from(name), Compression::Stored).unix_permissions(0o644);
        let mut entry = zip.write_entry_stream(entry).await?;
        let piece = Piece::Part(file.attachment.part);
        let chunks = account.piece(key.clone(), piece).await.map_err(PackError::Mail)?;
        let mut flow = Flow::new(chunks, Passage::new(file.encoding));
        while let Some(bytes) = flow.next().await {
            entry.write_all(&bytes.map_err(PackError::Mail)?).await?;
        }
        entry.close().await?;
    }
    zip.close().await?;
    Ok(())
}
