//! The pure core of mail synchronisation: no tokio, no async, no clock. Inputs go in; actions and events come out.
//!
//! | module | subject |
//! |---|---|
//! | [`engine`] | the account's state machine |
//! | [`output`] | what it asks of its shell |
//! | [`answer`] | how a server answered a command |
//! | [`task`] | one command's worth of work, and whose turn it is |
//! | [`open_folder`], [`shadow`], [`flag_sets`], [`census`] | what is known of a folder |
//! | [`delta`] | what changed in it |
//! | [`view`], [`splice`], [`summaries`] | lists of messages, their changes, their rows |
//! | [`operation`] | a change somebody asked for, step by step |
//! | [`folder_list`], [`folder_role`] | LIST's answers as people see folders |
//! | [`outbox`] | a message's way out |
//! | [`pop3`] | what a POP3 account remembers, what a check does, when a copy on the server may go |
//! | [`query`], [`order`] | what people search for, and how they sort |

pub mod answer;
pub mod census;
pub mod delta;
pub mod engine;
pub mod flag_sets;
pub mod folder_list;
pub mod folder_role;
pub mod open_folder;
pub mod operation;
pub mod order;
pub mod outbox;
pub mod output;
pub mod pop3;
pub mod query;
pub mod shadow;
pub mod splice;
pub mod summaries;
pub mod task;
pub mod view;
