//! Streams to mail servers, whatever is spoken on them: resolved, judged, connected, protected.

pub mod address_policy;
pub mod connect;
pub mod tls;
