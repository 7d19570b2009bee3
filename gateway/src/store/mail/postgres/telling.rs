//! What gateways on one database tell each other: notifications on one channel. They are sent when their transaction is
//! committed, to whoever listens then; who was not connected learns that everything may have changed.

use super::accounts;
use crate::store::{StoreError, mail::MailChange};
use postern_shared::ids::AccountId;
use serde::{Deserialize, Serialize};
use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use std::time::Duration;
use tokio::{sync::broadcast, task::AbortHandle, time::sleep};

/// The channel.
const CHANNEL: &str = "postern_mail";

/// The longest notification, in bytes: PostgreSQL takes less than 8000.
const LONGEST: usize = 7_500;

/// So many changes are kept for a receiver that does not look.
const KEPT: usize = 1024;

/// The time between attempts to listen again.
const AGAIN: Duration = Duration::from_secs(1);

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Told {
    /// Which store told it, so that none hears itself.
    from: u64,
    /// Whose mail.
    account: AccountId,
    /// What changed.
    change: MailChange,
}

impl Told {
    /// As it is sent: coarser where it would be too long.
    fn encoded(&self) -> Result<String, StoreError> {
        let broken = |_| StoreError::Broken("notification");
        let text = serde_json::to_string(self).map_err(broken)?;
        if text.len() <= LONGEST {
            return Ok(text);
        }
        let change = match &self.change {
            MailChange::Arrived(folder, _)
            | MailChange::Removed(folder, _)
            | MailChange::Flags(folder, ..)
            | MailChange::Folder(folder) => MailChange::Folder(folder.clone()),
            other => other.clone(),
        };
        serde_json::to_string(&Self { change, ..self.clone() }).map_err(broken)
    }
}

/// Tells, and listens until it is dropped or the pool is closed.
#[derive(Debug)]
pub(super) struct Teller {
    own: u64,
    heard: broadcast::Sender<(AccountId, MailChange)>,
    listening: AbortHandle,
}

impl Teller {
    /// Listens from now on.
    pub(super) async fn start(pool: &PgPool) -> Result<Self, StoreError> {
        let own = getrandom::u64().map_err(|_| StoreError::Broken("source of random numbers"))?;
        let heard = broadcast::Sender::new(KEPT);
        let listener = listen(pool).await?;
        let task = tokio::spawn(hear(pool.clone(), listener, own, heard.clone()));
        Ok(Self { own, heard, listening: task.abort_handle() })
    }

    /// Tells the others.
    pub(super) async fn tell(
        &self,
        pool: &PgPool,
        account: &AccountId,
        changes: &[MailChange],
    ) -> Result<(), StoreError> {
        let told = changes.iter().map(|change| {
            Told { from: self.own, account: account.clone(), change: change.clone() }.encoded()
        });
        let payloads: Vec<String> = told.collect::<Result<_, _>>()?;
        sqlx::query("SELECT count(pg_notify($1, payload)) FROM unnest($2::text[]) AS payload")
            .bind(CHANNEL)
            .bind(payloads)
            .execute(pool)
            .await?;
        Ok(())
    }

    /// What others tell from now on.
    pub(super) fn hear(&self) -> broadcast::Receiver<(AccountId, MailChange)> {
        self.heard.subscribe()
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

/// Passes on what is heard until the pool is closed. What was told while nobody listened is made up for: everything may
/// have changed in every account.
async fn hear(
    pool: PgPool,
    mut listener: PgListener,
    own: u64,
    heard: broadcast::Sender<(AccountId, MailChange)>,
) {
    loop {
        while let Ok(Some(notification)) = listener.try_recv().await {
            if let Some(change) = understood(&notification, own) {
                // Nobody listens here: nobody misses it.
                heard.send(change).ok();
            }
        }
        drop(listener);
        listener = loop {
            if pool.is_closed() {
                return;
            }
            match listen_again(&pool, &heard).await {
                Ok(again) => break again,
                Err(error) => tracing::warn!(%error, "other gateways on the database are not heard"),
            }
            sleep(AGAIN).await;
        };
    }
}

/// Listens anew, then says of every account that everything may have changed.
async fn listen_again(
    pool: &PgPool,
    heard: &broadcast::Sender<(AccountId, MailChange)>,
) -> Result<PgListener, StoreError> {
    let listener = listen(pool).await?;
    for account in accounts::all(pool).await? {
        heard.send((account, MailChange::Everything)).ok();
    }
    Ok(listener)
}

/// What a notification of somebody else says.
fn understood(notification: &PgNotification, own: u64) -> Option<(AccountId, MailChange)> {
    match serde_json::from_str::<Told>(notification.payload()) {
        Ok(told) => (told.from != own).then_some((told.account, told.change)),
        Err(error) => {
            // Another version of this program, perhaps.
            tracing::warn!(%error, "another gateway on the database told something strange");
            None
        }
    }
}
