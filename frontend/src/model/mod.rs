//! What the app knows and what it decides, without a browser: frames and intents go in, frames and outcomes come out.
//!
//! | module | subject |
//! |---|---|
//! | [`client`] | everything: the accounts, and the place on the socket |
//! | [`requests`] | requests on the socket, and what each was for |
//! | [`mailbox`] | one account, and how it is read |
//! | [`apply`] | events, folded in |
//! | [`answer`] | replies, folded in |
//! | [`poll`] | what to send; a socket lost and found |
//! | [`view`] | the open view: a window on an ordered list |
//! | [`rows`] | its loaded rows by index |
//! | [`gaps`] | rows on their way out are not shown |
//! | [`row`] | a message as the list shows it, pending changes included |
//! | [`selection`] | selected messages and the focused row |
//! | [`pending`] | changes that are not finished: an overlay |
//! | [`history`] | changes that can be undone |
//! | [`roam`] | moving, selecting, opening |
//! | [`aim`] | what an action applies to |
//! | [`intent`] | delete, undelete, read marks, flags, moves |
//! | [`submit`] | changes on their way |
//! | [`keeping`] | views, purging, folders, settings |
//! | [`opened`] | the message in the reading pane |
//! | [`attached`] | its attachments |
//! | [`purge`] | the purge dialog |
//! | [`target`] | what the toolbar has to know |
//! | [`status`] | the connection in one word |
//! | [`change`] | what a person did, in words |
//! | [`failure`] | what failed, in words |
//! | [`pop3`] | Deleted Items, downloads and copies of POP3 accounts |
//! | [`copies`] | the copies on a POP3 server, in words |
//! | [`server_folders`] | the download of an IMAP server's folders, in words |
//! | [`advice`] | IMAP or POP3? |
//! | [`compose`] | writing |
//! | [`op_ids`] | ids for operations |

pub mod advice;
pub mod aim;
pub mod answer;
pub mod apply;
pub mod attached;
pub mod change;
pub mod client;
pub mod compose;
pub mod copies;
pub mod failure;
pub mod gaps;
pub mod history;
pub mod intent;
pub mod keeping;
pub mod mailbox;
pub mod op_ids;
pub mod opened;
pub mod pending;
pub mod poll;
pub mod pop3;
pub mod purge;
pub mod remote;
pub mod requests;
pub mod roam;
pub mod row;
pub mod rows;
pub mod selection;
pub mod server_folders;
pub mod status;
pub mod submit;
pub mod target;
#[cfg(test)]
mod tests;
pub mod view;
