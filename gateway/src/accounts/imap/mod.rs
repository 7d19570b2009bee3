//! The IMAP account: connections, the worker, the watcher and the actor that owns them.

mod address_policy;
mod connect;
pub mod connection;
#[cfg(test)]
mod scripted;
mod sign_in;
mod tap;
mod tls;
