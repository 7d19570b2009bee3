//! The WebSocket and HTTP.
//!
//! | module | subject |
//! |---|---|
//! | [`backoff`] | how long to wait before the next try |
//! | [`connection`] | a socket that comes back by itself |
//! | [`socket`] | one socket: frames in and out |
//! | [`http`] | JSON over HTTP |

pub mod backoff;
pub mod connection;
pub mod http;
pub mod socket;
