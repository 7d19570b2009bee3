//! The end-to-end scenarios, one module each, in one binary because linking is what takes long.

mod accessibility;
mod attachments;
mod bare_server;
mod canaries;
mod deleting;
mod downloads;
mod folders;
mod foreign_mail;
mod harness;
mod large;
mod live;
mod moving;
mod newsletters;
mod odd_answers;
mod outages;
mod phone;
mod pop3;
mod purging;
mod quirks;
mod reading;
mod remote;
mod searching;
mod secrets;
mod sign_in;
mod stage;
mod tools;
