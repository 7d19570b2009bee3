//! Writing and sending: a real gateway between a real Dovecot and a submission server that can do everything wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod arriving;
mod drafts;
mod faults;
mod files;
mod interop;
mod killed;
mod large;
mod once;
mod parsers;
mod random_kills;
mod sending;
mod smuggling;
mod stage;
