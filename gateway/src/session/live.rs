//! Sessions in use: a sign-out ends their sockets at once.

use crate::store::SessionHash;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// A session somebody watches.
#[derive(Debug, Default)]
struct Watched {
    ended: CancellationToken,
    watchers: usize,
}

type Sessions = Arc<Mutex<HashMap<SessionHash, Watched>>>;

/// Every watched session.
#[derive(Debug, Default)]
pub(super) struct Live(Sessions);

/// A look at one session, for as long as it is held.
#[derive(Debug)]
pub struct Watch {
    sessions: Sessions,
    hash: SessionHash,
    ended: CancellationToken,
}

impl Live {
    /// Watches a session, whether or not there is one.
    pub fn watch(&self, hash: SessionHash) -> Watch {
        let mut sessions = lock(&self.0);
        let watched = sessions.entry(hash).or_default();
        watched.watchers += 1;
        Watch { sessions: self.0.clone(), hash, ended: watched.ended.clone() }
    }

    /// Tells everybody who watches it that the session ended.
    pub fn end(&self, hash: SessionHash) {
        if let Some(watched) = lock(&self.0).get(&hash) {
            watched.ended.cancel();
        }
    }
}

impl Watch {
    /// Completes when the session is signed out.
    pub fn ended(&self) -> WaitForCancellationFuture<'_> {
        self.ended.cancelled()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut sessions = lock(&self.sessions);
        if let Some(watched) = sessions.get_mut(&self.hash) {
            watched.watchers -= 1;
            if watched.watchers == 0 {
                sessions.remove(&self.hash);
            }
        }
    }
}

/// The map is whole between any two statements, so a panic elsewhere does not spoil it.
fn lock(sessions: &Sessions) -> MutexGuard<'_, HashMap<SessionHash, Watched>> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_watcher_is_told_and_nothing_is_left() {
        let live = Live::default();
        let (hash, other) = (SessionHash([1; 32]), SessionHash([2; 32]));
        let (first, second, elsewhere) = (live.watch(hash), live.watch(hash), live.watch(other));
        live.end(hash);
        first.ended().await;
        second.ended().await;
        assert!(!elsewhere.ended.is_cancelled());
        drop((first, second, elsewhere));
        assert!(lock(&live.0).is_empty());
    }
}
