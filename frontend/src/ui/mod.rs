//! Components.

pub mod list;
