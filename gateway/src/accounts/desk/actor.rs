//! The desk's task. It owns drafts and outbox; connections are tasks of their own that report to it.

use super::{
    Asker, DeskRequest, FindOutgoing, Told,
    errands::{Done, Errand, Errands},
    home::Home,
    outbox::Waiting,
    sending,
};
use crate::{
    accounts::{clock, desk::drafts::Restless, handle::AccountHandle, local::failure, login::Login},
    store::{
        Mail, Store, StoreError,
        writing::{DraftCopy, DraftFiles, LeftCopy},
    },
    sync::outbox::{Input, Outcome},
};
use postern_shared::{
    address::Address,
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId},
    reply::Reply,
    writing::{Identity, OutboxItem, WritingCommand, WritingEvent, WritingReply, WritingSettings},
};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// The longest sleep: clocks are set.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// How long a stopping gateway waits for servers' last words.
const STOPPING: Duration = Duration::from_secs(4);

/// How long the server may take to tell how much it takes, before whoever looks is answered without that.
const SIZE_PATIENCE: Duration = Duration::from_secs(3);

/// Seconds in which Send can be undone, where nothing was chosen.
const UNDO_SECONDS: u8 = 10;

/// What the desk's own tasks tell it.
#[derive(Debug)]
pub(super) enum Happened {
    /// The server has all of a message but the end. Without a yes the end does not go.
    AllButEnd(DraftId, oneshot::Sender<bool>),
    /// A connection is done with a message; what its server takes at most, where it said so.
    Ended(DraftId, Outcome, Option<u64>),
    /// An errand is over.
    Ran(Box<Home>, Errand, Result<Done, Failure>),
    /// The server was asked how much it takes, on behalf of who looks at the desk.
    Sized(Asker, Option<u64>),
    /// A draft was made of mail, or could not be.
    Begun(Asker, DraftId, Box<Result<Begun, Failure>>),
}

/// A draft made of mail.
#[derive(Debug)]
pub(super) struct Begun {
    /// What it says.
    pub content: postern_shared::writing::Draft,
    /// The message in Drafts that it is.
    pub copy: Option<DraftCopy>,
}

/// What a desk is started with.
pub struct Start {
    /// Whose it is.
    pub login: Login,
    /// An actor of the account.
    pub actor: AccountHandle,
    /// Where drafts and outbox are kept.
    pub store: Store,
    /// Where the files of drafts are kept.
    pub files: DraftFiles,
    /// The mail that lives here.
    pub mail: Mail,
    /// Finds servers that nobody named.
    pub outgoing: Arc<dyn FindOutgoing>,
}

/// A desk.
pub(super) struct Desk {
    pub account: AccountId,
    pub login: Login,
    pub actors: Vec<AccountHandle>,
    pub store: Store,
    pub files: DraftFiles,
    pub mail: Mail,
    pub outgoing: Arc<dyn FindOutgoing>,
    pub settings: WritingSettings,
    pub size_limit: Option<u64>,
    size_asked: bool,
    pub happened: mpsc::Sender<Happened>,
    pub outbox: Vec<Waiting>,
    /// As browsers know it.
    pub told: Vec<OutboxItem>,
    pub restless: HashMap<DraftId, Restless>,
    /// Copies in Drafts whose drafts are no more.
    pub left_over: Vec<LeftCopy>,
    pub errands: Errands,
}

/// Runs a desk until nobody has a handle and nothing is left to do.
pub async fn run(
    start: Start,
    mut requests: mpsc::Receiver<DeskRequest>,
    own: mpsc::WeakSender<DeskRequest>,
    stop: CancellationToken,
) {
    let (happened, mut inner) = mpsc::channel(16);
    let mut desk = match Desk::open(start, happened).await {
        Ok(desk) => desk,
        Err(error) => return tracing::error!(%error, "drafts and outbox cannot be read"),
    };
    // As long as there is something to do the desk has a handle on itself.
    let mut kept = None;
    loop {
        desk.advance().await;
        kept = if desk.is_busy() { kept.or_else(|| own.upgrade()) } else { None };
        let sleep = desk.sleep();
        tokio::select! {
            request = requests.recv() => match request {
                Some(request) => desk.request(request).await,
                None => break,
            },
            Some(event) = inner.recv() => desk.handle(event).await,
            () = tokio::time::sleep(sleep) => {}
            () = stop.cancelled() => break,
        }
    }
    // What was handed over may be answered yet: else nobody knows, and people are asked.
    let last_words = async {
        while desk.outbox.iter().any(|waiting| waiting.passage.under_way) {
            match inner.recv().await {
                Some(Happened::AllButEnd(..)) => {}
                Some(event) => desk.handle(event).await,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(STOPPING, last_words).await;
}

impl Desk {
    async fn open(start: Start, happened: mpsc::Sender<Happened>) -> Result<Self, StoreError> {
        let Start { login, actor, store, files, mail, outgoing } = start;
        let account = login.account.clone();
        let settings = store.writing_settings(&account).await?.unwrap_or_else(|| usual(&login));
        let outbox = store.outbox(&account).await?.into_iter().map(Waiting::new).collect();
        let left_over = store.left(&account).await?;
        let errands = Errands::new(Home::of(&login, &mail));
        let mut desk = Self {
            account,
            login,
            actors: vec![actor],
            store,
            files,
            mail,
            outgoing,
            settings,
            size_limit: None,
            size_asked: false,
            happened,
            outbox,
            told: Vec::new(),
            restless: HashMap::new(),
            left_over,
            errands,
        };
        desk.told = desk.items();
        for draft in desk.outbox.iter().map(|waiting| waiting.queued.draft).collect::<Vec<_>>() {
            desk.step(draft, Input::Restarted).await;
        }
        for draft in desk.store.drafts(&desk.account).await? {
            if draft.copy.as_ref().is_none_or(|copy| copy.revision != draft.revision) {
                // It may have been mirrored just before the end of the last run.
                desk.restless.insert(draft.id, Restless::unsure());
            }
        }
        Ok(desk)
    }

    async fn request(&mut self, request: DeskRequest) {
        match request {
            DeskRequest::Joined(login, actor) => {
                self.meet(actor);
                self.login = *login;
                self.errands.signed_in(Home::of(&self.login, &self.mail));
            }
            DeskRequest::Opened(key) => self.learn_from(key),
            DeskRequest::Command { asker, actor, command } => {
                self.meet(actor);
                self.command(asker, command).await;
            }
        }
    }

    /// An actor of the account is told everything from now on.
    fn meet(&mut self, actor: AccountHandle) {
        self.actors.retain(|known| !known.is_gone() && !known.is_same(&actor));
        self.actors.push(actor);
    }

    async fn command(&mut self, asker: Asker, command: WritingCommand) {
        let reply = match command {
            WritingCommand::Look => return self.look(asker).await,
            WritingCommand::Begin { draft, from } => return self.begin(asker, draft, from).await,
            WritingCommand::Save { draft, revision, content } => {
                return self.save(asker, draft, revision, *content).await;
            }
            WritingCommand::CopyFiles { draft, from } => answer(self.copy_files(draft, from).await),
            WritingCommand::Discard { draft } => answer(self.discard(draft).await),
            WritingCommand::Send { draft, revision, content, at } => {
                answer(self.send(draft, revision, *content, at).await)
            }
            WritingCommand::Unsend { draft } => {
                let unsent = self.unsend(draft, Input::Undo).await;
                unsent.unwrap_or_else(Reply::Failed)
            }
            WritingCommand::Retry { draft } => answer(self.retry(draft).await),
            WritingCommand::Settle { draft, sent } => {
                let settled = self.unsend(draft, Input::Settle { sent }).await;
                answer(settled.map(drop))
            }
            WritingCommand::Complete { text } => self.complete(&text).await,
            WritingCommand::Choose { settings } => answer(self.choose(settings).await),
        };
        self.reply(asker, reply).await;
    }

    async fn handle(&mut self, event: Happened) {
        match event {
            Happened::AllButEnd(draft, go) => self.all_but_end(draft, go).await,
            Happened::Ended(draft, outcome, limit) => self.ended(draft, outcome, limit).await,
            Happened::Ran(home, errand, result) => self.ran(home, errand, result).await,
            Happened::Sized(asker, limit) => {
                self.size_limit = limit.or(self.size_limit);
                self.show(asker).await;
            }
            Happened::Begun(asker, draft, result) => self.begun(asker, draft, *result).await,
        }
    }

    /// What the server takes is asked once, by the first who looks.
    async fn look(&mut self, asker: Asker) {
        let server = self.login.smtp.clone().filter(|_| !self.size_asked);
        self.size_asked = true;
        let Some(server) = server else { return self.show(asker).await };
        let happened = self.happened.clone();
        tokio::spawn(async move {
            let asking = tokio::time::timeout(SIZE_PATIENCE, sending::size_limit(&server));
            let limit = asking.await.ok().flatten();
            // A desk that is gone shows nothing.
            let _ = happened.send(Happened::Sized(asker, limit)).await;
        });
    }

    async fn show(&mut self, asker: Asker) {
        let (settings, outbox) = (self.settings.clone(), self.items());
        let desk = WritingReply::Desk { settings, outbox, size_limit: self.size_limit };
        self.reply(asker, Reply::Writing(desk)).await;
    }

    /// Does what is due.
    async fn advance(&mut self) {
        self.actors.retain(|actor| !actor.is_gone());
        self.advance_outbox().await;
        self.advance_errands().await;
        self.tell_outbox().await;
    }

    /// Whether something is left to do that no browser has to ask for.
    fn is_busy(&self) -> bool {
        !self.restless.is_empty()
            || !self.left_over.is_empty()
            || self.errands.is_running()
            || self.outbox.iter().any(Waiting::is_busy)
    }

    fn sleep(&self) -> Duration {
        let now = clock::now();
        let sending = self.outbox.iter().filter_map(|waiting| waiting.wakes());
        let sending = sending.map(|at| Duration::from_secs(at.saturating_sub(now).max(0).unsigned_abs()));
        let errand = self.errand_wakes().map(|at| at.saturating_duration_since(Instant::now()));
        // Nothing here goes round without a rest, whatever could not be done at once.
        let floor = Duration::from_millis(100);
        sending.chain(errand).min().unwrap_or(LONGEST_SLEEP).clamp(floor, LONGEST_SLEEP)
    }

    pub async fn reply(&mut self, asker: Asker, reply: Reply) {
        let Asker { browser, id } = asker;
        for actor in &self.actors {
            actor.tell(Told::Reply(browser, id, reply.clone())).await;
        }
    }

    pub async fn tell(&mut self, event: WritingEvent) {
        for actor in &self.actors {
            actor.tell(Told::Event(event.clone())).await;
        }
    }

    /// Tells of the outbox, if anything in it changed.
    pub async fn tell_outbox(&mut self) {
        let items = self.items();
        if items != self.told {
            self.told.clone_from(&items);
            self.tell(WritingEvent::Outbox(items)).await;
        }
    }

    async fn complete(&mut self, text: &str) -> Reply {
        /// More are not shown.
        const LIMIT: usize = 10;
        const GROUPS: usize = 3;
        let found = async {
            let addresses = self.store.complete(&self.account, text, LIMIT).await?;
            let mut groups = self.store.contact_groups(&self.account, text, GROUPS).await?;
            // One that nobody can be written to is no help.
            groups.retain(|group| !group.members.is_empty());
            Ok::<_, StoreError>(WritingReply::Addresses { addresses, groups })
        };
        match found.await {
            Ok(found) => Reply::Writing(found),
            Err(error) => Reply::Failed(failure(&error)),
        }
    }
}

/// The address of the account's user.
pub(super) fn own_address(login: &Login) -> String {
    // An account at a server that its user named has that in its name.
    login.account.as_str().split(' ').next().unwrap_or_default().to_owned()
}

fn usual(login: &Login) -> WritingSettings {
    let address = Address { name: String::new(), email: own_address(login) };
    let identities = vec![Identity { address, signature: String::new() }];
    WritingSettings { identities, undo_seconds: UNDO_SECONDS, plain: false }
}

fn answer(result: Result<(), Failure>) -> Reply {
    result.map_or_else(Reply::Failed, |()| Reply::Accepted)
}

pub(super) fn no_such_draft() -> Failure {
    Failure::new(ErrorCode::NoSuchDraft, "")
}
