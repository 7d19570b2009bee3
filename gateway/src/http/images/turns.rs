//! Who may fetch when: so many images at once for a session, so many in all.

use crate::store::SessionHash;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Images fetched at once for one session.
const FOR_A_SESSION: usize = 6;

/// Images fetched at once in all.
const IN_ALL: usize = 48;

/// The turns.
pub struct Turns {
    all: Arc<Semaphore>,
    sessions: Mutex<HashMap<SessionHash, Weak<Semaphore>>>,
}

/// A turn; it ends when it is dropped.
pub struct Turn {
    _of_session: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
    /// Keeps the session's turns while one of them is taken.
    _session: Arc<Semaphore>,
}

impl Turns {
    /// All of them free.
    pub fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(IN_ALL)), sessions: Mutex::default() }
    }

    /// Waits for a turn. Absent when the gateway stops.
    pub async fn take(&self, session: SessionHash) -> Option<Turn> {
        let own = self.of(session);
        // A session waits for its own turn first: it takes no more than its share of all.
        let of_session = Arc::clone(&own).acquire_owned().await.ok()?;
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Turn { _of_session: of_session, _of_all: of_all, _session: own })
    }

    fn of(&self, session: SessionHash) -> Arc<Semaphore> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sessions.get(&session).and_then(Weak::upgrade) {
            return known;
        }
        sessions.retain(|_, turns| turns.strong_count() > 0);
        let turns = Arc::new(Semaphore::new(FOR_A_SESSION));
        sessions.insert(session, Arc::downgrade(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Token;
    use futures::FutureExt;

    #[tokio::test]
    async fn a_session_takes_its_share_and_no_more() {
        let turns = Turns::new();
        let (one, other) = (Token::draw().unwrap().hash(), Token::draw().unwrap().hash());
        let mut taken = Vec::new();
        for _ in 0..FOR_A_SESSION {
            taken.push(turns.take(one).now_or_never().unwrap());
        }
        assert!(turns.take(one).now_or_never().is_none());
        assert!(turns.take(other).now_or_never().is_some());
        taken.pop();
        assert!(turns.take(one).now_or_never().is_some());
        drop(taken);
        turns.take(other).await;
        assert_eq!(turns.sessions.lock().unwrap().len(), 1);
    }
}
