//! An account's writing desk: the drafts that are open here, what is on its way, the choices.

use super::{
    draft::{DraftState, OpenDraft, Slot},
    suggestion::Suggestion,
};
use crate::model::change::{Outcome, Undo};
use postern_shared::{
    ids::DraftId,
    writing::{Beginning, Draft, OutboxItem, SendState, WritingCommand, WritingSettings},
};

/// What a request to the desk was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WritingAsked {
    /// What lies on it.
    Look,
    /// A draft.
    Begin(Slot),
    /// What the gateway has of a draft.
    Compare(Slot),
    /// The files of the draft that this one was.
    Files(Slot),
    /// A draft saved.
    Save(Slot),
    /// A draft sent.
    Send(Slot),
    /// A message made a draft again, to be written on.
    Unsend(DraftId),
    /// Addresses that go on like this.
    Complete(String),
    /// Choices; these were the ones before.
    Choose(WritingSettings),
    /// Something that can be asked again without harm.
    Plain(DraftId),
}

/// An account's writing desk.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    pub(super) settings: Option<WritingSettings>,
    pub(super) outbox: Vec<OutboxItem>,
    pub(super) size_limit: Option<u64>,
    pub(super) drafts: Vec<OpenDraft>,
    /// Thrown away, but that can still be undone.
    pub(super) bin: Vec<OpenDraft>,
    slots: Slot,
    /// Sent from here, and whether the outbox had it: what becomes of them is told.
    pub(super) told: Vec<(DraftId, bool)>,
    /// What was typed last into an address, and what goes on like it.
    pub(super) found: (String, Vec<Suggestion>),
    /// Requests, and whether they were sent; they stay until they are answered.
    asks: Vec<(WritingAsked, WritingCommand, bool)>,
    looked: bool,
    /// What a person has to be told.
    pub(in crate::model) outcomes: Vec<Outcome>,
}

/// What components read of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskState {
    /// The choices, once they came.
    pub settings: Option<WritingSettings>,
    /// What is on its way and not told of by a short message.
    pub outbox: Vec<OutboxItem>,
    /// Bytes that the server takes in one message.
    pub size_limit: Option<u64>,
    /// The drafts with a window, in the order in which they were opened.
    pub drafts: Vec<DraftState>,
    /// What was typed into an address, and what goes on like it.
    pub found: (String, Vec<Suggestion>),
}

/// Reading.
impl Desk {
    /// What components read.
    pub fn state(&self) -> DeskState {
        let quiet = |item: &&OutboxItem| match item.state {
            SendState::Queued { delayed_by: None, .. } | SendState::Sending => {
                !self.told.iter().any(|(draft, _)| *draft == item.draft)
            }
            SendState::Sent { .. } => false,
            _ => true,
        };
        DeskState {
            settings: self.settings.clone(),
            outbox: self.outbox.iter().filter(quiet).cloned().collect(),
            size_limit: self.size_limit,
            drafts: self.drafts.iter().filter(|draft| !draft.closed).map(OpenDraft::state).collect(),
            found: self.found.clone(),
        }
    }

    /// What a draft says, and the gateway's revision of it.
    pub fn content(&self, slot: Slot) -> Option<(u32, &Draft)> {
        let draft = self.drafts.iter().find(|draft| draft.slot == slot)?;
        Some((draft.revision, &draft.content))
    }

    /// The same where the gateway may lack some of it.
    pub fn unsaved(&self, slot: Slot) -> Option<(u32, &Draft)> {
        let draft = self.drafts.iter().find(|draft| draft.slot == slot)?;
        (draft.unsaved || draft.saving.is_some()).then_some((draft.revision, &draft.content))
    }
}

/// What a person does.
impl Desk {
    /// Takes up a draft. One that is open already stays as it is.
    pub fn begin(&mut self, id: DraftId, from: Beginning) {
        if !self.reopen(id) {
            let slot = self.slot();
            self.drafts.push(OpenDraft::beginning(slot, id, from));
        }
    }

    /// Takes up a draft that this browser kept.
    pub fn take_up(&mut self, id: DraftId, revision: u32, content: Draft) {
        if !self.reopen(id) {
            let slot = self.slot();
            self.drafts.push(OpenDraft::found(slot, id, revision, content));
        }
    }

    /// What is written in a window.
    pub fn write(&mut self, slot: Slot, content: Draft) {
        if let Some(draft) = self.draft(slot) {
            draft.write(content);
        }
    }

    /// A failed save is tried again.
    pub fn save_again(&mut self, slot: Slot) {
        if let Some(draft) = self.draft(slot) {
            draft.held = false;
        }
    }

    /// Closes a window; what is not saved yet will be.
    pub fn close(&mut self, slot: Slot) {
        if let Some(draft) = self.draft(slot) {
            draft.closed = true;
        }
        self.tidy();
    }

    /// Sends a draft, not before a moment in seconds since 1970, or after the undo time.
    pub fn send(&mut self, slot: Slot, at: Option<i64>) {
        if let Some(draft) = self.draft(slot) {
            let torn = draft.other.is_some() || draft.gone;
            draft.failure = torn.then(|| "Choose first which version stays.".to_owned());
            draft.sending = (!torn).then_some((at, false));
        }
    }

    /// Throws a draft away; for a while it can be had back.
    pub fn discard(&mut self, slot: Slot) {
        let Some(at) = self.drafts.iter().position(|draft| draft.slot == slot) else { return };
        let mut draft = self.drafts.remove(at);
        // Answers do not find it while it lies there.
        draft.lost();
        let undo = Some(Undo::Discard(draft.id));
        self.bin.push(draft);
        self.outcomes.push(Outcome::Say { text: "Draft discarded".to_owned(), undo });
    }

    /// The time is over in which a discarded draft can be had back. Says whether it was still thrown away.
    pub fn forget(&mut self, id: DraftId) -> bool {
        let before = self.bin.len();
        self.bin.retain(|draft| draft.id != id);
        let gone = self.bin.len() < before;
        if gone {
            self.outcomes.push(Outcome::Unkept(id));
            self.ask(WritingAsked::Plain(id), WritingCommand::Discard { draft: id });
        }
        gone
    }

    /// Takes back what can be taken back: a draft thrown away, or a message that did not go yet.
    pub fn undo(&mut self, id: DraftId) {
        if let Some(at) = self.bin.iter().position(|draft| draft.id == id) {
            let draft = self.bin.remove(at);
            self.drafts.push(draft);
        } else {
            self.edit(id);
        }
    }

    /// What is written here stays, as another draft.
    pub fn keep(&mut self, slot: Slot, fresh: DraftId) {
        if let Some(draft) = self.draft(slot) {
            let before = draft.id;
            draft.keep(fresh);
            self.outcomes.push(Outcome::Unkept(before));
        }
    }

    /// What another browser wrote is shown instead.
    pub fn show_other(&mut self, slot: Slot) {
        if let Some(draft) = self.draft(slot) {
            draft.yield_to_other();
        }
    }

    /// Makes a draft again of a message that did not go.
    pub fn edit(&mut self, draft: DraftId) {
        self.ask(WritingAsked::Unsend(draft), WritingCommand::Unsend { draft });
    }

    /// Tries again what failed.
    pub fn retry(&mut self, draft: DraftId) {
        self.ask(WritingAsked::Plain(draft), WritingCommand::Retry { draft });
    }

    /// The user saw that it arrived.
    pub fn arrived(&mut self, draft: DraftId) {
        self.ask(WritingAsked::Plain(draft), WritingCommand::Settle { draft, sent: true });
    }

    /// Throws a message away that did not go.
    pub fn drop_message(&mut self, draft: DraftId) {
        self.ask(WritingAsked::Plain(draft), WritingCommand::Unsend { draft });
        self.ask(WritingAsked::Plain(draft), WritingCommand::Discard { draft });
    }

    /// Asks for addresses that go on like this.
    pub fn complete(&mut self, text: String) {
        self.asks.retain(|(asked, ..)| !matches!(asked, WritingAsked::Complete(_)));
        self.ask(WritingAsked::Complete(text.clone()), WritingCommand::Complete { text });
    }

    /// Chooses identities and habits.
    pub fn choose(&mut self, settings: WritingSettings) {
        if let Some(before) = self.settings.replace(settings.clone()) {
            self.ask(WritingAsked::Choose(before), WritingCommand::Choose { settings });
        }
    }
}

/// Sending.
impl Desk {
    /// The requests to send now. Each is handed out once for a socket.
    pub fn poll(&mut self) -> Vec<(WritingAsked, WritingCommand)> {
        let mut requests = Vec::new();
        if !std::mem::replace(&mut self.looked, true) {
            requests.push((WritingAsked::Look, WritingCommand::Look));
        }
        requests.extend(self.drafts.iter_mut().filter_map(OpenDraft::poll));
        for (asked, command, sent) in &mut self.asks {
            if !std::mem::replace(sent, true) {
                requests.push((asked.clone(), command.clone()));
            }
        }
        requests
    }

    /// The socket is gone: no answer will come to what was asked.
    pub fn lost(&mut self) {
        self.looked = false;
        self.drafts.iter_mut().for_each(OpenDraft::lost);
        self.asks.retain(|(asked, ..)| !matches!(asked, WritingAsked::Complete(_)));
        self.asks.iter_mut().for_each(|(.., sent)| *sent = false);
    }

    /// How many things wait to be told to the gateway.
    pub fn unfinished(&self) -> usize {
        self.drafts.iter().filter(|draft| draft.unsaved || draft.sending.is_some()).count()
    }

    pub(super) fn answered(&mut self, asked: &WritingAsked) {
        if let Some(at) = self.asks.iter().position(|(one, _, sent)| one == asked && *sent) {
            self.asks.remove(at);
        }
    }

    pub(super) fn draft(&mut self, slot: Slot) -> Option<&mut OpenDraft> {
        self.drafts.iter_mut().find(|draft| draft.slot == slot)
    }

    pub(super) fn slot(&mut self) -> Slot {
        self.slots += 1;
        self.slots
    }

    /// Shows the window of a draft that is here. False where it is not.
    pub(super) fn reopen(&mut self, id: DraftId) -> bool {
        let found = self.drafts.iter_mut().find(|draft| draft.id == id);
        found.map(|draft| draft.closed = false).is_some()
    }

    /// Forgets drafts whose window is closed and that are saved.
    pub(super) fn tidy(&mut self) {
        let done = |draft: &OpenDraft| {
            draft.closed && !draft.unsaved && draft.saving.is_none() && draft.sending.is_none()
        };
        self.outcomes
            .extend(self.drafts.iter().filter(|draft| done(draft)).map(|draft| Outcome::Unkept(draft.id)));
        self.drafts.retain(|draft| !done(draft));
    }

    fn ask(&mut self, asked: WritingAsked, command: WritingCommand) {
        self.asks.push((asked, command, false));
    }
}
