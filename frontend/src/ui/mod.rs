//! Components.
//!
//! | module | subject |
//! |---|---|
//! | [`app`] | the root: which screen is shown |
//! | [`route`] | places and their URLs |
//! | [`login`] | the sign-in page |
//! | [`shell`] | the mail screen: bars, panes, connection |
//! | [`folders`] | the folder tree and what is done to folders |
//! | [`header`] | the head of the list: folder, deleted mail, search, order |
//! | [`list`] | the message list |
//! | [`actions`] | the toolbar, its menus and dialogs |
//! | [`compose`] | writing |
//! | [`reader`] | the reading pane |
//! | [`purge`] | the purge dialog |
//! | [`pop3`] | what only POP3 accounts show |
//! | [`choose`] | IMAP or POP3? |
//! | [`toasts`] | short messages |
//! | [`settings`] | settings |
//! | [`keys`] | keyboard shortcuts |
//! | [`look`] | colours and density as chosen |
//! | [`operations`] | long operations under way |
//! | [`parts`] | the parts pages are made of |
//! | [`crash`] | what is shown when the app itself broke |

pub mod actions;
pub mod app;
pub mod choose;
pub mod compose;
pub mod crash;
pub mod folders;
pub mod header;
pub mod keys;
pub mod list;
pub mod login;
pub mod look;
pub mod operations;
pub mod parts;
pub mod pop3;
pub mod purge;
pub mod reader;
pub mod route;
pub mod settings;
pub mod shell;
pub mod toasts;
