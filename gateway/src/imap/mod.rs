//! The IMAP language, pure: no IO, no async, no clock. What a server says becomes [`response`] values, what we say
//! is built from [`command`] values. Everything a server sends is hostile: no panic, linear time, bounded depth.

pub mod capabilities;
pub mod charset;
pub mod command;
pub mod convert;
pub mod date;
pub mod encode;
pub mod frame;
pub mod header_text;
pub mod mailbox_name;
pub mod parse;
pub mod part_role;
pub mod response;
