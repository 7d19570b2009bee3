//! Drafts: kept at every save, taken up again, thrown away.

use super::{
    Asker,
    actor::{Begun, Desk, Happened, no_such_draft},
    beginning,
    fetching::unkept,
    letter,
};
use crate::{
    accounts::{clock, local::failure},
    failpoint,
    smtp::command::Mailbox,
    store::writing::{DraftCopy, Saved, StoredDraft},
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{DraftId, MessageKey},
    reply::Reply,
    writing::{Beginning, Draft, Identity, SendState, WritingEvent, WritingReply, WritingSettings},
};
use std::time::{Duration, Instant};

/// How long after the last save a draft is mirrored.
const REST: Duration = Duration::from_secs(5);

/// A draft that is saved again and again is mirrored this long after the first save all the same.
const LONGEST_UNREST: Duration = Duration::from_secs(30);

/// More identities are not kept.
const IDENTITIES: usize = 50;

/// The longest undo time, in seconds.
const LONGEST_UNDO: u8 = 30;

/// A draft whose copy in Drafts is behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Restless {
    /// When it is mirrored.
    pub due: Instant,
    /// Since when it is behind.
    since: Instant,
    /// A copy may be there that nobody noted.
    pub unsure: bool,
}

impl Restless {
    /// One that was left behind by the last run.
    pub fn unsure() -> Self {
        let now = Instant::now();
        Self { due: now, since: now, unsure: true }
    }
}

impl Desk {
    /// A draft is to be mirrored, after a while without changes.
    pub fn rest(&mut self, draft: DraftId) {
        let now = Instant::now();
        let entry = self.restless.entry(draft).or_insert(Restless { due: now, since: now, unsure: false });
        entry.due = (now + REST).min(entry.since + LONGEST_UNREST);
    }

    pub async fn save(&mut self, asker: Asker, draft: DraftId, base: u32, content: Draft) {
        let (at, message_id) = (clock::now(), letter::message_id(&content));
        let saving = self.store.save_draft(&self.account, draft, base, &content, at, &message_id);
        let reply = match saving.await {
            Ok(Saved::Kept(revision)) => {
                failpoint::hit("drafts.saved");
                self.rest(draft);
                // The browser hears of its own save before everybody does.
                self.reply(asker, Reply::Writing(WritingReply::Saved { revision, at })).await;
                return self.tell(WritingEvent::DraftSaved { draft, revision }).await;
            }
            Ok(Saved::Changed(revision)) => Reply::Failed(changed(revision)),
            Ok(Saved::Gone) => Reply::Failed(no_such_draft()),
            Err(error) => Reply::Failed(failure(&error)),
        };
        self.reply(asker, reply).await;
    }

    /// Gives a draft the files of another one.
    pub async fn copy_files(&mut self, draft: DraftId, from: DraftId) -> Result<(), Failure> {
        self.files.copy(&self.account, from, draft).await.map_err(unkept)
    }

    /// Throws a draft away, or a message that was sent or refused. What is not there is gone already.
    pub async fn discard(&mut self, draft: DraftId) -> Result<(), Failure> {
        if let Some(waiting) = self.waiting(draft) {
            match (waiting.passage.shown(), waiting.is_after_done()) {
                // It leaves by itself as soon as it lies in Sent.
                (SendState::Sent { .. }, false) => {}
                (SendState::Sent { .. } | SendState::Failed { .. }, _) => self.let_go(draft).await,
                _ => {
                    let why = "it is on its way: take it back first";
                    return Err(Failure::new(ErrorCode::CannotUndo, why));
                }
            }
            return Ok(());
        }
        let unnoted = self.restless.get(&draft).is_some_and(|restless| restless.unsure);
        let discarding = self.store.discard_draft(&self.account, draft, unnoted);
        let left = discarding.await.map_err(|error| failure(&error))?;
        self.restless.remove(&draft);
        failpoint::hit("drafts.discarded");
        self.left_over.extend(left);
        self.remove_files(draft).await;
        self.tell(WritingEvent::DraftGone(draft)).await;
        Ok(())
    }

    pub async fn begin(&mut self, asker: Asker, draft: DraftId, from: Beginning) {
        let reply = match self.store.draft(&self.account, draft).await {
            Ok(Some(stored)) => told(stored),
            Ok(None) if self.waiting(draft).is_some() => Reply::Failed(no_such_draft()),
            Ok(None) => match self.beginning(asker, draft, from).await {
                Some(reply) => reply,
                None => return,
            },
            Err(error) => Reply::Failed(failure(&error)),
        };
        self.reply(asker, reply).await;
    }

    /// The answer to a beginning; nothing where it takes a while.
    async fn beginning(&mut self, asker: Asker, draft: DraftId, from: Beginning) -> Option<Reply> {
        let content = match from {
            Beginning::Blank => self.blank(),
            Beginning::Mailto(url) => beginning::mailto(&url, self.blank()),
            Beginning::Saved => return Some(Reply::Failed(no_such_draft())),
            Beginning::Message(key) => {
                if let Some(reply) = self.made_of(&key).await {
                    return Some(reply);
                }
                self.read(asker, draft, beginning::From::Draft(key));
                return None;
            }
            Beginning::Answer { key, how } => {
                self.read(asker, draft, beginning::From::Answered(key, how));
                return None;
            }
        };
        Some(Reply::Writing(WritingReply::Draft { draft, revision: 0, content: Box::new(content) }))
    }

    /// The answer for a message in Drafts that is a draft here already, or on its way.
    async fn made_of(&mut self, key: &MessageKey) -> Option<Reply> {
        let is_it = |copy: &Option<DraftCopy>| copy.as_ref().is_some_and(|copy| copy.key == *key);
        if self.outbox.iter().any(|waiting| is_it(&waiting.queued.copy)) {
            return Some(Reply::Failed(no_such_draft()));
        }
        match self.store.drafts(&self.account).await {
            Err(error) => Some(Reply::Failed(failure(&error))),
            Ok(drafts) => drafts.into_iter().find(|stored| is_it(&stored.copy)).map(told),
        }
    }

    /// Reads mail and makes a draft of it; the desk hears of that.
    fn read(&self, asker: Asker, draft: DraftId, from: beginning::From) {
        let Some(actor) = self.actors.last().cloned() else { return };
        let reading = beginning::Reading {
            account: self.account.clone(),
            actor,
            files: self.files.clone(),
            settings: self.settings.clone(),
            draft,
        };
        let happened = self.happened.clone();
        tokio::spawn(Box::pin(async move {
            let result = reading.read(from).await;
            // A desk that is gone answers nobody.
            let _ = happened.send(Happened::Begun(asker, draft, Box::new(result))).await;
        }));
    }

    pub async fn begun(&mut self, asker: Asker, draft: DraftId, result: Result<Begun, Failure>) {
        let reply = match result {
            Err(failure) => Reply::Failed(failure),
            Ok(Begun { content, copy: None }) => {
                Reply::Writing(WritingReply::Draft { draft, revision: 0, content: Box::new(content) })
            }
            // It may have been taken up twice at the same time.
            Ok(Begun { content, copy: Some(copy) }) => match self.made_of(&copy.key).await {
                Some(reply) => reply,
                None => self.adopt(draft, content, copy).await,
            },
        };
        self.reply(asker, reply).await;
    }

    /// A draft of another program becomes one of ours: it lies in Drafts as it is, and is replaced by the next copy.
    async fn adopt(&mut self, draft: DraftId, content: Draft, copy: DraftCopy) -> Reply {
        let (at, message_id) = (clock::now(), letter::message_id(&content));
        match self.store.save_draft(&self.account, draft, 0, &content, at, &message_id).await {
            Ok(Saved::Kept(revision)) => {
                let copy = DraftCopy { revision, ..copy };
                if let Err(error) = self.store.set_draft_copy(&self.account, draft, Some(&copy)).await {
                    return Reply::Failed(failure(&error));
                }
                Reply::Writing(WritingReply::Draft { draft, revision, content: Box::new(content) })
            }
            Ok(Saved::Changed(_) | Saved::Gone) => Reply::Failed(no_such_draft()),
            Err(error) => Reply::Failed(failure(&error)),
        }
    }

    /// The files of a draft that is gone go too; those that stay behind are swept later.
    pub async fn remove_files(&mut self, draft: DraftId) {
        if let Err(error) = self.files.remove_draft(&self.account, draft).await {
            tracing::warn!(%error, "the files of a draft cannot be removed");
        }
    }

    fn blank(&self) -> Draft {
        let Some(identity) = self.settings.identities.first() else { return Draft::default() };
        let text = beginning::blank(identity, self.settings.plain);
        Draft { from: identity.address.clone(), text, ..Draft::default() }
    }

    pub async fn choose(&mut self, settings: WritingSettings) -> Result<(), Failure> {
        check_settings(&settings)?;
        let keeping = self.store.set_writing_settings(&self.account, &settings);
        keeping.await.map_err(|error| failure(&error))?;
        self.settings = settings.clone();
        self.tell(WritingEvent::Chosen(settings)).await;
        Ok(())
    }
}

fn told(stored: StoredDraft) -> Reply {
    let StoredDraft { id, revision, content, .. } = stored;
    Reply::Writing(WritingReply::Draft { draft: id, revision, content: Box::new(content) })
}

/// Another browser changed a draft.
pub(super) fn changed(revision: u32) -> Failure {
    Failure::new(ErrorCode::DraftChanged, format!("revision {revision} was saved elsewhere"))
}

fn check_settings(settings: &WritingSettings) -> Result<(), Failure> {
    let bad = |what: String| Err(Failure::new(ErrorCode::BadInput, what));
    if settings.identities.is_empty() || settings.identities.len() > IDENTITIES {
        return bad(format!("there have to be 1 to {IDENTITIES} identities"));
    }
    for Identity { address, .. } in &settings.identities {
        if let Err(error) = Mailbox::new(&address.email) {
            return bad(format!("{}: {error}", address.email));
        }
    }
    if settings.undo_seconds > LONGEST_UNDO {
        return bad(format!("sending can be undone for {LONGEST_UNDO} seconds at most"));
    }
    Ok(())
}
