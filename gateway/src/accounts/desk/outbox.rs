//! Messages on their way. The rules are [`crate::sync::outbox`]'s; here they are written down and carried out.

use super::{
    actor::{Desk, no_such_draft},
    drafts::changed,
    errands::Errand,
    letter,
    sending::{self, Work},
};
use crate::{
    accounts::{chance, clock, local::failure},
    failpoint,
    store::writing::{After, LeftCopy, Queue, Queued, StoredDraft},
    sync::outbox::{Action, Input, Outcome, Passage},
};
use postern_shared::{
    address::Address,
    error::{ErrorCode, Failure},
    ids::DraftId,
    reply::Reply,
    writing::{Draft, OutboxItem, SendState, WritingEvent, WritingReply},
};
use tokio::sync::oneshot;

/// How many recipients browsers are told by name.
const SHOWN: usize = 3;

/// Seconds that a message stays in the outbox after it was sent to everybody, for browsers to say so.
const LINGER: i64 = 60;

/// Seconds that it stays where somebody refused it.
const LINGER_REFUSED: i64 = 7 * 24 * 3600;

/// Messages handed over at the same time.
const AT_ONCE: usize = 4;

/// A message on its way.
pub(super) struct Waiting {
    /// As it is kept.
    pub queued: Queued,
    /// Where it stands.
    pub passage: Passage,
    /// It has been looked for in Sent, since nobody knows whether it was sent.
    pub looked: bool,
    /// A copy of the draft may lie in Drafts that nobody noted.
    unnoted: bool,
    /// Since when it is sent, in seconds since 1970, as far as this run knows.
    sent_at: Option<i64>,
}

impl Waiting {
    pub fn new(queued: Queued) -> Self {
        let refused = match &queued.state {
            SendState::Sent { refused } => refused.clone(),
            _ => queued.refused.clone(),
        };
        let all = letter::recipients(&queued.content).map_or(0, |all| all.len());
        let taken = matches!(queued.state, SendState::Sent { .. }) || queued.left.len() + refused.len() < all;
        let passage = Passage {
            state: queued.state.clone(),
            attempts: queued.attempts,
            left: queued.left.clone(),
            refused,
            taken,
            under_way: false,
        };
        let sent_at = matches!(queued.state, SendState::Sent { .. }).then(clock::now);
        Self { queued, passage, looked: false, unnoted: false, sent_at }
    }

    /// When it wants to be looked at, in seconds since 1970.
    pub fn wakes(&self) -> Option<i64> {
        self.passage.due().or_else(|| self.leaves())
    }

    /// Whether something is left to do for it that nobody has to ask for.
    pub fn is_busy(&self) -> bool {
        match self.passage.state {
            SendState::Queued { .. } | SendState::Sending => true,
            SendState::Sent { .. } => !self.is_after_done(),
            SendState::Unknown(_) => !self.looked,
            SendState::Failed { .. } => false,
        }
    }

    /// Whether all is done that follows from its being sent.
    pub fn is_after_done(&self) -> bool {
        let After { copied, marked, learned } = self.queued.after;
        copied && marked && learned && self.queued.copy.is_none()
    }

    /// When it leaves the outbox.
    fn leaves(&self) -> Option<i64> {
        let sent_at = self.sent_at.filter(|_| self.is_after_done())?;
        let linger = if self.passage.refused.is_empty() { LINGER } else { LINGER_REFUSED };
        Some(sent_at + linger)
    }

    /// The row as it is to be with another passage.
    fn row(&self, passage: &Passage) -> Queued {
        Queued {
            state: passage.state.clone(),
            attempts: passage.attempts,
            left: passage.left.clone(),
            refused: passage.refused.clone(),
            ..self.queued.clone()
        }
    }

    fn item(&self) -> OutboxItem {
        let Draft { to, cc, bcc, subject, .. } = &self.queued.content;
        let all: Vec<&Address> = to.iter().chain(cc).chain(bcc).collect();
        OutboxItem {
            draft: self.queued.draft,
            to: all.iter().take(SHOWN).map(|address| (*address).clone()).collect(),
            recipients: u32::try_from(all.len()).unwrap_or(u32::MAX),
            subject: subject.clone(),
            state: self.passage.shown(),
        }
    }
}

impl Desk {
    /// The outbox as browsers are told it.
    pub fn items(&self) -> Vec<OutboxItem> {
        self.outbox.iter().map(Waiting::item).collect()
    }

    pub fn waiting(&mut self, draft: DraftId) -> Option<&mut Waiting> {
        self.outbox.iter_mut().find(|waiting| waiting.queued.draft == draft)
    }

    /// Queues a message. It is durable when this is done; asked again it changes nothing.
    pub async fn send(
        &mut self,
        draft: DraftId,
        base: u32,
        content: Draft,
        at: Option<i64>,
    ) -> Result<(), Failure> {
        let left = letter::recipients(&content)?;
        letter::check(&self.files, &self.account, draft, &content, self.size_limit).await?;
        let stored = self.store.draft(&self.account, draft).await.map_err(|error| failure(&error))?;
        let now = clock::now();
        let at = at.unwrap_or(now + i64::from(self.settings.undo_seconds)).max(now);
        let (message_id, copy) = match stored {
            Some(StoredDraft { message_id, copy, .. }) => (message_id, copy),
            None => (letter::message_id(&content), None),
        };
        let state = SendState::Queued { at, delayed_by: None };
        let after = After::default();
        let queued = Queued {
            draft,
            content,
            message_id,
            date: at,
            state,
            attempts: 0,
            left,
            refused: Vec::new(),
            after,
            copy,
        };
        match self.store.queue(&self.account, &queued, base).await.map_err(|error| failure(&error))? {
            // Something else under the same id is not what was sent.
            Queue::AlreadyThere(there) if there.content != queued.content => return Err(no_such_draft()),
            Queue::AlreadyThere(_) | Queue::Sent => return Ok(()),
            Queue::Discarded => return Err(no_such_draft()),
            Queue::Changed(revision) => return Err(changed(revision)),
            Queue::Queued => {}
        }
        failpoint::hit("outbox.queued");
        let unnoted = self.restless.remove(&draft).is_some_and(|restless| restless.unsure);
        self.outbox.push(Waiting { unnoted, ..Waiting::new(queued) });
        self.tell(WritingEvent::DraftGone(draft)).await;
        Ok(())
    }

    /// Takes a message back, or settles what nobody knows.
    pub async fn unsend(&mut self, draft: DraftId, input: Input) -> Result<Reply, Failure> {
        match self.step(draft, input).await.ok_or_else(no_such_draft)? {
            Action::MakeDraft => {
                let draft =
                    self.store.unqueue(&self.account, draft).await.map_err(|error| failure(&error))?;
                let Some(StoredDraft { id, revision, content, .. }) = draft else {
                    return Err(no_such_draft());
                };
                self.outbox.retain(|waiting| waiting.queued.draft != id);
                self.rest(id);
                let content = Box::new(content);
                Ok(Reply::Writing(WritingReply::Draft { draft: id, revision, content }))
            }
            Action::Refuse(why) => Err(Failure::new(ErrorCode::CannotUndo, why)),
            _ => Ok(Reply::Accepted),
        }
    }

    pub async fn retry(&mut self, draft: DraftId) -> Result<(), Failure> {
        match self.step(draft, Input::Retry).await.ok_or_else(no_such_draft)? {
            Action::Refuse(why) => Err(Failure::new(ErrorCode::BadInput, why)),
            _ => Ok(()),
        }
    }

    /// One step on a message's way, written down where it has to be before it counts. What is to be done then is the
    /// caller's; nothing where there is no such message.
    pub async fn step(&mut self, draft: DraftId, input: Input) -> Option<Action> {
        let (account, store) = (self.account.clone(), self.store.clone());
        let waiting = self.waiting(draft)?;
        let heard = matches!(input, Input::Ended(..));
        let step = waiting.passage.step(input, clock::now());
        if step.write {
            let row = waiting.row(&step.next);
            match store.update_queued(&account, &row).await {
                Ok(_) => {}
                // What a server said counts in this run, whether it is written down or not.
                Err(error) if heard => tracing::error!(%error, "what became of a message cannot be kept"),
                Err(error) => {
                    let refuse = failure(&error);
                    tracing::error!(?refuse, "where a message stands cannot be kept");
                    return Some(match step.action {
                        Action::SendEnd => Action::BreakOff,
                        _ => Action::Refuse("the gateway cannot write it down"),
                    });
                }
            }
            waiting.queued = row;
        }
        if matches!(step.next.state, SendState::Sent { .. }) && waiting.sent_at.is_none() {
            waiting.sent_at = Some(clock::now());
        }
        if matches!(step.next.state, SendState::Unknown(_)) && step.action == Action::LookInSent {
            waiting.looked = false;
        }
        waiting.passage = step.next;
        Some(step.action)
    }

    /// Hands over what is due, and lets go of what is over.
    pub async fn advance_outbox(&mut self) {
        let now = clock::now();
        let due = |waiting: &&Waiting| waiting.passage.due().is_some_and(|at| at <= now);
        let under_way = self.outbox.iter().filter(|waiting| waiting.passage.under_way).count();
        let room = AT_ONCE.saturating_sub(under_way);
        let due: Vec<_> =
            self.outbox.iter().filter(due).map(|waiting| waiting.queued.draft).take(room).collect();
        for draft in due {
            if self.step(draft, Input::Time).await == Some(Action::HandOver) {
                self.hand_over(draft);
            }
        }
        let over = |waiting: &Waiting| waiting.leaves().is_some_and(|at| at <= now);
        let over: Vec<_> =
            self.outbox.iter().filter(|waiting| over(waiting)).map(|waiting| waiting.queued.draft).collect();
        for draft in over {
            self.let_go(draft).await;
        }
    }

    /// A message that is sent, or given up, leaves the outbox.
    pub async fn let_go(&mut self, draft: DraftId) {
        let copies = |waiting: &Waiting| {
            let Queued { message_id, copy, .. } = &waiting.queued;
            let left = LeftCopy { draft, message_id: message_id.clone(), copy: copy.clone() };
            (waiting.unnoted || copy.is_some()).then_some(left)
        };
        if let Some(left) = self.waiting(draft).and_then(|waiting| copies(waiting)) {
            self.leave(left).await;
        }
        if let Err(error) = self.store.remove_queued(&self.account, draft).await {
            return tracing::error!(%error, "a sent message cannot leave the outbox");
        }
        self.remove_files(draft).await;
        self.outbox.retain(|waiting| waiting.queued.draft != draft);
    }

    fn hand_over(&mut self, draft: DraftId) {
        let (account, files, login) = (self.account.clone(), self.files.clone(), self.login.clone());
        let (happened, outgoing) = (self.happened.clone(), self.outgoing.clone());
        let Some(waiting) = self.waiting(draft) else { return };
        let left = waiting.passage.left.clone();
        let work = Work { account, files, login, outgoing, left, queued: waiting.queued.clone() };
        tokio::spawn(Box::pin(sending::send(work, happened)));
    }

    pub async fn all_but_end(&mut self, draft: DraftId, go: oneshot::Sender<bool>) {
        failpoint::hit("outbox.all_but_end");
        let action = self.step(draft, Input::AllButEnd).await;
        failpoint::hit("outbox.sending");
        // A connection that is gone sends nothing more.
        let _ = go.send(action == Some(Action::SendEnd));
    }

    pub async fn ended(&mut self, draft: DraftId, outcome: Outcome, limit: Option<u64>) {
        failpoint::hit("outbox.answered");
        self.size_limit = limit.or(self.size_limit);
        self.step(draft, Input::Ended(outcome, chance::jitter())).await;
        failpoint::hit("outbox.ended");
    }

    /// What follows from a message's being sent, as it is done: written down, so that it is done once.
    pub async fn followed(&mut self, draft: DraftId, change: impl FnOnce(&mut Queued)) {
        let (account, store) = (self.account.clone(), self.store.clone());
        let Some(waiting) = self.waiting(draft) else { return };
        change(&mut waiting.queued);
        if let Err(error) = store.update_queued(&account, &waiting.queued).await {
            tracing::error!(%error, "what was done for a sent message cannot be kept");
        }
    }

    /// What is to be done in the mailbox for a message.
    pub fn errand_of(&self, waiting: &Waiting) -> Option<Errand> {
        let queued = &waiting.queued;
        let draft = queued.draft;
        if matches!(waiting.passage.state, SendState::Unknown(_)) && !waiting.looked {
            return Some(Errand::Look { draft, message_id: queued.message_id.clone() });
        }
        if waiting.passage.taken && !queued.after.copied {
            return Some(Errand::Copy { queued: Box::new(queued.clone()) });
        }
        if waiting.passage.taken && !queued.after.marked {
            return Some(Errand::Mark { draft, answers: queued.content.answers.clone() });
        }
        // A draft that can still be undone stays where it was.
        let soon = |at: i64| !waiting.passage.under_way && at > clock::now() && at <= clock::now() + 30;
        let undoable = matches!(waiting.passage.state, SendState::Queued { at, .. } if soon(at));
        let copy = queued.copy.clone().filter(|_| !undoable)?;
        Some(Errand::Remove { draft, copy })
    }
}
