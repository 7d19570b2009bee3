//! The rest of a message of which only the first lines are here.

use super::{
    check::{CheckError, CheckJob},
    connection::Pop3Connection,
    incoming::{new_message, receive},
    retrieve::{Answer, Retriever},
};
use crate::{
    accounts::login::ConnectError,
    failpoint,
    sync::pop3::{
        ledger::LedgerEntry,
        plan::{Extent, Fetch},
    },
};

/// Fetches a message wholly and puts it in the place of its beginning. Nothing is deleted on the server.
///
/// # Errors
/// [`CheckError`]; [`CheckError::NotOnServer`] also where the server tells no unique-id to find it by.
pub async fn fetch_whole(job: CheckJob<'_>, entry: &LedgerEntry) -> Result<(), CheckError> {
    let _lock = job.store.lock_download(job.account).await?.ok_or(CheckError::Busy)?;
    let connection = Box::pin(Pop3Connection::open(job.login)).await?;
    Box::pin(whole_on(&job, connection, entry)).await
}

/// Does it on a connection. The right to download is the caller's.
pub(super) async fn whole_on(
    job: &CheckJob<'_>,
    mut connection: Pop3Connection,
    entry: &LedgerEntry,
) -> Result<(), CheckError> {
    let (Some(unique_id), Some(uid)) = (&entry.unique_id, entry.uid) else {
        return Err(CheckError::NotOnServer);
    };
    let listing = connection.listing().await?;
    let mut found = listing.iter().filter(|listed| listed.unique_id.as_ref() == Some(unique_id));
    let (Some(listed), None) = (found.next(), found.next()) else { return Err(CheckError::NotOnServer) };
    let fetch = Fetch {
        number: listed.number,
        size: listed.size,
        unique_id: Some(unique_id.clone()),
        extent: Extent::Whole,
        by_hash: false,
    };
    let mut retriever = Retriever::new(&connection, vec![fetch]);
    let fetch = match retriever.next().await? {
        Some(Answer::Content(fetch)) => fetch,
        Some(Answer::Refused(_, status)) => return Err(ConnectError::Unavailable(status.text).into()),
        None => return Err(CheckError::NotOnServer),
    };
    let incoming = receive(&mut retriever, job.blobs.writer(job.account), None, |_| {}).await?;
    if incoming.staged.size == 0 {
        return Err(ConnectError::NotMail("it gave nothing of the message".to_owned()).into());
    }
    let message = new_message(&fetch, incoming.scanned, &incoming.staged, (job.now)());
    failpoint::hit("pop3.blob_staged");
    let blob = message.source.is_none().then_some(incoming.staged);
    job.blobs.settle(blob.into_iter().collect()).await?;
    failpoint::hit("pop3.blob_settled");
    job.store.complete(job.account, uid, &message).await?;
    failpoint::hit("pop3.added");
    // It is here: how the session ends does not matter.
    let _ = connection.quit().await;
    Ok(())
}
