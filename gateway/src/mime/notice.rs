//! What a body's page says about itself: what happened, what is kept, what to do.

use super::{
    protection::{InlinePgp, Protection},
    select::BodyPlan,
};
use std::fmt;

/// A line above a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many remote images were left out.
    RemoteImages(u32),
    /// The text was cut off at the limit, or when the connection broke.
    Cut,
    /// A part of the text could not be fetched.
    PartMissing,
    /// Not all of the layout is shown.
    Simplified,
    /// The mail has more parts than are looked at.
    TooManyParts,
    /// The source stands in for the text.
    Source,
    /// There is no text.
    Empty,
    /// There is no text, but there are attachments.
    OnlyAttachments,
    /// Encrypted or signed, and how.
    Protected(Protection),
    /// The text has OpenPGP in it.
    Inline(InlinePgp),
    /// One piece of a message that was sent in several (RFC 2046 §5.2.2); zero is not told.
    Partial {
        /// Which piece.
        number: u32,
        /// Of how many.
        total: u32,
    },
    /// Something that belongs to the message lies elsewhere (RFC 2046 §5.2.3).
    External,
    /// A part for machines could not be read and is shown as it was sent.
    Unread,
    /// The text shows nothing: another form of it stands in.
    OtherForm,
}

impl Notice {
    /// Why a mail shows nothing.
    pub fn empty(plan: &BodyPlan) -> Self {
        if plan.attachments.is_empty() { Self::Empty } else { Self::OnlyAttachments }
    }

    /// Whether it says by itself why there is no text.
    pub fn explains_emptiness(&self) -> bool {
        matches!(
            self,
            Self::PartMissing
                | Self::Partial { .. }
                | Self::Protected(
                    Protection::PgpEncrypted | Protection::SmimeEncrypted | Protection::SmimeOpaque
                )
        )
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RemoteImages(1) => "1 remote image is not loaded, so that its sender does not learn that you read this.",
            Self::RemoteImages(count) => {
                return write!(
                    f,
                    "{count} remote images are not loaded, so that their sender does not learn that you read this."
                );
            }
            Self::Cut => "This message is very long or did not arrive in full: only its beginning is shown. \
                Download the message to have all of it.",
            Self::PartMissing => "A part of this message could not be loaded. It is still on the mail server: \
                open the message again.",
            Self::Simplified => "The layout of this message is too complex to be shown in full. Its text is complete.",
            Self::TooManyParts => "This message has too many parts to be shown in full. \
                Download the message to have all of them.",
            Self::Source => "The structure of this message could not be read. This is its source, as it was sent.",
            Self::Empty => "This message has no text.",
            Self::OnlyAttachments => "This message has no text. What it brings is in its attachments.",
            Self::Protected(protection) => protected(*protection),
            Self::Inline(InlinePgp::Encrypted) => "This text is encrypted with OpenPGP, and cannot be read here. Copy it \
                into a program that has your key, or download the message and open it there.",
            Self::Inline(InlinePgp::Signed) => "This text carries an OpenPGP signature. Postern does not check \
                signatures: to check it, download the message and open it in a program that does.",
            Self::Partial { number, total } => return partial(*number, *total, f),
            Self::External => "Something that belongs to this message is not in it: it lies on another server. What is \
                attached only says where. Postern does not fetch it.",
            Self::Unread => "A part of this message could not be understood. It is shown as it was sent.",
            Self::OtherForm => "The formatted text of this message is empty. Its plain text is shown.",
        })
    }
}

fn protected(protection: Protection) -> &'static str {
    match protection {
        Protection::PgpEncrypted => {
            "This message is encrypted with OpenPGP (PGP/MIME), and cannot be read here. \
            Download the encrypted part, or the whole message, and open it in a program that has your key."
        }
        Protection::PgpSigned => {
            "This message carries an OpenPGP signature (PGP/MIME). Postern does not check signatures: \
            to check it, download the message and open it in a program that does."
        }
        Protection::SmimeEncrypted => {
            "This message is encrypted with S/MIME, and cannot be read here. Download the \
            encrypted part, or the whole message, and open it in a mail program that has your certificate."
        }
        Protection::SmimeSigned => {
            "This message carries an S/MIME signature. Postern does not check signatures: to check \
            it, download the message and open it in a mail program that does."
        }
        Protection::SmimeOpaque => {
            "This message is signed with S/MIME, and its text is packed inside of the signature. It \
            could not be taken out: download the message and open it in a mail program that knows S/MIME."
        }
    }
}

fn partial(number: u32, total: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let which = match (number, total) {
        (0, _) => "a piece".to_owned(),
        (number, 0) => format!("piece {number}"),
        (number, total) => format!("piece {number} of {total}"),
    };
    write!(
        f,
        "This is {which} of a message that was sent in several. Only all of them together make the message: \
         download them and put them together in a mail program that can."
    )
}
