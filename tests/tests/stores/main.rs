//! Mail in a real PostgreSQL.

mod conformance;
mod sharing;
