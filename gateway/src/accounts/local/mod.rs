//! A mailbox that lives in the gateway's store: lists, changes and their undoing, reading. It knows nothing of where
//! its mail comes from.

mod changes;
mod folder_changes;
mod history;
mod layouts;
mod mailbox;
mod reading;
mod row;
mod tree;
mod views;

#[cfg(test)]
mod tests;

pub use mailbox::Mailbox;
pub use reading::{Reader, failure};
pub use row::{arrival, row};
pub use tree::Tree;
