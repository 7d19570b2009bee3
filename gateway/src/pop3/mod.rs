//! The language of POP3 (RFC 1939, RFC 2449), pure: what we say, what servers say, messages as they come.

pub mod body;
pub mod capabilities;
pub mod command;
pub mod listing;
pub mod status;
