//! One opened message. Its body itself comes over HTTP, into a frame of its own.

use crate::{
    address::Address,
    ids::MessageKey,
    pop3::ServerCopy,
    sender::{Authentication, SenderWarning},
};
use serde::{Deserialize, Serialize};

/// The headers and the attachments of an opened message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageDetail {
    /// Which message.
    pub key: MessageKey,
    /// Decoded subject.
    pub subject: String,
    /// From.
    pub from: Vec<Address>,
    /// Sender, where it is not From.
    pub sender: Vec<Address>,
    /// Reply-To, where it is not From.
    pub reply_to: Vec<Address>,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Bcc.
    pub bcc: Vec<Address>,
    /// The Date header in seconds since 1970.
    pub sent: Option<i64>,
    /// INTERNALDATE in seconds since 1970.
    pub received: i64,
    /// Message-ID with its angle brackets.
    pub message_id: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// What its body is made from.
    pub body: BodyKind,
    /// Its attachments, in the mail's order.
    pub attachments: Vec<Attachment>,
    /// A POP3 message's copy on the server.
    pub server_copy: Option<ServerCopy>,
    /// Only its beginning is downloaded: [`crate::command::AccountCommand::DownloadRest`] brings the rest.
    pub partial: bool,
    /// What the operator's own servers found out about the sender; absent where they said nothing.
    pub authentication: Option<Authentication>,
    /// What a reader should know before believing who the sender is.
    pub warnings: Vec<SenderWarning>,
}

/// What the body shown is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BodyKind {
    /// Sanitised HTML.
    Html,
    /// Plain text.
    Text,
    /// The mail has no text to show.
    None,
    /// Its structure could not be read: the source is shown.
    Source,
}

/// What of an opened message lies on servers of strangers. It is known once the body has been rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RemoteContent {
    /// Remote images, in HTML and styles alike, trackers left aside.
    pub images: u32,
    /// The hosts they lie on, in alphabetical order.
    pub hosts: Vec<String>,
    /// Images of one pixel, or on hosts known for it, that only tell when the message is read: never loaded.
    pub trackers: u32,
    /// Whether the images are shown.
    pub shown: bool,
}

/// One attachment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attachment {
    /// Its part specifier (RFC 9051 §6.4.5), such as `2.1`.
    pub part: String,
    /// A file name made safe to show and to save.
    pub name: String,
    /// Its media type, in lower case.
    pub media_type: String,
    /// Its size in bytes once decoded, as far as that can be told before it is decoded.
    pub size: u64,
    /// What kind of file it is, by name and media type.
    pub kind: FileKind,
    /// How it can be shown in place; absent where it can only be saved.
    pub preview: Option<Preview>,
    /// It belongs to the text or is there for machines: the logo of a signature, a key, a delivery report. To be had,
    /// but not what a person calls an attachment.
    pub minor: bool,
}

/// What kind of file an attachment is, for its icon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileKind {
    /// A picture.
    Image,
    /// A PDF.
    Pdf,
    /// Plain text of any language, HTML among them.
    Text,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Files packed into one.
    Archive,
    /// An invitation or a calendar.
    Calendar,
    /// An e-mail.
    Message,
    /// A text document or a presentation.
    Document,
    /// A table.
    Spreadsheet,
    /// Anything else, programs among them.
    #[default]
    Other,
}

/// How an attachment is shown in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Preview {
    /// As a picture, made anew by the gateway.
    Image,
    /// As its text, or its source: [`TextPreview`].
    Text,
    /// By the browser's own viewer.
    Pdf,
    /// By the browser's player.
    Audio,
    /// By the browser's player.
    Video,
    /// As a mail of its own: the gateway's `attached/{part}` and `body?part=` tell of it.
    Message,
}

/// The text of an attachment, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TextPreview {
    /// The text, decoded.
    pub text: String,
    /// There is more of it.
    pub cut: bool,
}
