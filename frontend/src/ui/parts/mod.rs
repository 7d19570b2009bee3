//! The parts pages are made of.
//!
//! | module | subject |
//! |---|---|
//! | [`icon`] | icons |
//! | [`field`] | fields of forms |
//! | [`media`] | what screen and pointer are like |
//! | [`menu`] | menus and the buttons that open them |
//! | [`dialog`] | modal dialogs |
//! | [`notice`] | messages that stand in a page |
//! | [`live`] | parts that are drawn anew |
//! | [`picker`] | choosing from a list that narrows as one types |
//! | [`roving`] | arrow keys inside a widget |

pub mod dialog;
pub mod field;
pub mod icon;
pub mod live;
pub mod media;
pub mod menu;
pub mod notice;
pub mod picker;
pub mod roving;
