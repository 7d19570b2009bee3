//! The WebSocket side: one task a browser.
