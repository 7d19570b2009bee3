//! Postern's gateway: mail sessions on one side, browsers on the other.
//!
//! Imports run one way: `{http, ws} -> {accounts, hub, store, mime}`, `accounts -> {sync, hub, store, mime}`,
//! `{sync, hub, store, mime} -> {imap, shared}`. `cargo xtask tidy` holds this.

pub mod accounts;
pub mod app;
pub mod browser;
pub mod config;
pub mod http;
pub mod hub;
pub mod imap;
pub mod logging;
pub mod metrics;
pub mod mime;
pub mod router;
pub mod server;
pub mod session;
pub mod store;
pub mod sync;
pub mod ws;
