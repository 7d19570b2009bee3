//! Where drafts and sent mail lie: in the folders of an IMAP server, or in those here.

mod imap;
mod local;

use super::written::Written;
use crate::{
    accounts::{login::Login, transfer_error::TransferError},
    store::{Mail, mail::MailChange},
};
use imap::ImapHome;
use local::LocalHome;
use postern_shared::{account::AccountKind, ids::MessageKey};

/// Why something cannot be done in the mailbox.
pub(super) type HomeError = TransferError;

/// The mailbox of an account.
#[derive(Debug)]
pub(super) enum Home {
    /// On an IMAP server.
    Imap(Box<ImapHome>),
    /// Here.
    Local(LocalHome),
}

impl Home {
    /// The mailbox that a login is for.
    pub fn of(login: &Login, mail: &Mail) -> Self {
        match login.kind {
            AccountKind::Imap => Self::Imap(Box::new(ImapHome::new(login.clone()))),
            AccountKind::Pop3 => Self::Local(LocalHome::new(login.account.clone(), mail.clone())),
        }
    }

    /// Whether a connection is open.
    pub fn is_connected(&self) -> bool {
        match self {
            Self::Imap(home) => home.is_connected(),
            Self::Local(_) => false,
        }
    }

    /// Closes the connection.
    pub fn hang_up(&mut self) {
        if let Self::Imap(home) = self {
            home.hang_up();
        }
    }

    /// What was changed here since this was asked last.
    pub fn changes(&mut self) -> Vec<MailChange> {
        match self {
            Self::Imap(_) => Vec::new(),
            Self::Local(home) => home.changes(),
        }
    }

    /// Puts a message into Drafts and then, only then, removes the older copy; where a copy may be there that nobody
    /// noted, every other one with that Message-ID.
    ///
    /// # Errors
    /// [`HomeError`]. The message may be there already then.
    pub async fn put_draft(
        &mut self,
        message: &Written,
        message_id: &str,
        date: i64,
        old: Option<&MessageKey>,
        unsure: bool,
    ) -> Result<MessageKey, HomeError> {
        match self {
            Self::Imap(home) => home.put_draft(message, message_id, date, old, unsure).await,
            Self::Local(home) => home.put_draft(message, message_id, date, old, unsure).await,
        }
    }

    /// Removes from Drafts what lies there, and what has that Message-ID. What is gone already is fine.
    ///
    /// # Errors
    /// [`HomeError`].
    pub async fn remove_draft(
        &mut self,
        key: Option<&MessageKey>,
        message_id: Option<&str>,
    ) -> Result<(), HomeError> {
        match self {
            Self::Imap(home) => home.remove_draft(key, message_id).await,
            Self::Local(home) => home.remove_draft(key, message_id).await,
        }
    }

    /// Whether a message with that Message-ID lies in Sent.
    ///
    /// # Errors
    /// [`HomeError`].
    pub async fn is_in_sent(&mut self, message_id: &str) -> Result<bool, HomeError> {
        match self {
            Self::Imap(home) => home.is_in_sent(message_id).await,
            Self::Local(home) => home.is_in_sent(message_id).await,
        }
    }

    /// Puts a message into Sent, unless one with that Message-ID lies there: some servers do that themselves.
    ///
    /// # Errors
    /// [`HomeError`].
    pub async fn put_sent(
        &mut self,
        message: &Written,
        message_id: &str,
        date: i64,
    ) -> Result<(), HomeError> {
        if self.is_in_sent(message_id).await? {
            return Ok(());
        }
        match self {
            Self::Imap(home) => home.put_sent(message, date).await,
            Self::Local(home) => home.put_sent(message, date).await,
        }
    }

    /// Marks a message as answered, or as passed on. One that is gone is left alone.
    ///
    /// # Errors
    /// [`HomeError`].
    pub async fn mark(&mut self, key: &MessageKey, forwarded: bool) -> Result<(), HomeError> {
        match self {
            Self::Imap(home) => home.mark(key, forwarded).await,
            Self::Local(home) => home.mark(key, forwarded).await,
        }
    }
}
