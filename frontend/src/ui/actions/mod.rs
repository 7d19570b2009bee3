//! The toolbar, its menus and dialogs.
//!
//! | module | subject |
//! |---|---|
//! | [`tool`] | one button of a toolbar |
//! | [`toolbar`] | what can be done to messages |
//! | [`more`] | the More menu: what concerns one message as a file |
//! | [`print`] | printing the opened message |
//! | [`edit`] | the Edit menu |
//! | [`move_to`] | choosing where messages move |

pub mod edit;
pub mod more;
pub mod move_to;
mod print;
pub mod tool;
pub mod toolbar;
