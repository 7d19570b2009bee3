//! What only POP3 accounts show.
//!
//! | module | subject |
//! |---|---|
//! | [`download`] | the download under way, else when mail was last looked for |
//! | [`trouble`] | what keeps mail from being stored |
//! | [`empty`] | emptying Deleted Items |
//! | [`removal`] | asking before messages are removed for good |
//! | [`copy_note`] | where a message's copy on the server stands |
//! | [`rest`] | a message of which only the beginning is here |
//! | [`copies`] | the settings for the copies on the server |
//! | [`checking`] | the settings for looking for mail and downloading it |
//! | [`server_folders`] | the folders of the IMAP server come here |
//! | [`upload`] | the mail that lives here goes to the IMAP server |
//! | [`waiting`] | the copies that go at the next connection |

pub mod checking;
pub mod copies;
pub mod copy_note;
pub mod download;
pub mod empty;
pub mod removal;
pub mod rest;
pub mod server_folders;
pub mod trouble;
pub mod upload;
pub mod waiting;
