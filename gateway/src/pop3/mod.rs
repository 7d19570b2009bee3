//! The language of POP3 (RFC 1939, 2449, 2595, 3206): commands, status lines, listings, multi-line answers. Pure.

pub mod capabilities;
pub mod command;
pub mod lines;
pub mod listing;
pub mod multiline;
pub mod status;
