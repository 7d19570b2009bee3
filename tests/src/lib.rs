//! Everything an end-to-end test starts and speaks with. Whatever is started here dies with the value that stands
//! for it, also when a test panics.
//!
//! | module | subject |
//! |---|---|
//! | [`error`] | how the harness fails |
//! | [`wait`] | waiting for a condition, with a deadline |
//! | [`process`] | a child process, and free ports |
//! | [`dovecot`] | a real mail server of one's own, and mail put into it |
//! | [`proxy`] | a network that can be slow |
//! | [`letters`] | a busy person's mail, made up |
//! | [`imap`] | another mail client on the same account |
//! | [`gateway`] | a real gateway |
//! | [`browser`] | a real browser |

pub mod browser;
pub mod dovecot;
pub mod error;
pub mod gateway;
pub mod imap;
pub mod letters;
pub mod process;
pub mod proxy;
pub mod wait;
