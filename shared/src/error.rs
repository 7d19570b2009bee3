//! Why something failed. Codes are for programs; the app turns them into words that say what happened, what was
//! kept and what to do.

use serde::{Deserialize, Serialize};

/// A failure as a browser is told it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}: {detail}")]
pub struct Failure {
    /// What kind.
    pub code: ErrorCode,
    /// The server's own words, or what was wrong with the input. Text, never markup; may be empty.
    pub detail: String,
}

impl Failure {
    /// A failure with a detail.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// The mail server refused the user name or password.
    WrongPassword,
    /// The mail server's host name does not resolve, or nothing answers there, or the address is not allowed.
    ServerUnreachable,
    /// The mail server answered, but not in time or not as a mail server.
    ServerBroken,
    /// The mail server's certificate is not to be trusted.
    BadCertificate,
    /// The mail server does not offer TLS where it is mandatory.
    TlsUnavailable,
    /// No configured server serves the address, and naming one is not allowed.
    NoServer,
    /// The operator does not allow connections without TLS.
    InsecureForbidden,
    /// The mail server is down for now (RFC 5530 UNAVAILABLE and its like).
    ServerUnavailable,
    /// Too many tries.
    RateLimited,
    /// Not signed in, or no longer.
    NotSignedIn,
    /// The account has no connection now; it comes back by itself.
    Offline,
    /// The mail server said NO: its reason is the detail.
    Refused,
    /// The mail server said BAD, or something the gateway cannot understand.
    Protocol,
    /// The folder does not exist (any more).
    NoSuchFolder,
    /// A folder of that name exists already.
    FolderExists,
    /// The message does not exist (any more).
    NoSuchMessage,
    /// The folder's UIDs changed: what was asked meant other messages.
    FolderChanged,
    /// The view is not open any more: open it again.
    NoSuchView,
    /// The purge was counted too long ago: count again.
    NoSuchPlan,
    /// The operation cannot be undone (any more).
    CannotUndo,
    /// The search cannot be understood: the detail says where.
    BadQuery,
    /// The input is not valid: the detail says what.
    BadInput,
    /// The mailbox is full (RFC 5530 OVERQUOTA).
    OverQuota,
    /// The gateway's own disk is full: mail stays on the server meanwhile.
    DiskFull,
    /// Another program downloads the mailbox at the moment (RFC 3206 and RFC 2449 §8.1.1: `[IN-USE]`).
    MailboxInUse,
    /// Another browser saved the draft meanwhile.
    DraftChanged,
    /// The draft is sent or thrown away.
    NoSuchDraft,
    /// The user may not do this (RFC 5530 NOPERM).
    Forbidden,
    /// The user cancelled it.
    Cancelled,
    /// The server lacks what it takes.
    Unsupported,
    /// The gateway failed.
    Internal,
}
