//! The IMAP account: connections, the worker, the watcher and the actor that owns them.

pub mod connection;
