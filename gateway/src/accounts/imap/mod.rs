//! The IMAP account: connections, the worker, the watcher and the actor that owns them.

pub mod actor;
mod connect;
pub mod connection;
mod conversation;
mod idle;
mod keeper;
mod lane;
mod link;
mod piece;
#[cfg(test)]
mod scripted;
pub(super) mod server_list;
mod sign_in;
mod structures;
mod tap;
mod watcher;
