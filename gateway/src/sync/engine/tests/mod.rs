//! The core against a model of a server, and against transcripts of real ones.

mod history;
mod looker;
mod model;
mod transcript;
