//! Which copies on the server go at the next connection.

use crate::{
    store::{Mail, StoreError},
    sync::pop3::{copy_policy, ledger::EntryId},
};
use postern_shared::{
    ids::AccountId,
    pop3::{CopyPolicy, WaitingCopy},
};

/// How many there are.
pub async fn count(
    mail: &Mail,
    account: &AccountId,
    policy: CopyPolicy,
    now: i64,
) -> Result<u32, StoreError> {
    Ok(entries(mail, account, policy, now).await?.len() as u32)
}

/// The first `most` of them.
pub async fn list(
    mail: &Mail,
    account: &AccountId,
    policy: CopyPolicy,
    now: i64,
    most: usize,
) -> Result<Vec<WaitingCopy>, StoreError> {
    let mut entries = entries(mail, account, policy, now).await?;
    entries.truncate(most);
    mail.store.copies(account, &entries).await
}

async fn entries(
    mail: &Mail,
    account: &AccountId,
    policy: CopyPolicy,
    now: i64,
) -> Result<Vec<EntryId>, StoreError> {
    if policy == CopyPolicy::Leave {
        return Ok(Vec::new());
    }
    let ledger = mail.store.ledger(account).await?;
    let waits = ledger
        .iter()
        .filter(|entry| entry.copy_deleted_at.is_none() && copy_policy::permit(policy, entry, now).is_some());
    Ok(waits.map(|entry| entry.id).collect())
}
