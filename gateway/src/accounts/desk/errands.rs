//! What is to be done in the mailbox for drafts and sent mail: one errand after the other, over a connection of the
//! desk's own.

use super::{
    Told,
    actor::{Desk, Happened},
    drafts::Restless,
    home::{Home, HomeError},
    letter,
};
use crate::{
    accounts::{backoff::Backoff, chance, local::failure},
    failpoint,
    mime::compose::build::Purpose,
    store::writing::{DraftCopy, DraftFiles, LeftCopy, Queued, StoredDraft},
    sync::outbox::Input,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, MessageKey},
    writing::{Answer, Answers},
};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// A connection that was not used for so long is closed.
const IDLE: Duration = Duration::from_secs(30);

/// Something to be done in the mailbox.
#[derive(Clone, Debug)]
pub(super) enum Errand {
    /// Put a draft into Drafts as it is now, then remove its older copy.
    Mirror {
        /// The draft.
        draft: Box<StoredDraft>,
        /// A copy may be there that nobody noted.
        unsure: bool,
    },
    /// Remove the copy of a message on its way from Drafts.
    Remove {
        /// The message.
        draft: DraftId,
        /// The copy.
        copy: DraftCopy,
    },
    /// Remove what lies in Drafts of a draft that is no more.
    Sweep {
        /// What.
        left: LeftCopy,
    },
    /// Look for a message in Sent.
    Look {
        /// Which one.
        draft: DraftId,
        /// Its Message-ID.
        message_id: String,
    },
    /// Put a message into Sent, unless it is there.
    Copy {
        /// The message.
        queued: Box<Queued>,
    },
    /// Mark the message that was answered or passed on.
    Mark {
        /// What was sent.
        draft: DraftId,
        /// What it answered.
        answers: Option<Answers>,
    },
}

impl Errand {
    fn name(&self) -> Name {
        match self {
            Self::Mirror { draft, .. } => mirror(draft.id),
            Self::Remove { draft, .. } => ("remove", draft.0),
            Self::Sweep { left } => ("sweep", left.draft.0),
            Self::Look { draft, .. } => ("look", draft.0),
            Self::Copy { queued } => ("copy", queued.draft.0),
            Self::Mark { draft, .. } => ("mark", draft.0),
        }
    }
}

/// What came of an errand.
#[derive(Debug)]
pub(super) enum Done {
    /// The draft lies in Drafts.
    Mirrored(MessageKey),
    /// Whether a message is in Sent.
    Looked(bool),
    /// It is done.
    Other,
}

/// Names an errand among others: what kind it is, and for what.
type Name = (&'static str, u64);

fn mirror(draft: DraftId) -> Name {
    ("mirror", draft.0)
}

/// An errand that failed, and when it is tried again.
struct PutOff {
    backoff: Backoff,
    until: Instant,
}

/// The errands of a desk.
pub(super) struct Errands {
    /// The mailbox; lent to the errand under way.
    home: Option<Box<Home>>,
    /// The user signed in anew while an errand was under way.
    next_home: Option<Home>,
    used: Instant,
    put_off: HashMap<Name, PutOff>,
}

impl Errands {
    pub fn new(home: Home) -> Self {
        Self { home: Some(Box::new(home)), next_home: None, used: Instant::now(), put_off: HashMap::new() }
    }

    /// Whether an errand is under way.
    pub fn is_running(&self) -> bool {
        self.home.is_none()
    }

    /// The credentials are others now.
    pub fn signed_in(&mut self, home: Home) {
        self.put_off.clear();
        match &mut self.home {
            Some(old) => **old = home,
            None => self.next_home = Some(home),
        }
    }

    /// From when on an errand may be run.
    fn ready_at(&self, name: Name, now: Instant) -> Instant {
        self.put_off.get(&name).map_or(now, |put_off| put_off.until)
    }

    fn is_ready(&self, name: Name, now: Instant) -> bool {
        self.ready_at(name, now) <= now
    }

    /// An errand failed: it waits a while, others need not.
    fn put_off(&mut self, name: Name) {
        let now = Instant::now();
        let fresh = || PutOff { backoff: Backoff::default(), until: now };
        let put_off = self.put_off.entry(name).or_insert_with(fresh);
        put_off.until = now + put_off.backoff.wait(Duration::ZERO, chance::jitter());
    }

    fn is_connected(&self) -> bool {
        self.home.as_ref().is_some_and(|home| home.is_connected())
    }
}

impl Desk {
    /// When the next errand, or the end of an idle connection, is due.
    pub fn errand_wakes(&self) -> Option<Instant> {
        if self.errands.is_running() {
            return None;
        }
        let now = Instant::now();
        let ready = |id| self.errands.ready_at(mirror(id), now);
        let mirrors = self.restless.iter().map(|(&id, restless)| restless.due.max(ready(id)));
        let again = self.errands.put_off.values().map(|put_off| put_off.until).filter(|until| *until > now);
        let first = mirrors.chain(again).min();
        let idle = self.errands.is_connected().then(|| self.errands.used + IDLE);
        [first, idle].into_iter().flatten().min()
    }

    /// Starts the next errand, if there is one and none is under way.
    pub async fn advance_errands(&mut self) {
        self.learn().await;
        if self.errands.is_running() {
            return;
        }
        let Some(errand) = self.next_errand().await else {
            if self.errands.used.elapsed() >= IDLE
                && let Some(home) = &mut self.errands.home
            {
                home.hang_up();
            }
            return;
        };
        if let Errand::Mirror { draft, .. } = &errand
            && let Some(restless) = self.restless.get_mut(&draft.id)
        {
            // From now on it may lie there, until that is noted.
            restless.unsure = true;
        }
        let Some(mut home) = self.errands.home.take() else { return };
        let (account, files, happened) = (self.account.clone(), self.files.clone(), self.happened.clone());
        let (again, spare) = (errand.clone(), Box::new(Home::of(&self.login, &self.mail)));
        let running = tokio::spawn(Box::pin(async move {
            let result = run(&mut home, &errand, &account, &files).await;
            Happened::Ran(home, errand, result)
        }));
        tokio::spawn(async move {
            let broken = |_| Happened::Ran(spare, again, Err(Failure::new(ErrorCode::Internal, "")));
            let ran = running.await.unwrap_or_else(broken);
            // A desk that is gone begins anew.
            let _ = happened.send(ran).await;
        });
    }

    async fn next_errand(&mut self) -> Option<Errand> {
        let now = Instant::now();
        if let Some(errand) = self.due_errand(now) {
            return Some(errand);
        }
        let (id, unsure) = self.due_mirror(now)?;
        match self.store.draft(&self.account, id).await {
            Ok(Some(draft)) => Some(Errand::Mirror { draft: Box::new(draft), unsure }),
            Ok(None) => {
                self.restless.remove(&id);
                None
            }
            Err(error) => {
                tracing::error!(%error, "a draft cannot be read");
                self.errands.put_off(mirror(id));
                None
            }
        }
    }

    /// What is to be done now for mail that is sent or thrown away.
    fn due_errand(&self, now: Instant) -> Option<Errand> {
        let for_sent = self.outbox.iter().filter_map(|waiting| self.errand_of(waiting));
        let left_over = self.left_over.iter().map(|left| Errand::Sweep { left: left.clone() });
        for_sent.chain(left_over).find(|errand| self.errands.is_ready(errand.name(), now))
    }

    /// The draft that is to be mirrored now, and whether a copy may be there that nobody noted.
    fn due_mirror(&self, now: Instant) -> Option<(DraftId, bool)> {
        let due =
            |id: DraftId, restless: &Restless| restless.due <= now && self.errands.is_ready(mirror(id), now);
        let (&id, restless) = self.restless.iter().find(|(id, restless)| due(**id, restless))?;
        Some((id, restless.unsure))
    }

    pub async fn ran(&mut self, home: Box<Home>, errand: Errand, result: Result<Done, Failure>) {
        self.errands.used = Instant::now();
        self.errands.home = Some(self.errands.next_home.take().map_or(home, Box::new));
        match result {
            Ok(done) => {
                self.errands.put_off.remove(&errand.name());
                let changes = self.errands.home.as_mut().map(|home| home.changes()).unwrap_or_default();
                for actor in &self.actors {
                    actor.tell(Told::Changed(changes.clone())).await;
                }
                self.over(errand, done).await;
            }
            Err(failure) => {
                tracing::info!(%failure, "what is to be done in the mailbox is put off");
                self.errands.put_off(errand.name());
            }
        }
    }

    async fn over(&mut self, errand: Errand, done: Done) {
        match (errand, done) {
            (Errand::Mirror { draft, .. }, Done::Mirrored(key)) => self.mirrored(&draft, key).await,
            (Errand::Remove { draft, .. }, _) => {
                self.followed(draft, |queued| queued.copy = None).await;
            }
            (Errand::Sweep { left }, _) => self.swept(&left).await,
            (Errand::Look { draft, .. }, Done::Looked(found)) => {
                if let Some(waiting) = self.waiting(draft) {
                    waiting.looked = true;
                }
                self.step(draft, Input::Looked { found }).await;
            }
            (Errand::Copy { queued }, _) => {
                failpoint::hit("outbox.copied");
                self.followed(queued.draft, |queued| queued.after.copied = true).await;
            }
            (Errand::Mark { draft, .. }, _) => {
                self.followed(draft, |queued| queued.after.marked = true).await;
            }
            (Errand::Mirror { .. } | Errand::Look { .. }, _) => {}
        }
    }

    /// Something is to be removed from Drafts.
    pub async fn leave(&mut self, left: LeftCopy) {
        if let Err(error) = self.store.leave(&self.account, &left).await {
            tracing::error!(%error, "it cannot be kept that a draft's copy is to be removed");
        }
        self.left_over.push(left);
    }

    /// Nothing is left in Drafts of a draft that is no more.
    async fn swept(&mut self, left: &LeftCopy) {
        if let Err(error) = self.store.forget_left(&self.account, left).await {
            // It is removed again after the next start: then it is not there.
            tracing::warn!(%error, "it cannot be kept that a draft's copy is removed");
        }
        self.left_over.retain(|other| other != left);
    }

    /// A draft lies in Drafts. It may have been saved, sent or thrown away meanwhile.
    async fn mirrored(&mut self, draft: &StoredDraft, key: MessageKey) {
        failpoint::hit("drafts.mirrored");
        let copy = DraftCopy { key, revision: draft.revision };
        match self.store.draft(&self.account, draft.id).await {
            Ok(Some(now)) => {
                if let Err(error) = self.store.set_draft_copy(&self.account, draft.id, Some(&copy)).await {
                    tracing::error!(%error, "where a draft's copy lies cannot be kept");
                    return self.errands.put_off(mirror(draft.id));
                }
                if now.revision == draft.revision {
                    self.restless.remove(&draft.id);
                } else if let Some(restless) = self.restless.get_mut(&draft.id) {
                    restless.unsure = false;
                }
            }
            Ok(None) if self.waiting(draft.id).is_some() => {
                self.followed(draft.id, |queued| queued.copy = Some(copy)).await;
            }
            Ok(None) => {
                let message_id = draft.message_id.clone();
                self.leave(LeftCopy { draft: draft.id, message_id, copy: Some(copy) }).await;
            }
            Err(error) => tracing::error!(error = ?failure(&error), "a draft cannot be read"),
        }
    }
}

async fn run(
    home: &mut Home,
    errand: &Errand,
    account: &AccountId,
    files: &DraftFiles,
) -> Result<Done, Failure> {
    let done = match errand {
        Errand::Mirror { draft, unsure } => {
            let StoredDraft { id, content, message_id, saved_at, copy, .. } = draft.as_ref();
            let written =
                letter::write(files, account, *id, content, message_id, *saved_at, Purpose::Keeping);
            let message = written.await?;
            let old = copy.as_ref().map(|copy| &copy.key);
            home.put_draft(&message, message_id, *saved_at, old, *unsure).await.map(Done::Mirrored)
        }
        Errand::Remove { copy, .. } => home.remove_draft(Some(&copy.key), None).await.map(|()| Done::Other),
        Errand::Sweep { left } => {
            let key = left.copy.as_ref().map(|copy| &copy.key);
            home.remove_draft(key, Some(&left.message_id)).await.map(|()| Done::Other)
        }
        Errand::Look { message_id, .. } => home.is_in_sent(message_id).await.map(Done::Looked),
        Errand::Copy { queued } => {
            let Queued { draft, content, message_id, date, .. } = queued.as_ref();
            let written = letter::write(files, account, *draft, content, message_id, *date, Purpose::Keeping);
            let message = written.await?;
            home.put_sent(&message, message_id, *date).await.map(|()| Done::Other)
        }
        Errand::Mark { answers, .. } => match answers {
            Some(Answers { key: Some(key), how, .. }) => {
                let forwarded = matches!(how, Answer::Forward | Answer::ForwardAsFile);
                home.mark(key, forwarded).await.map(|()| Done::Other)
            }
            Some(Answers { key: None, .. }) | None => Ok(Done::Other),
        },
    };
    done.or_else(|error| given_up(errand, error))
}

/// What a server refuses today it refuses tomorrow: what is not worth asking the user is left.
fn given_up(errand: &Errand, error: HomeError) -> Result<Done, Failure> {
    let failure = Failure::from(&error);
    let for_good = matches!(failure.code, ErrorCode::Refused | ErrorCode::Protocol | ErrorCode::NoSuchFolder);
    match errand {
        Errand::Mark { .. } | Errand::Remove { .. } if for_good => {
            tracing::warn!(%error, ?errand, "left as it is");
            Ok(Done::Other)
        }
        _ => Err(failure),
    }
}
