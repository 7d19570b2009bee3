//! What a body's page says about itself: what happened, what is kept, what to do.

use super::select::BodyPlan;
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
    /// The text is encrypted.
    Encrypted,
}

impl Notice {
    /// Why a mail shows nothing.
    pub fn empty(plan: &BodyPlan) -> Self {
        let encrypted = |media_type: &str| {
            matches!(
                media_type,
                "application/pgp-encrypted" | "application/pkcs7-mime" | "application/x-pkcs7-mime"
            )
        };
        if plan.attachments.iter().any(|attachment| encrypted(&attachment.media_type)) {
            Self::Encrypted
        } else if plan.attachments.is_empty() {
            Self::Empty
        } else {
            Self::OnlyAttachments
        }
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
            Self::Encrypted => "This message is encrypted, and its text cannot be shown here. \
                Download the message and open it in a mail program that has your key.",
        })
    }
}
