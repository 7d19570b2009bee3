//! An account's actor against a real mail server, without the web in between.

mod arriving;
mod deleting;
mod finding;
mod looker;
mod moving;
mod reading;
