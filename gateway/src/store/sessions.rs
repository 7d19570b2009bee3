//! Sessions as they are stored: nothing here opens a mail account.

use super::{Store, StoreError};
use postern_shared::ids::AccountId;
use sqlx::{Row, sqlite::SqliteRow};

/// SHA-256 of a session id: names a session without being good for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionHash(pub [u8; 32]);

/// One session. Times are in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// Which one.
    pub hash: SessionHash,
    /// The account signed in to.
    pub account: AccountId,
    /// The credential, sealed under the browser's key.
    pub sealed: Vec<u8>,
    /// When it ends.
    pub expires_at: i64,
}

impl Store {
    /// Keeps a new session.
    pub async fn insert_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO sessions (id_hash, account, sealed, expires_at) VALUES (?, ?, ?, ?)")
            .bind(session.hash.0.as_slice())
            .bind(session.account.as_str())
            .bind(session.sealed.as_slice())
            .bind(session.expires_at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The session, if it has not ended at `now`.
    pub async fn session(&self, hash: SessionHash, now: i64) -> Result<Option<StoredSession>, StoreError> {
        sqlx::query("SELECT account, sealed, expires_at FROM sessions WHERE id_hash = ? AND expires_at > ?")
            .bind(hash.0.as_slice())
            .bind(now)
            .fetch_optional(&self.pool)
            .await?
            .map(|row| read(hash, &row))
            .transpose()
    }

    /// Forgets a session and tells whether its account has others at `now`; absent if there was no such session.
    pub async fn delete_session(&self, hash: SessionHash, now: i64) -> Result<Option<Others>, StoreError> {
        let deleted = sqlx::query("DELETE FROM sessions WHERE id_hash = ? RETURNING account")
            .bind(hash.0.as_slice())
            .fetch_optional(&self.pool)
            .await?;
        let Some(account) = deleted.map(|row| row.try_get::<String, _>(0)).transpose()? else {
            return Ok(None);
        };
        let others: i64 = sqlx::query("SELECT count(*) FROM sessions WHERE account = ? AND expires_at > ?")
            .bind(&account)
            .bind(now)
            .fetch_one(&self.pool)
            .await?
            .try_get(0)?;
        Ok(Some(if others == 0 { Others::None } else { Others::Some }))
    }

    /// Forgets the sessions that ended before `now`.
    pub async fn delete_ended_sessions(&self, now: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= ?").bind(now).execute(&self.pool).await?;
        Ok(())
    }
}

/// Whether an account is signed in to elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// This was its last session.
    None,
    /// It has other sessions.
    Some,
}

fn read(hash: SessionHash, row: &SqliteRow) -> Result<StoredSession, StoreError> {
    Ok(StoredSession {
        hash,
        account: AccountId(row.try_get("account")?),
        sealed: row.try_get("sealed")?,
        expires_at: row.try_get("expires_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: u8, account: &str, expires_at: i64) -> StoredSession {
        StoredSession { hash: SessionHash([id; 32]), account: account.into(), sealed: vec![id], expires_at }
    }

    #[tokio::test]
    async fn a_session_is_found_until_it_ends_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let stored = session(1, "ada@example.org", 100);
        let store = Store::open(folder.path()).await.unwrap();
        store.insert_session(&stored).await.unwrap();
        store.close().await;

        let store = Store::open(folder.path()).await.unwrap();
        assert_eq!(store.session(stored.hash, 99).await.unwrap(), Some(stored.clone()));
        assert_eq!(store.session(stored.hash, 100).await.unwrap(), None);
        assert_eq!(store.session(SessionHash([2; 32]), 99).await.unwrap(), None);
        store.delete_ended_sessions(100).await.unwrap();
        assert_eq!(store.session(stored.hash, 99).await.unwrap(), None);
    }

    #[tokio::test]
    async fn deleting_tells_whether_the_account_has_other_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        for stored in [
            session(1, "ada@example.org", 100),
            session(2, "ada@example.org", 100),
            session(3, "ada@example.org", 10),
            session(4, "grace@example.org", 100),
        ] {
            store.insert_session(&stored).await.unwrap();
        }
        let cases = [(1, Some(Others::Some)), (1, None), (2, Some(Others::None)), (4, Some(Others::None))];
        for (id, expected) in cases {
            assert_eq!(store.delete_session(SessionHash([id; 32]), 50).await.unwrap(), expected, "{id}");
        }
    }
}
