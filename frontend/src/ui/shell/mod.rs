//! The mail screen: bars, panes, connection.
//!
//! | module | subject |
//! |---|---|
//! | [`mail`] | the screen and its panes |
//! | [`topbar`] | the bar above them |
//! | [`drawer`] | the folders where there is no room for them |
//! | [`connection`] | the connection's state |
//! | [`account`] | the account's menu |

pub mod account;
pub mod connection;
pub mod drawer;
pub mod mail;
pub mod topbar;
