//! What a message's window holds, and how that is saved and sent. Copied freely.

use super::editor::Editor;
use crate::{
    model::compose::{
        checks::{self, Refusal},
        desk::DeskState,
        draft::{DraftState, Slot},
        pace::Pace,
        recipients::parse,
        signature,
    },
    state::{
        context::App,
        reactive::{effect, memo},
        upload::Transfer,
    },
};
use js_sys::Date;
use leptos::prelude::*;
use postern_shared::{
    address::Address,
    writing::{Answers, Draft, DraftFile, DraftText},
};

/// To, Cc, Bcc.
pub const KINDS: [&str; 3] = ["To", "Cc", "Bcc"];

/// A file of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLine {
    /// Which.
    pub file: DraftFile,
    /// How far it is.
    pub at: Transfer,
}

/// What is asked before a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The doubts.
    pub doubts: Vec<String>,
    /// When it shall go.
    pub at: Option<i64>,
}

/// What a window holds.
#[derive(Clone, Copy)]
pub struct Fields {
    /// The app.
    pub app: App,
    /// Which draft.
    pub slot: Slot,
    /// How it stands.
    pub state: Memo<DraftState>,
    /// To, Cc, Bcc.
    pub people: [RwSignal<Vec<Address>>; 3],
    /// What is typed into them and no address yet.
    pub typed: [RwSignal<String>; 3],
    /// Whether they are shown.
    pub shown: [RwSignal<bool>; 3],
    /// From.
    pub from: RwSignal<Address>,
    /// Subject.
    pub subject: RwSignal<String>,
    /// Its files.
    pub files: RwSignal<Vec<FileLine>>,
    /// It is plain text.
    pub plain: RwSignal<bool>,
    /// The plain text.
    pub plain_text: RwSignal<String>,
    /// What the editor shows once it is there.
    pub text: StoredValue<DraftText>,
    /// The editor, while there is one.
    pub editor: StoredValue<Option<Editor>, LocalStorage>,
    /// The formats at the cursor.
    pub formats: RwSignal<String>,
    /// Why it does not go.
    pub refusal: RwSignal<Option<Refusal>>,
    /// What is asked before it goes.
    pub question: RwSignal<Option<Question>>,
    /// Where the link shall lead that is being made.
    pub link: RwSignal<Option<String>>,
    answers: StoredValue<Option<Answers>>,
    pace: StoredValue<Pace>,
}

impl Fields {
    /// The fields of a draft. `last` is how it stood, for the moment in which it goes.
    pub fn new(app: App, last: DraftState) -> Self {
        let slot = last.slot;
        let state = Memo::new(move |before: Option<&DraftState>| {
            let now = app.desk.with(|desk| desk.drafts.iter().find(|draft| draft.slot == slot).cloned());
            now.unwrap_or_else(|| before.unwrap_or(&last).clone())
        });
        let fields = Self {
            app,
            slot,
            state,
            people: [(); 3].map(|()| RwSignal::default()),
            typed: [(); 3].map(|()| RwSignal::default()),
            shown: [true, false, false].map(RwSignal::new),
            from: RwSignal::default(),
            subject: RwSignal::default(),
            files: RwSignal::default(),
            plain: RwSignal::new(false),
            plain_text: RwSignal::default(),
            text: StoredValue::new(DraftText::Html(String::new())),
            editor: StoredValue::new_local(None),
            formats: RwSignal::default(),
            refusal: RwSignal::new(None),
            question: RwSignal::new(None),
            link: RwSignal::new(None),
            answers: StoredValue::new(None),
            pace: StoredValue::new(Pace::default()),
        };
        let edition = memo(move || state.with(|state| (state.loading, state.edition)));
        effect(move || {
            if !edition.get().0
                && let Some(draft) = app.draft_content(slot)
            {
                fields.load(draft);
            }
        });
        fields
    }

    /// Something was written.
    pub fn touch(self) {
        self.pace.update_value(|pace| pace.wrote(Date::now()));
    }

    /// Saves what is due, or everything.
    pub fn save(self, now: bool) {
        let due = self.pace.try_update_value(|pace| (now || pace.is_due(Date::now())) && pace.saved());
        if due == Some(true) {
            self.app.save_draft(self.slot, self.state.with_untracked(|state| state.id), self.draft());
        }
    }

    /// Saves now, be something new or not.
    pub fn save_now(self) {
        self.touch();
        self.app.at_desk(|desk| desk.save_again(self.slot));
        self.save(true);
    }

    /// Closes the window; the draft stays.
    pub fn close(self) {
        self.commit();
        self.save(true);
        self.app.at_desk(|desk| desk.close(self.slot));
    }

    /// Throws the draft away; for a while it can be had back.
    pub fn discard(self) {
        self.app.discard_draft(self.slot, self.draft());
    }

    /// Whether a file is on its way; tracked.
    pub fn is_attaching(self) -> bool {
        let going = |line: &FileLine| matches!(line.at, Transfer::Going(_) | Transfer::Waiting(_));
        self.files.with(|files| files.iter().any(going))
    }

    /// Sends it, not before a moment; asks first where there is a doubt.
    pub fn send(self, at: Option<i64>, asked: bool) {
        self.commit();
        let draft = self.draft();
        let limit = self.app.desk.with_untracked(|desk| desk.size_limit);
        let refusal = checks::refusal(&draft, limit, untrack(|| self.is_attaching()));
        self.refusal.set(refusal.clone());
        if refusal.is_some() {
            return;
        }
        let doubts = if asked { Vec::new() } else { checks::doubts(&draft, &self.own()) };
        if doubts.is_empty() {
            self.touch();
            self.save(true);
            self.app.at_desk(|desk| desk.send(self.slot, at));
        } else {
            self.question.set(Some(Question { doubts, at }));
        }
    }

    /// Adds people, each once.
    pub fn add(self, kind: usize, people: Vec<Address>) {
        let Some(list) = self.people.get(kind).filter(|_| !people.is_empty()) else { return };
        list.update(|list| {
            for address in people {
                if !list.iter().any(|known| known.email.eq_ignore_ascii_case(&address.email)) {
                    list.push(address);
                }
            }
        });
        self.refusal.set(None);
        self.touch();
    }

    /// Makes addresses of what was typed.
    pub fn commit(self) {
        for (kind, typed) in self.typed.iter().enumerate() {
            let text = typed.get_untracked();
            if !text.is_empty() {
                typed.set(String::new());
                self.add(kind, parse(&text));
            }
        }
    }

    /// Does something with the editor, where there is one.
    pub fn edit<T>(self, edit: impl FnOnce(&Editor) -> T) -> Option<T> {
        self.editor.try_with_value(|editor| editor.as_ref().map(edit)).flatten()
    }

    /// Formatted text or plain, with the same words.
    pub fn set_plain(self, plain: bool) {
        if plain {
            self.plain_text.set(self.edit(Editor::plain).unwrap_or_default());
        } else {
            self.text.set_value(DraftText::Plain(self.plain_text.get_untracked()));
        }
        self.plain.set(plain);
        self.touch();
    }

    /// Writes as somebody else of the account's identities; the signature follows where it is still the old one.
    pub fn write_as(self, from: Address) {
        let before = self.from.get_untracked();
        let of = |address: &Address| {
            let signature = |desk: &DeskState| {
                let mut known = desk.settings.iter().flat_map(|settings| &settings.identities);
                known.find(|identity| identity.address == *address).map(|identity| identity.signature.clone())
            };
            self.app.desk.with_untracked(signature).unwrap_or_default()
        };
        if let Some(text) = signature::swapped(&self.text(), &of(&before), &of(&from)) {
            self.show_text(text);
        }
        self.from.set(from);
        self.touch();
    }

    /// What the user wrote, without what is quoted.
    fn own(self) -> String {
        if self.plain.get_untracked() {
            self.plain_text.with_untracked(|text| {
                text.lines().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join("\n")
            })
        } else {
            self.edit(Editor::own).unwrap_or_default()
        }
    }

    fn text(self) -> DraftText {
        if self.plain.get_untracked() {
            DraftText::Plain(self.plain_text.get_untracked())
        } else {
            self.edit(Editor::html).map_or_else(|| self.text.get_value(), DraftText::Html)
        }
    }

    fn show_text(self, text: DraftText) {
        match &text {
            DraftText::Plain(text) => self.plain_text.set(text.clone()),
            DraftText::Html(html) => drop(self.edit(|editor| editor.set(html))),
        }
        self.text.set_value(text);
    }

    fn draft(self) -> Draft {
        let [to, cc, bcc] = self.people.map(|people| people.get_untracked());
        let text = self.text();
        // A picture that was taken out of the text is none of the message's.
        let stays = |line: &&FileLine| {
            line.at == Transfer::Done
                && (!line.file.inline
                    || matches!(&text, DraftText::Html(html) if html.contains(&format!("/files/{}\"", line.file.id))))
        };
        let files = self
            .files
            .with_untracked(|files| files.iter().filter(stays).map(|line| line.file.clone()).collect());
        Draft {
            from: self.from.get_untracked(),
            to,
            cc,
            bcc,
            subject: self.subject.get_untracked(),
            text,
            files,
            answers: self.answers.get_value(),
        }
    }

    fn load(self, draft: Draft) {
        self.shown[1].set(!draft.cc.is_empty());
        self.shown[2].set(!draft.bcc.is_empty());
        for (list, people) in self.people.into_iter().zip([draft.to, draft.cc, draft.bcc]) {
            list.set(people);
        }
        self.from.set(draft.from);
        self.subject.set(draft.subject);
        let done = draft.files.into_iter().map(|file| FileLine { file, at: Transfer::Done });
        self.files.set(done.collect());
        self.answers.set_value(draft.answers);
        self.plain.set(matches!(draft.text, DraftText::Plain(_)));
        self.show_text(draft.text);
    }
}
