//! POP3 accounts: quick connections, the check that downloads, and the actor that owns the mailbox.

pub mod actor;
mod batch;
pub mod check;
pub mod connection;
mod incoming;
#[cfg(test)]
mod model;
mod retrieve;
mod schedule;
mod server_folders;
mod upload;
mod waiting;
mod whole;
mod wire;
