//! The end-to-end scenarios, one module each, in one binary because linking is what takes long.

mod accessibility;
mod bare_server;
mod canaries;
mod deleting;
mod folders;
mod harness;
mod large;
mod live;
mod moving;
mod odd_answers;
mod outages;
mod phone;
mod pop3;
mod purging;
mod quirks;
mod reading;
mod searching;
mod secrets;
mod sign_in;
mod stage;
