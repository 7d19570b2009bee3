//! Writing and sending: a real gateway between a real Dovecot and a submission server that can do everything wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

#[cfg(test)]
mod drafts;
#[cfg(test)]
mod files;
#[cfg(test)]
mod interop;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod stage;
