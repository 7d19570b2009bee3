//! Accounts: one actor each, shared by all browsers of its user.

pub mod deleting_store;
pub mod handle;
pub mod imap;
pub mod login;
pub mod supervisor;
