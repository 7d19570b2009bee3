//! The way to a mail server, whatever it speaks: which addresses are allowed, the connection, its protection.

mod address_policy;
mod connect;
mod judged;
mod tls;

pub use address_policy::is_global;
pub use connect::{CONNECT_PATIENCE, Transport, connect_tcp, protect};
pub use judged::Judged;
