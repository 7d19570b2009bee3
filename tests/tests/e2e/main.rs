//! The end-to-end scenarios, one module each, in one binary because linking is what takes long.

mod harness;
