//! Drafts made of mail: answers, messages passed on, drafts of other programs.

use super::actor::Begun;
use crate::{accounts::handle::AccountHandle, store::writing::DraftFiles};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, MessageKey},
    writing::{Answer, Draft, DraftText, Identity, WritingSettings},
};

/// What a draft is made of.
pub(super) enum From {
    /// A message that is answered or passed on.
    Answered(MessageKey, Answer),
    /// A message in Drafts.
    Draft(MessageKey),
}

/// What it takes to read mail.
pub(super) struct Reading {
    /// Whose it is.
    pub account: AccountId,
    /// Who reads it.
    pub actor: AccountHandle,
    /// Where files go.
    pub files: DraftFiles,
    /// The user's choices.
    pub settings: WritingSettings,
    /// The draft that is made.
    pub draft: DraftId,
}

impl Reading {
    /// Makes the draft.
    ///
    /// # Errors
    /// The mail cannot be read.
    pub async fn read(self, _: From) -> Result<Begun, Failure> {
        Err(Failure::new(ErrorCode::Unsupported, ""))
    }
}

/// The text of an empty draft.
pub(super) fn blank(identity: &Identity, _plain: bool) -> DraftText {
    DraftText::Plain(identity.signature.clone())
}

/// A draft as a `mailto:` address says.
pub(super) fn mailto(_url: &str, blank: Draft) -> Draft {
    blank
}
