//! Writing and sending: a real gateway between a real Dovecot and a submission server that can do everything wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

#[cfg(test)]
mod arriving;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod files;
#[cfg(test)]
mod interop;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod large;
#[cfg(test)]
mod once;
#[cfg(test)]
mod parsers;
#[cfg(test)]
mod random_kills;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod stage;
