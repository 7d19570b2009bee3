//! The folder tree and what is done to folders.
//!
//! | module | subject |
//! |---|---|
//! | [`tree`] | which items the tree shows, and where keys lead; pure |
//! | [`navigation`] | the tree |
//! | [`item`] | one item of it |
//! | [`menu`] | a folder's menu |
//! | [`task`] | the dialogs its items open |
//! | [`picker`] | choosing a folder from a list |

pub mod item;
pub mod menu;
pub mod navigation;
pub mod picker;
pub mod task;
pub mod tree;
