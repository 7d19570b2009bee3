//! Signed-in browsers. A browser's cookie holds an id and a key; the store holds the id's hash and the mail credential
//! sealed under the key, so that neither alone opens a mail account.

mod credential;
mod live;
mod seal;
mod secret;
mod ticket;
mod token;

pub use credential::{Credential, is_address};
pub use live::Watch;
pub use secret::{SecretError, ServerSecret};
pub use ticket::{ImageTicket, Issuer, LinkTicket, Ticket};
pub use token::Token;

use crate::store::{Others, Store, StoreError, StoredSession};
use live::Live;
use postern_shared::ids::AccountId;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a session lasts at most that ends with its browser: the gateway is not told when that is.
const BROWSER_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// All sessions.
#[derive(Debug)]
pub struct Sessions {
    store: Store,
    secret: ServerSecret,
    live: Live,
    stay: Duration,
}

/// One session, opened by its cookie.
#[derive(Debug)]
pub struct Session {
    /// The account signed in to.
    pub account: AccountId,
    /// What opens it.
    pub credential: Credential,
    /// How long it still lasts.
    pub remaining: Duration,
    /// Tells when it is signed out.
    pub watch: Watch,
}

/// A session cannot be made, found or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be sealed: the system gives no random bytes, or the credential cannot be encoded.
    #[error("the credential cannot be sealed")]
    Seal,
}

impl Sessions {
    /// Sessions kept in the store; those that stay signed in last `days`.
    pub fn new(store: Store, secret: ServerSecret, days: u16) -> Self {
        Self { store, secret, live: Live::default(), stay: DAY * u32::from(days) }
    }

    /// How long a new session lasts.
    pub fn lifetime(&self, stay: bool) -> Duration {
        if stay { self.stay } else { BROWSER_LIFETIME.min(self.stay) }
    }

    /// Makes a session and returns what its cookie holds.
    pub async fn create(
        &self,
        account: &AccountId,
        credential: &Credential,
        stay: bool,
    ) -> Result<Token, SessionError> {
        let token = Token::draw().map_err(|_| SessionError::Seal)?;
        let hash = token.hash();
        let plain = credential.encode().ok_or(SessionError::Seal)?;
        let sealed = seal::seal(&token, &self.secret, &plain).ok_or(SessionError::Seal)?;
        let expires_at = now() + self.lifetime(stay).as_secs() as i64;
        let session = StoredSession { hash, account: account.clone(), sealed, expires_at };
        self.store.insert_session(&session).await?;
        Ok(token)
    }

    /// Opens a session; absent if it ended, or if the cookie or the server secret is not the one it was made with.
    pub async fn open(&self, token: &Token) -> Result<Option<Session>, SessionError> {
        // Watched before it is looked up: a sign-out in between is seen either way.
        let watch = self.live.watch(token.hash());
        let now = now();
        let Some(stored) = self.store.session(token.hash(), now).await? else { return Ok(None) };
        let credential =
            seal::open(token, &self.secret, &stored.sealed).and_then(|plain| Credential::decode(&plain));
        let remaining = Duration::from_secs(stored.expires_at.saturating_sub(now).unsigned_abs());
        Ok(credential.map(|credential| Session { account: stored.account, credential, remaining, watch }))
    }

    /// Ends a session and its sockets; tells whether its account has others. Absent if there was none.
    pub async fn end(&self, token: &Token) -> Result<Option<Others>, SessionError> {
        let ended = self.store.delete_session(token.hash(), now()).await;
        self.live.end(token.hash());
        Ok(ended?)
    }

    /// Forgets what has expired.
    pub async fn sweep(&self) -> Result<(), SessionError> {
        Ok(self.store.delete_ended_sessions(now()).await?)
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs() as i64)
}

#[cfg(test)]
mod tests;
