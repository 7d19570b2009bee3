//! POP3 accounts: quick connections, the check that downloads, and the actor that owns the mailbox.

pub mod actor;
mod batch;
pub mod check;
pub(in crate::accounts) mod clock;
pub mod connection;
mod incoming;
#[cfg(test)]
mod model;
mod retrieve;
mod schedule;
mod server_folders;
pub(in crate::accounts) mod server_list;
mod transfer_error;
mod upload;
mod waiting;
mod whole;
mod wire;

pub use transfer_error::TransferError;
