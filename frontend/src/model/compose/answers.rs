//! Replies and events of the writing desk, folded in.

use super::{
    desk::{Desk, WritingAsked},
    draft::OpenDraft,
    outbox::words,
    suggestion::suggestions,
};
use crate::model::{
    change::{Outcome, Undo},
    failure::explain,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::DraftId,
    reply::Reply,
    writing::{OutboxItem, SendState, WritingEvent, WritingReply},
};

impl Desk {
    /// Takes the answer to what was asked.
    pub fn answer(&mut self, asked: WritingAsked, reply: Reply) {
        self.answered(&asked);
        match (asked, reply) {
            (asked, Reply::Failed(failure)) => self.refused(asked, &failure),
            (asked, Reply::Writing(reply)) => self.told(asked, reply),
            (WritingAsked::Send(slot), _) => self.queued(slot),
            (WritingAsked::Files(slot), _) => {
                if let Some(draft) = self.draft(slot) {
                    draft.has_files();
                }
            }
            _ => {}
        }
        self.tidy();
    }

    /// Folds an event in.
    pub fn apply(&mut self, event: WritingEvent) {
        match event {
            WritingEvent::Outbox(outbox) => self.set_outbox(outbox),
            WritingEvent::DraftSaved { draft, revision } => {
                if let Some(draft) = self.by_id(draft) {
                    draft.heard(revision);
                }
            }
            WritingEvent::DraftGone(id) => {
                if let Some(draft) = self.by_id(id).filter(|draft| draft.sending.is_none()) {
                    draft.heard = draft.heard.max(1);
                    draft.lost_track();
                }
            }
            WritingEvent::Chosen(settings) => self.settings = Some(settings),
        }
    }

    fn told(&mut self, asked: WritingAsked, reply: WritingReply) {
        match (asked, reply) {
            (_, WritingReply::Desk { settings, outbox, size_limit }) => {
                self.settings = Some(settings);
                self.size_limit = size_limit;
                self.set_outbox(outbox);
            }
            (WritingAsked::Begin(slot), WritingReply::Draft { draft: id, revision, content }) => {
                // A message of Drafts may be a draft that is open already.
                let twin = self.drafts.iter().any(|draft| draft.id == id && draft.slot != slot);
                if twin {
                    self.drafts.retain(|draft| draft.slot != slot);
                    self.reopen(id);
                } else if let Some(draft) = self.draft(slot) {
                    draft.begun(id, revision, *content);
                }
            }
            (WritingAsked::Compare(slot), WritingReply::Draft { revision, content, .. }) => {
                if let Some(draft) = self.draft(slot) {
                    draft.compared(revision, *content);
                }
            }
            (WritingAsked::Unsend(_), WritingReply::Draft { draft: id, revision, content }) => {
                self.told.retain(|(told, _)| *told != id);
                self.outcomes.push(Outcome::Settled(Undo::Send(id)));
                if !self.reopen(id) {
                    let slot = self.slot();
                    let mut draft = OpenDraft::kept(slot, id, revision, *content);
                    draft.edition = 1;
                    self.drafts.push(draft);
                }
            }
            (WritingAsked::Save(slot), WritingReply::Saved { revision, at }) => {
                if let Some(draft) = self.draft(slot) {
                    draft.saved(revision, at);
                    let safe = (!draft.unsaved).then_some(Outcome::Safe(draft.id));
                    self.outcomes.extend(safe);
                }
            }
            (WritingAsked::Complete(text), WritingReply::Addresses { addresses, groups }) => {
                self.found = (text, suggestions(addresses, groups));
            }
            _ => {}
        }
    }

    fn refused(&mut self, asked: WritingAsked, failure: &Failure) {
        let gone = failure.code == ErrorCode::NoSuchDraft;
        match asked {
            WritingAsked::Begin(slot) => {
                self.drafts.retain(|draft| draft.slot != slot);
                self.outcomes.push(Outcome::Warn(explain(failure)));
            }
            WritingAsked::Compare(slot)
            | WritingAsked::Files(slot)
            | WritingAsked::Save(slot)
            | WritingAsked::Send(slot) => {
                let Some(draft) = self.draft(slot) else { return };
                draft.files_stayed();
                if gone && matches!(asked, WritingAsked::Compare(_)) {
                    return draft.missed();
                }
                draft.sending = None;
                draft.unsaved |= draft.saving.take().is_some();
                if gone {
                    // It is no more: a draft that was never there would have been taken in.
                    draft.heard = draft.heard.max(1);
                    draft.lost_track();
                } else if failure.code == ErrorCode::DraftChanged {
                    draft.compares = Some(false);
                    // What was to be sent is not given up for what another browser wrote.
                    draft.unsaved |= matches!(asked, WritingAsked::Send(_));
                } else {
                    draft.compares = None;
                    draft.held = true;
                    draft.closed = false;
                    draft.failure = Some(explain(failure));
                }
            }
            WritingAsked::Choose(before) => {
                self.settings = Some(before);
                self.outcomes.push(Outcome::Warn(explain(failure)));
            }
            WritingAsked::Unsend(_) => {
                self.outcomes.push(Outcome::Warn(explain(failure)));
            }
            WritingAsked::Plain(_) if !gone => self.outcomes.push(Outcome::Warn(explain(failure))),
            WritingAsked::Plain(_) | WritingAsked::Complete(_) | WritingAsked::Look => {}
        }
    }

    /// A draft is on its way.
    fn queued(&mut self, slot: u32) {
        let Some(at) = self.drafts.iter().position(|draft| draft.slot == slot) else { return };
        let draft = self.drafts.remove(at);
        self.outcomes.push(Outcome::Unkept(draft.id));
        if draft.sending.is_some_and(|(at, _)| at.is_some()) {
            let text = "It waits in the outbox until it is time.".to_owned();
            self.outcomes.push(Outcome::Say { text, undo: None });
            return;
        }
        // Of a slow answer the end may be known already.
        let there = self.outbox.iter().any(|item| item.draft == draft.id);
        self.told.push((draft.id, there));
        let undo = Some(Undo::Send(draft.id));
        self.outcomes.push(Outcome::Say { text: "Sending…".to_owned(), undo });
        self.tell();
    }

    fn set_outbox(&mut self, outbox: Vec<OutboxItem>) {
        self.outbox = outbox;
        self.tell();
    }

    /// Tells what became of messages sent from here.
    fn tell(&mut self) {
        let told = std::mem::take(&mut self.told);
        for (id, known) in told {
            let state = self.outbox.iter().find(|item| item.draft == id).map(|item| &item.state);
            let outcome = match state {
                Some(SendState::Queued { delayed_by: None, .. }) => {
                    self.told.push((id, true));
                    continue;
                }
                Some(SendState::Sending) => {
                    self.told.push((id, true));
                    self.outcomes.push(Outcome::Settled(Undo::Send(id)));
                    continue;
                }
                None if !known => {
                    self.told.push((id, false));
                    continue;
                }
                Some(SendState::Sent { refused }) if refused.is_empty() => say("Sent"),
                None => say("Sent"),
                Some(state) => Outcome::Warn(words(state, |_| "by itself".to_owned())),
            };
            self.outcomes.extend([Outcome::Settled(Undo::Send(id)), outcome]);
        }
    }

    fn by_id(&mut self, id: DraftId) -> Option<&mut OpenDraft> {
        self.drafts.iter_mut().find(|draft| draft.id == id)
    }
}

fn say(text: &str) -> Outcome {
    Outcome::Say { text: text.to_owned(), undo: None }
}
