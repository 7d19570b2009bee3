//! Writing: drafts, their files, and what becomes of what is sent.
//!
//! A draft has one id from its first letter until it is sent: the browser draws it. Sending the same id twice is sending
//! it once. Each save carries the revision it changes, so that two browsers never overwrite each other silently.

use crate::{
    address::Address,
    error::Failure,
    ids::{DraftId, FileId, MessageKey},
};
use serde::{Deserialize, Serialize};

/// A message being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Draft {
    /// Who it comes from: the address of one of the account's identities.
    pub from: Address,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc: told to the server, kept in the copy in Sent, never sent as a header.
    pub bcc: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// What it says.
    pub text: DraftText,
    /// Its files, in order.
    pub files: Vec<DraftFile>,
    /// The message it answers or passes on.
    pub answers: Option<Answers>,
}

/// What a draft says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DraftText {
    /// Plain text, a paragraph a line.
    Plain(String),
    /// HTML, as the editor has it. It is made safe wherever it is shown or sent.
    Html(String),
}

impl Default for DraftText {
    fn default() -> Self {
        Self::Plain(String::new())
    }
}

/// A file of a draft. Its content is uploaded over HTTP.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DraftFile {
    /// Which one of the draft's.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its media type, in lower case.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// It is shown in the text (`cid:`), not beside it.
    pub inline: bool,
}

/// The message that a draft answers or passes on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answers {
    /// Which message, where it is known: a draft of another program tells its Message-ID only.
    pub key: Option<MessageKey>,
    /// How.
    pub how: Answer,
    /// Its Message-ID with angle brackets, for In-Reply-To (RFC 5322 §3.6.4).
    pub message_id: Option<String>,
    /// What References shall hold: the Message-IDs of the conversation, oldest first.
    pub references: Vec<String>,
}

/// How a message is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// To its sender, or where Reply-To says.
    Reply,
    /// To everybody it was for as well, or to the list.
    ReplyAll,
    /// Passed on, its text quoted.
    Forward,
    /// Passed on as it is, as a file.
    ForwardAsFile,
}

/// How a draft begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Beginning {
    /// Empty but for the signature.
    Blank,
    /// As a `mailto:` address says (RFC 6068).
    Mailto(String),
    /// As the answer to a message.
    Answer {
        /// To which message.
        key: MessageKey,
        /// How.
        how: Answer,
    },
    /// From a message in the folder Drafts.
    Message(MessageKey),
    /// Where it was left.
    Saved,
}

/// What a browser asks of an account's writing desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WritingCommand {
    /// What lies on the desk; answered with [`WritingReply::Desk`].
    Look,
    /// Begin a draft or take it up again; answered with [`WritingReply::Draft`].
    Begin {
        /// Its id.
        draft: DraftId,
        /// How it begins.
        from: Beginning,
    },
    /// Keep what is written; answered with [`WritingReply::Saved`], or refused with
    /// [`crate::error::ErrorCode::DraftChanged`] where another browser saved it meanwhile.
    Save {
        /// Which draft.
        draft: DraftId,
        /// The revision it changes; 0 for one never saved.
        revision: u32,
        /// What is written.
        content: Box<Draft>,
    },
    /// Give a draft that begins the files of another one, under the same ids: what was written in one is to be two.
    CopyFiles {
        /// Which draft gets them.
        draft: DraftId,
        /// Whose they are.
        from: DraftId,
    },
    /// Throw a draft away.
    Discard {
        /// Which draft.
        draft: DraftId,
    },
    /// Send it. Accepted once it is queued for certain.
    Send {
        /// Which draft; it is sent once, however often it is asked.
        draft: DraftId,
        /// The revision that it goes on from. Refused with [`crate::error::ErrorCode::DraftChanged`] where another
        /// browser saved something else meanwhile.
        revision: u32,
        /// What is written.
        content: Box<Draft>,
        /// Not before this moment, in seconds since 1970; absent: after the undo time.
        at: Option<i64>,
    },
    /// Make a draft again of what was not sent yet; answered with [`WritingReply::Draft`].
    Unsend {
        /// Which.
        draft: DraftId,
    },
    /// Try again now what failed.
    Retry {
        /// Which.
        draft: DraftId,
    },
    /// The user looked whether it arrived, where the gateway cannot know.
    Settle {
        /// Which.
        draft: DraftId,
        /// It was sent; otherwise it becomes a draft again.
        sent: bool,
    },
    /// Addresses and groups of them that go on like this; answered with [`WritingReply::Addresses`].
    Complete {
        /// What was typed.
        text: String,
    },
    /// Choose identities and habits.
    Choose {
        /// The choices.
        settings: WritingSettings,
    },
}

/// What a browser is answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WritingReply {
    /// What lies on the desk.
    Desk {
        /// The choices.
        settings: WritingSettings,
        /// What is on its way.
        outbox: Vec<OutboxItem>,
        /// Bytes that the server takes in one message, where it says so (RFC 1870).
        size_limit: Option<u64>,
    },
    /// A draft as it is kept.
    Draft {
        /// Its id.
        draft: DraftId,
        /// Its revision.
        revision: u32,
        /// What is written.
        content: Box<Draft>,
    },
    /// It is kept.
    Saved {
        /// Its revision now.
        revision: u32,
        /// When, in seconds since 1970.
        at: i64,
    },
    /// Who goes on like what was typed.
    Addresses {
        /// People, the likeliest first.
        addresses: Vec<Address>,
        /// Groups of contacts, in alphabetical order.
        groups: Vec<ContactGroup>,
    },
}

/// A group of contacts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactGroup {
    /// Its name.
    pub name: String,
    /// Those of its members that have an address, each with the first one.
    pub members: Vec<Address>,
}

/// What every browser of an account is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WritingEvent {
    /// What is on its way, all of it.
    Outbox(Vec<OutboxItem>),
    /// A draft was saved: a browser that shows an older revision is behind.
    DraftSaved {
        /// Which draft.
        draft: DraftId,
        /// Its revision now.
        revision: u32,
    },
    /// A draft is gone: sent or thrown away.
    DraftGone(DraftId),
    /// The choices changed.
    Chosen(WritingSettings),
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OutboxItem {
    /// The draft it was.
    pub draft: DraftId,
    /// Its first recipients.
    pub to: Vec<Address>,
    /// How many there are.
    pub recipients: u32,
    /// Its subject.
    pub subject: String,
    /// Where it stands.
    pub state: SendState,
}

/// Where a message on its way stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SendState {
    /// It goes at this moment, in seconds since 1970; until then it can be taken back.
    Queued {
        /// When.
        at: i64,
        /// Why it did not go before, where it was tried: the server's words.
        delayed_by: Option<Failure>,
    },
    /// It is being handed over.
    Sending,
    /// The server has it.
    Sent {
        /// Recipients that it refused, and why.
        refused: Vec<RefusedRecipient>,
    },
    /// The connection broke after everything was handed over: it may be sent or not. It is never sent again by itself.
    Unknown(Failure),
    /// The server refused it for good. It is kept.
    Failed {
        /// Why.
        failure: Failure,
        /// Recipients that it refused, and why.
        refused: Vec<RefusedRecipient>,
    },
}

/// A recipient that the server did not take.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RefusedRecipient {
    /// Who.
    pub email: String,
    /// The server's words.
    pub reason: String,
}

/// The choices of the settings page Writing. Kept by the gateway, one set an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WritingSettings {
    /// Who the user writes as; the first one is the usual one. Never empty.
    pub identities: Vec<Identity>,
    /// Seconds in which Send can be undone, 0 to 30.
    pub undo_seconds: u8,
    /// New messages begin as plain text.
    pub plain: bool,
}

/// Who a user writes as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Name and address.
    pub address: Address,
    /// What stands below what is written, as plain text; may be empty.
    pub signature: String,
}
