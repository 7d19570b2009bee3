//! Postern's gateway: mail sessions on one side, browsers on the other.
//!
//! Imports between its rooms run one way: ARCHITECTURE.md has the table, `cargo xtask tidy` holds it.

mod accept;
pub mod accounts;
pub mod app;
pub mod archive;
pub mod browser;
pub mod config;
pub mod discovery;
pub mod failpoint;
pub mod http;
pub mod hub;
pub mod imap;
pub mod layers;
pub mod logging;
pub mod metrics;
pub mod mime;
pub mod pop3;
pub mod router;
pub mod server;
pub mod session;
pub mod smtp;
pub mod store;
pub mod sync;
pub mod ws;
