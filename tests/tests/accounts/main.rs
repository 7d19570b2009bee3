//! An account's actor against a real mail server, without the web in between.

mod arriving;
mod coming_and_going;
mod deleting;
mod finding;
mod looker;
mod moving;
mod reading;
