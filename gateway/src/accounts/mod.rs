//! Accounts: one actor each, shared by all browsers of its user.

pub mod backoff;
pub mod handle;
pub mod imap;
pub mod login;
pub mod supervisor;
