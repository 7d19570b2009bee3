//! An account's actor against a real mail server, without the web in between.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod arriving;
mod coming_and_going;
mod deleting;
mod finding;
#[cfg(test)]
mod looker;
mod moving;
mod reading;
#[cfg(test)]
mod structures;
