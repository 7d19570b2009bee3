//! A draft as a message: whom it goes to, whether it is whole, its bytes.

use crate::{
    accounts::chance,
    mime::compose::build::{Outgoing, Purpose, build},
    smtp::command::Mailbox,
    store::writing::{DraftFiles, FileError, Held},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, FileId},
    writing::Draft,
};
use std::fs::File;

/// More recipients are not taken in one message.
const RECIPIENTS: usize = 1_000;

/// The addresses that the message goes to, each once, as the envelope has them.
///
/// # Errors
/// There is none, one is no address, or there are too many.
pub(super) fn recipients(content: &Draft) -> Result<Vec<String>, Failure> {
    let mut all: Vec<String> = Vec::new();
    for address in content.to.iter().chain(&content.cc).chain(&content.bcc) {
        let bad = |error| Failure::new(ErrorCode::BadInput, format!("{}: {error}", address.email));
        let mailbox = Mailbox::new(&address.email).map_err(bad)?;
        if !all.iter().any(|known| known == mailbox.as_str()) {
            all.push(mailbox.as_str().to_owned());
        }
    }
    match all.len() {
        0 => Err(Failure::new(ErrorCode::BadInput, "there is no recipient")),
        1..=RECIPIENTS => Ok(all),
        _ => Err(Failure::new(ErrorCode::BadInput, format!("there are more than {RECIPIENTS} recipients"))),
    }
}

/// Whether the message can go: its sender is an address, its files are all here, it is not larger than the server takes.
///
/// # Errors
/// Why not.
pub(super) async fn check(
    files: &DraftFiles,
    account: &AccountId,
    draft: DraftId,
    content: &Draft,
    limit: Option<u64>,
) -> Result<(), Failure> {
    let from = &content.from.email;
    Mailbox::new(from).map_err(|error| Failure::new(ErrorCode::BadInput, format!("{from}: {error}")))?;
    for file in &content.files {
        let held = files.length(account, draft, file.id).await.map_err(|error| unreadable(&error))?;
        if held != Some(Held { bytes: file.size, whole: true }) {
            let missing = format!("{} is not uploaded yet", file.name);
            return Err(Failure::new(ErrorCode::BadInput, missing));
        }
    }
    // Base64 makes four bytes of three, and lines.
    let size: u64 = content.files.iter().map(|file| file.size / 57 * 78).sum();
    match limit {
        Some(limit) if size > limit => {
            let what = format!("the message has more than {size} bytes, the mail server takes {limit}");
            Err(Failure::new(ErrorCode::BadInput, what))
        }
        _ => Ok(()),
    }
}

/// The message's bytes. What is kept may lack files that are still on their way; what is sent may not.
///
/// # Errors
/// A file cannot be read.
pub(super) async fn write(
    files: &DraftFiles,
    account: &AccountId,
    draft: DraftId,
    content: &Draft,
    message_id: &str,
    date: i64,
    purpose: Purpose,
) -> Result<Vec<u8>, Failure> {
    let mut contents: Vec<(FileId, File)> = Vec::new();
    for file in &content.files {
        match files.read(account, draft, file.id).await {
            Ok(opened) => contents.push((file.id, opened.into_std().await)),
            Err(FileError::NoSuchFile) if purpose == Purpose::Keeping => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    let (draft, message_id) = (content.clone(), message_id.to_owned());
    let writing = tokio::task::spawn_blocking(move || {
        let mut message = Vec::new();
        let outgoing = Outgoing { draft: &draft, message_id: &message_id, date, contents, purpose };
        build(outgoing, &mut message).map(|()| message)
    });
    match writing.await {
        Ok(written) => written.map_err(|error| unreadable(&error)),
        Err(error) => Err(unreadable(&error)),
    }
}

/// A new Message-ID, without angle brackets, of the sender's domain.
pub(super) fn message_id(content: &Draft) -> String {
    let from = Mailbox::new(&content.from.email).ok();
    let domain = from.as_ref().and_then(|from| from.as_str().rsplit_once('@')).map(|(_, domain)| domain);
    let domain = domain.filter(|domain| !domain.starts_with('[')).unwrap_or("localhost");
    format!("{:016x}{:016x}@{domain}", chance::random(), chance::random())
}

fn unreadable(error: &dyn std::error::Error) -> Failure {
    tracing::error!(%error, "the files of a draft cannot be read");
    Failure::new(ErrorCode::Internal, "a file of the message cannot be read")
}
