//! The WebSocket side: one task a browser.

mod dispatch;
mod link;
mod socket;
pub mod upgrade;

#[cfg(test)]
mod tests;
