//! The WebSocket and HTTP.
