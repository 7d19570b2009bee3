//! Streams to mail servers, whatever is spoken on them: resolved, judged, connected, protected.

mod address_policy;
pub mod connect;
mod tls;
