//! Drafts made of mail: answers, messages passed on, drafts of other programs.

use super::{
    actor::Begun,
    fetching::{Files, beginning_of, whole},
};
use crate::{
    accounts::handle::AccountHandle,
    mime::compose::{
        answer::answer,
        mailto,
        original::Received,
        plain::text_of_html,
        quote::{Quote, signed},
        resume::draft_of,
    },
    store::writing::{DraftCopy, DraftFiles},
};
use postern_shared::{
    error::Failure,
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
    /// The mail cannot be read, or its files cannot be kept.
    pub async fn read(self, from: From) -> Result<Begun, Failure> {
        match from {
            From::Answered(key, how) => self.answered(key, how).await,
            From::Draft(key) => self.resumed(key).await,
        }
    }

    async fn answered(self, key: MessageKey, how: Answer) -> Result<Begun, Failure> {
        let source = beginning_of(&self.actor, &key).await?;
        let mut original = Received::read(key.clone(), &source).original();
        if self.settings.plain
            && let Quote::Html(html) = &original.quote
        {
            original.quote = Quote::Plain(text_of_html(html));
        }
        let files = self.files(&key);
        original.files = match how {
            Answer::Forward => files.attached().await?,
            Answer::ForwardAsFile => files.whole(&original.subject).await?,
            Answer::Reply | Answer::ReplyAll => Vec::new(),
        };
        let content = answer(key, how, &original, &self.settings.identities);
        Ok(Begun { content, copy: None })
    }

    async fn resumed(self, key: MessageKey) -> Result<Begun, Failure> {
        // What is taken up takes the place of what lies there: all of it has to be understood.
        let source = whole(&self.actor, &key).await?;
        let mut content = draft_of(Received::read(key.clone(), &source));
        content.files = self.files(&key).attached().await?;
        Ok(Begun { content, copy: Some(DraftCopy { key, revision: 0 }) })
    }

    fn files<'a>(&'a self, key: &'a MessageKey) -> Files<'a> {
        Files { account: &self.account, draft: self.draft, actor: &self.actor, files: &self.files, key }
    }
}

/// The text of an empty draft.
pub(super) fn blank(identity: &Identity, plain: bool) -> DraftText {
    signed(&identity.signature, plain)
}

/// A draft as a `mailto:` address says.
pub(super) fn mailto(url: &str, mut blank: Draft) -> Draft {
    mailto::fill(url, &mut blank);
    blank
}
