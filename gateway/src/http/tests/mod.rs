//! The routes as a browser meets them, but for the network.

mod app;
mod harness;
mod mail_server;
mod probes;
mod sign_in;
