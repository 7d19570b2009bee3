//! The POP3 account: quick connections, the check that downloads, and the actor that owns the mailbox.

pub mod actor;
mod batch;
pub mod check;
mod clock;
pub mod connection;
mod incoming;
mod schedule;
mod tap;
mod waiting;
