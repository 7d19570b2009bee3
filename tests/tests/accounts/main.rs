//! An account's actor against a real mail server, without the web in between.

mod looker;

mod arriving;
mod deleting;
