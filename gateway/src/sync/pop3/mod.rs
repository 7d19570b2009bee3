//! What a POP3 account remembers of its server, what a check has to do, and when a copy there may go. Pure.

pub mod copy_policy;
pub mod ledger;
pub mod plan;
pub mod server_folders;
