//! Handing a message over to a mail server (RFC 6409).
//!
//! | module | subject |
//! |---|---|
//! | [`wire`] | lines out, replies in, with a patience |
//! | [`session`] | a signed-in connection |
//! | [`submit`] | one message on it, and what came of that |

pub mod session;
pub mod submit;
mod wire;

pub use session::{Secret, Session, SmtpLogin};
pub use submit::{Letter, Submission, SubmitError, Submitted};
