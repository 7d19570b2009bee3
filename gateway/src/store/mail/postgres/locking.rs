//! The right to download, among all gateways on the database.

use super::unbroken;
use crate::store::{StoreError, mail::DownloadLock};
use postern_shared::ids::AccountId;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, PgPool};
use std::sync::Mutex;

/// Keeps the lock's numbers apart from those of other programs on the database.
const PURPOSE: &str = "postern download ";

/// The right to download one account: a connection of its own, whose session holds an advisory lock. When it is
/// dropped the connection is closed, and the server releases the lock; also when this gateway dies.
struct Held {
    // Never used again. Behind a mutex since it cannot be shared otherwise.
    _connection: Mutex<PgConnection>,
}

impl DownloadLock for Held {}

/// The right for `account`, unless somebody has it.
pub(super) async fn take(
    pool: &PgPool,
    account: &AccountId,
) -> Result<Option<Box<dyn DownloadLock>>, StoreError> {
    let (pool, number) = (pool.clone(), number(account));
    unbroken(async move {
        let mut connection = pool.acquire().await?;
        let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(number)
            .fetch_one(&mut *connection)
            .await?;
        let held =
            || -> Box<dyn DownloadLock> { Box::new(Held { _connection: Mutex::new(connection.detach()) }) };
        Ok(taken.then(held))
    })
    .await
}

/// The number that stands for an account.
fn number(account: &AccountId) -> i64 {
    let digest = Sha256::new().chain_update(PURPOSE).chain_update(account.as_str()).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}
