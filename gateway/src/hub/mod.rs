//! From one account to its browsers: every socket has one bounded queue, so that replies and events keep their order.

pub mod outbox;
pub mod publish;
pub mod replay;
