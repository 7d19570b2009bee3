//! Accounts: one actor each, shared by all browsers of its user.

pub mod backoff;
pub mod chance;
pub mod clock;
pub mod desk;
pub mod handle;
pub mod imap;
pub mod local;
pub mod login;
pub mod net;
pub mod pop3;
pub mod reading;
pub mod submission;
pub mod supervisor;
pub mod transfer_error;
pub mod unpacking;
