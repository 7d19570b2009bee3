//! The HTTP side: sessions, message bodies, downloads, the embedded app.

pub mod app_files;
pub mod app_page;
pub mod client;
pub mod cookie;
pub mod encoding;
pub mod error;
pub mod headers;
pub mod images;
pub mod link;
pub mod message;
pub mod origin;
pub mod probe;
pub mod probe_limit;
pub mod probes;
pub mod request_log;
pub mod session;
pub mod sign_in_limit;
pub mod writing;

#[cfg(test)]
mod tests;
