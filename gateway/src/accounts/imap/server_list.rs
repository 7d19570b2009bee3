//! The folders of the IMAP server of the same account.

use super::connection::{CommandError, Connection};
use crate::{
    accounts::transfer_error::TransferError,
    imap::{command::Command, response::Untagged},
    sync::folder_list::FolderList,
};

/// What stands before the names of a user's own folders there (RFC 2342).
///
/// # Errors
/// [`TransferError`].
pub async fn prefix(connection: &mut Connection) -> Result<Vec<u8>, TransferError> {
    if !connection.capabilities().has("NAMESPACE") {
        return Ok(Vec::new());
    }
    let answer = connection.run(&Command::Namespace).await?;
    let told = answer.untagged.into_iter().find_map(|response| match response {
        Untagged::Namespace(personal) => personal.into_iter().next(),
        _ => None,
    });
    Ok(told.map(|(prefix, _)| prefix).unwrap_or_default())
}

/// The folders; those whose names begin with `prefix` stand at the top.
///
/// # Errors
/// [`TransferError`].
pub async fn list(connection: &mut Connection, prefix: &[u8]) -> Result<FolderList, TransferError> {
    let capabilities = connection.capabilities();
    let (extended, utf8) =
        (capabilities.has("LIST-EXTENDED") || capabilities.has("IMAP4REV2"), capabilities.utf8_accept());
    let command = |extended| Command::List { extended, status: Vec::new() };
    let answer = match connection.run(&command(extended)).await {
        // What was refused may be the extended form: once more, plainly.
        Err(CommandError::Refused { .. }) if extended => connection.run(&command(false)).await?,
        answer => answer?,
    };
    let listed: Vec<_> = answer
        .untagged
        .into_iter()
        .filter_map(|response| match response {
            Untagged::List(folder) => Some(folder),
            _ => None,
        })
        .collect();
    Ok(FolderList::read(&listed, &[], prefix, utf8))
}
