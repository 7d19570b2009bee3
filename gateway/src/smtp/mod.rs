//! The language of SMTP submission (RFC 5321, RFC 6409), pure: what servers say, what we say, how a message is put on
//! the wire.
//!
//! | module | subject |
//! |---|---|
//! | [`reply`] | replies of one line or many, their codes |
//! | [`extensions`] | what EHLO tells |
//! | [`command`] | commands as lines, of typed arguments |
//! | [`data`] | a message's bytes between DATA and the dot |

pub mod command;
pub mod data;
pub mod extensions;
pub mod reply;
