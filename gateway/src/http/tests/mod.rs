//! The routes as a browser meets them, but for the network.

mod app;
mod away;
mod harness;
mod mail_server;
mod message;
mod probe;
mod probes;
mod sign_in;
