//! The wire between Postern's app and its gateway, and nothing else. It compiles for wasm and native.
//!
//! | module | subject |
//! |---|---|
//! | [`ids`] | newtypes that name accounts, folders, messages, operations |
//! | [`uid_set`] | a compact set of UIDs |
//! | [`flags`] | message flags and changes to them |
//! | [`address`] | mail addresses as they are shown |
//! | [`account`] | an account, its settings and its connection |
//! | [`folder`] | a folder and its counts |
//! | [`summary`] | one row of a message list |
//! | [`body`] | one opened message |
//! | [`sender`] | who really sent it |
//! | [`header`] | its header, field by field |
//! | [`view`] | what a message list shows, and how it changes |
//! | [`pop3`] | what is particular to POP3 accounts |
//! | [`probe`] | what a mail server offers, for the choice between IMAP and POP3 |
//! | [`writing`] | drafts, files, what is sent |
//! | [`session`] | signing in over HTTP |
//! | [`command`] | what a browser asks |
//! | [`reply`] | what it is answered |
//! | [`event`] | what every browser of an account is told |
//! | [`error`] | why something failed |
//! | [`wire`] | frames and their two encodings |

pub mod account;
pub mod address;
pub mod body;
pub mod command;
pub mod error;
pub mod event;
pub mod flags;
pub mod folder;
pub mod header;
pub mod ids;
pub mod pop3;
pub mod probe;
pub mod reply;
pub mod sender;
pub mod session;
pub mod summary;
pub mod uid_set;
pub mod view;
pub mod wire;
pub mod writing;
