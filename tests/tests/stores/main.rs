//! Mail in a real PostgreSQL.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod conformance;
mod sharing;
