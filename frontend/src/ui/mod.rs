//! Components.

pub mod list;
pub mod parts {
    pub mod icon;
}
