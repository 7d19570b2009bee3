//! Sending over the wire, with a real server and with a scripted one; in one binary because linking is what takes long.

mod arriving;
mod cuts;
mod killed;
mod once;
mod refusals;
mod smuggling;
mod stage;
