//! What the app knows and what it decides, without a browser: frames and intents go in, frames and outcomes come out.
//!
//! | module | subject |
//! |---|---|
//! | [`row`] | a message as the list shows it, pending changes included |
//! | [`status`] | the connection in one word |
//! | [`opened`] | the message in the reading pane |
//! | [`purge`] | the purge dialog |
//! | [`target`] | what the toolbar's actions would apply to |
//! | [`change`] | what a person did, in words |

pub mod change;
pub mod opened;
pub mod purge;
pub mod row;
pub mod status;
pub mod target;
