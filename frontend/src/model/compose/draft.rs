//! One draft: taken up, saved, in conflict, sent. What is written in its window is handed in; what has to be asked of
//! the gateway comes out.

use super::desk::WritingAsked;
use postern_shared::{
    ids::DraftId,
    writing::{Beginning, Draft, DraftText, WritingCommand},
};

/// Names an open draft in this browser, whatever id it has at the gateway.
pub type Slot = u32;

/// A draft that is open in this browser.
#[derive(Clone, Debug)]
pub struct OpenDraft {
    pub(super) slot: Slot,
    pub(super) id: DraftId,
    /// The revision that what is written here changes; 0 for one never saved.
    pub(super) revision: u32,
    /// How it begins, until that is answered, and whether it was asked.
    pub(super) begins: Option<(Beginning, bool)>,
    /// What is written, as far as its window has told.
    pub(super) content: Draft,
    /// Counts how often `content` came from elsewhere: the window shows it anew then.
    pub(super) edition: u32,
    /// The gateway lacks some of it.
    pub(super) unsaved: bool,
    /// A save that failed is not tried again until there is more to save, or another connection.
    pub(super) held: bool,
    /// What is being saved.
    pub(super) saving: Option<Draft>,
    /// What was being saved when the connection was lost: the gateway may have it.
    pub(super) unanswered: Option<Draft>,
    /// When it was saved, in seconds since 1970.
    pub(super) saved_at: Option<i64>,
    /// The latest revision that was told of.
    pub(super) heard: u32,
    /// What the gateway has is looked at, because it is not what was expected: whether it was asked.
    pub(super) compares: Option<bool>,
    /// What another browser made of it.
    pub(super) other: Option<(u32, Box<Draft>)>,
    /// Sent or thrown away elsewhere.
    pub(super) gone: bool,
    pub(super) failure: Option<String>,
    /// It shall go, not before a moment, and whether that was asked.
    pub(super) sending: Option<(Option<i64>, bool)>,
    /// Its window is closed: it stays until it is saved.
    pub(super) closed: bool,
    /// It was written in another draft, and its files came with that one.
    pub(super) came_from: Option<Origin>,
}

/// The draft that another one was written in, before it became one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    draft: DraftId,
    files: FilesOf,
}

/// Where the files of a draft are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FilesOf {
    /// With the draft it was written in.
    Origin,
    /// The gateway was asked to copy them.
    Asked,
    /// With it.
    Draft,
}

/// How a draft stands, for its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftState {
    /// Which.
    pub slot: Slot,
    /// Its id.
    pub id: DraftId,
    /// It is not here yet.
    pub loading: bool,
    /// Counts how often it came from elsewhere: its window shows it anew then.
    pub edition: u32,
    /// Not all of it is saved.
    pub unsaved: bool,
    /// When it was saved, in seconds since 1970.
    pub saved_at: Option<i64>,
    /// Another browser changed it meanwhile.
    pub changed: bool,
    /// It was sent or thrown away elsewhere.
    pub gone: bool,
    /// It is being sent.
    pub sending: bool,
    /// What failed, in words.
    pub failure: Option<String>,
    /// Its subject, as far as it is known.
    pub subject: String,
}

impl OpenDraft {
    /// A draft that the gateway is asked for.
    pub fn beginning(slot: Slot, id: DraftId, from: Beginning) -> Self {
        Self { begins: Some((from, false)), ..Self::kept(slot, id, 0, Draft::default()) }
    }

    /// A draft as the gateway has it.
    pub fn kept(slot: Slot, id: DraftId, revision: u32, content: Draft) -> Self {
        Self {
            slot,
            id,
            revision,
            begins: None,
            content,
            edition: 0,
            unsaved: false,
            held: false,
            saving: None,
            unanswered: None,
            saved_at: None,
            heard: revision,
            compares: None,
            other: None,
            gone: false,
            failure: None,
            sending: None,
            closed: false,
            came_from: None,
        }
    }

    /// A draft as this browser kept it; what the gateway has of it is looked at.
    pub fn found(slot: Slot, id: DraftId, revision: u32, content: Draft) -> Self {
        Self { unsaved: true, compares: Some(false), ..Self::kept(slot, id, revision, content) }
    }

    /// How it stands.
    pub fn state(&self) -> DraftState {
        DraftState {
            slot: self.slot,
            id: self.id,
            loading: self.begins.is_some(),
            edition: self.edition,
            unsaved: self.unsaved || self.saving.is_some(),
            saved_at: self.saved_at,
            changed: self.other.is_some(),
            gone: self.gone,
            sending: self.sending.is_some(),
            failure: self.failure.clone(),
            subject: self.content.subject.clone(),
        }
    }

    /// What is written now. The same again changes nothing.
    pub fn write(&mut self, mut content: Draft) {
        self.take_along_pictures(&mut content);
        if self.begins.is_none() && content != self.content {
            self.content = content;
            self.unsaved = true;
            self.held = false;
        }
    }

    /// What to ask now.
    pub(super) fn poll(&mut self) -> Option<(WritingAsked, WritingCommand)> {
        let draft = self.id;
        if let Some((from, asked)) = &mut self.begins {
            let ask = !std::mem::replace(asked, true);
            return ask.then(|| {
                (WritingAsked::Begin(self.slot), WritingCommand::Begin { draft, from: from.clone() })
            });
        }
        if let Some(asked @ false) = &mut self.compares {
            *asked = true;
            return Some((
                WritingAsked::Compare(self.slot),
                WritingCommand::Begin { draft, from: Beginning::Saved },
            ));
        }
        if self.compares.is_some() || self.other.is_some() || self.gone {
            return None;
        }
        if let Some(origin) = self.came_from.as_mut().filter(|origin| origin.files != FilesOf::Draft) {
            let ask = origin.files == FilesOf::Origin && !self.held;
            let from = origin.draft;
            if ask {
                origin.files = FilesOf::Asked;
            }
            return ask
                .then_some((WritingAsked::Files(self.slot), WritingCommand::CopyFiles { draft, from }));
        }
        let content = || Box::new(self.content.clone());
        // A save under way is answered first: what is sent goes on from it.
        if self.saving.is_some() {
            return None;
        }
        if let Some((at, asked)) = &mut self.sending {
            let ask = !std::mem::replace(asked, true);
            let command =
                WritingCommand::Send { draft, revision: self.revision, content: content(), at: *at };
            return ask.then_some((WritingAsked::Send(self.slot), command));
        }
        if !self.unsaved || self.held {
            return None;
        }
        self.unsaved = false;
        self.saving = Some(self.content.clone());
        let command = WritingCommand::Save { draft, revision: self.revision, content: content() };
        Some((WritingAsked::Save(self.slot), command))
    }

    /// The socket is lost: no answer will come. A save may have arrived or not: that is looked at.
    pub(super) fn lost(&mut self) {
        if let Some((_, asked)) = &mut self.begins {
            *asked = false;
        }
        if let Some((_, asked)) = &mut self.sending {
            *asked = false;
        }
        if let Some(saving) = self.saving.take() {
            self.unsaved = true;
            self.compares = Some(false);
            self.unanswered = Some(saving);
        }
        if let Some(asked) = &mut self.compares {
            *asked = false;
        }
        self.held = false;
        self.files_stayed();
    }

    /// The gateway gave it its files.
    pub(super) fn has_files(&mut self) {
        if let Some(origin) = &mut self.came_from {
            origin.files = FilesOf::Draft;
        }
    }

    /// Nobody knows whether it has its files: they are asked for again.
    pub(super) fn files_stayed(&mut self) {
        if let Some(origin) = self.came_from.as_mut().filter(|origin| origin.files == FilesOf::Asked) {
            origin.files = FilesOf::Origin;
        }
    }

    /// It begins.
    pub(super) fn begun(&mut self, id: DraftId, revision: u32, content: Draft) {
        self.begins = None;
        self.failure = None;
        self.adopt(id, revision, content);
    }

    /// It is saved.
    pub(super) fn saved(&mut self, revision: u32, at: i64) {
        self.saving = None;
        self.failure = None;
        self.revision = revision;
        self.saved_at = Some(at);
        self.look_if_behind();
    }

    /// It was saved, perhaps by this browser: the answer to that may still be on its way.
    pub(super) fn heard(&mut self, revision: u32) {
        self.heard = self.heard.max(revision);
        if self.saving.is_none() {
            self.look_if_behind();
        }
    }

    /// What the gateway has, where that was not what was expected.
    pub(super) fn compared(&mut self, revision: u32, content: Draft) {
        self.compares = None;
        self.heard = self.heard.max(revision);
        let is_own = self.unanswered.take().is_some_and(|saved| saved == content);
        if content == self.content {
            self.revision = revision;
            self.unsaved = false;
        } else if is_own || revision == self.revision {
            // What is written here goes on from there.
            self.revision = revision;
        } else if self.unsaved || self.saving.is_some() || self.sending.is_some() {
            // Nobody sends what they did not see.
            self.sending = None;
            self.other = Some((revision, Box::new(content)));
            // A window that was closed cannot be asked.
            self.closed = false;
        } else {
            self.adopt(self.id, revision, content);
        }
    }

    /// The gateway knows nothing of it. That is so for one that is on its way: it is sent again, which changes nothing.
    pub(super) fn missed(&mut self) {
        self.compares = None;
        self.unanswered = None;
        if self.sending.is_none() {
            self.lost_track();
        }
    }

    /// It is sent or thrown away elsewhere. One that was never saved is not: it is new.
    pub(super) fn lost_track(&mut self) {
        self.compares = None;
        self.gone = self.revision > 0 || self.heard > 0;
        self.closed &= !self.gone;
    }

    /// What is written here stays, as another draft. It takes its files along, where the draft they belong to is still
    /// there.
    pub(super) fn keep(&mut self, fresh: DraftId) {
        let before = std::mem::replace(&mut self.id, fresh);
        let has_files = !self.content.files.is_empty();
        if self.other.take().is_some() && has_files {
            self.came_from = Some(Origin { draft: before, files: FilesOf::Origin });
            let mut content = std::mem::take(&mut self.content);
            self.take_along_pictures(&mut content);
            self.content = content;
        } else if has_files {
            self.content.files.clear();
            self.edition += 1;
        }
        (self.revision, self.heard) = (0, 0);
        (self.gone, self.unsaved, self.held) = (false, true, false);
        self.failure = None;
    }

    /// The window goes on showing pictures from where they were; what is kept has them where they are.
    fn take_along_pictures(&self, content: &mut Draft) {
        if let (Some(origin), DraftText::Html(html)) = (&self.came_from, &mut content.text) {
            let of = |draft: DraftId| format!("/drafts/{draft}/files/");
            *html = html.replace(&of(origin.draft), &of(self.id));
        }
    }

    /// What the other browser wrote takes the place of what is written here.
    pub(super) fn yield_to_other(&mut self) {
        if let Some((revision, content)) = self.other.take() {
            self.adopt(self.id, revision, *content);
        }
    }

    fn look_if_behind(&mut self) {
        if self.heard > self.revision && self.compares.is_none() && self.begins.is_none() {
            self.compares = Some(false);
        }
    }

    fn adopt(&mut self, id: DraftId, revision: u32, content: Draft) {
        self.id = id;
        self.revision = revision;
        self.heard = revision;
        self.content = content;
        self.unsaved = false;
        self.edition += 1;
    }
}
