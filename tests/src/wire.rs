//! A socket to the gateway as an app would hold it, in JSON.

use crate::{
    error::{Error, Result},
    session::Session,
    wait::DEADLINE,
};
use futures::{SinkExt, StreamExt};
use postern_shared::{
    account::Account,
    command::{AccountCommand, Command, FolderMessages, Resume, Target},
    error::Failure,
    event::{Envelope, Event},
    folder::Folder,
    ids::{AccountId, Epoch, OpId, RequestId, Seq, Uid, UidValidity},
    reply::{Attached, PurgePlan, Reply, Snapshot},
    summary::Summary,
    view::{Rows, Scope, Sort, View, ViewSpec},
    wire::{ClientFrame, Codec, ServerFrame},
    writing::WritingCommand,
};
use std::{collections::VecDeque, fmt::Debug, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        http::{self, HeaderValue},
    },
};

/// The longest that a reply takes. Events may come all the while.
const REPLIED_AFTER: Duration = Duration::from_secs(120);

/// A socket after its Hello.
#[derive(Debug)]
pub struct Wire {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    account: AccountId,
    last_request: u32,
    /// Events that came and were not yet asked for.
    events: VecDeque<Envelope>,
    /// How the gateway took the account up.
    pub attached: Attached,
    epoch: Epoch,
    last_seq: Seq,
    folders: Vec<Folder>,
    state: Option<Account>,
}

impl Wire {
    /// Opens a socket and says Hello.
    pub(crate) async fn hello(session: &Session) -> Result<Self> {
        Self::begin(session, Vec::new()).await
    }

    /// Opens a socket that goes on where `earlier` stopped.
    pub async fn resume(session: &Session, earlier: &Self) -> Result<Self> {
        let resume =
            Resume { account: session.account.clone(), epoch: earlier.epoch, last_seq: earlier.last_seq };
        let mut wire = Self::begin(session, vec![resume]).await?;
        if wire.attached == Attached::Resumed {
            (wire.epoch, wire.last_seq) = (earlier.epoch, earlier.last_seq);
            wire.folders.clone_from(&earlier.folders);
            wire.state.clone_from(&earlier.state);
        }
        Ok(wire)
    }

    async fn begin(session: &Session, resume: Vec<Resume>) -> Result<Self> {
        let mut wire = Self {
            stream: dial(session, session.origin()).await?,
            account: session.account.clone(),
            last_request: 0,
            events: VecDeque::new(),
            attached: Attached::Resumed,
            epoch: Epoch(0),
            last_seq: Seq(0),
            folders: Vec::new(),
            state: None,
        };
        match wire.ask(Command::Hello { build: String::new(), resume }).await? {
            Reply::Welcome { mut accounts, .. } if accounts.len() == 1 => {
                wire.attached = accounts.swap_remove(0);
                if let Attached::Snapshot(Snapshot { epoch, seq, folders, account }) = &wire.attached {
                    (wire.epoch, wire.last_seq) = (*epoch, *seq);
                    wire.folders.clone_from(folders);
                    wire.state = Some(account.clone());
                }
                Ok(wire)
            }
            reply => Err(unexpected("Hello", &reply)),
        }
    }

    /// Asks and waits for the reply. Events that come before it are kept.
    pub async fn ask(&mut self, command: Command) -> Result<Reply> {
        self.last_request += 1;
        let wanted = RequestId(self.last_request);
        let frame = Codec::Json.encode(&ClientFrame { id: wanted, command })?;
        let text = String::from_utf8_lossy(&frame).into_owned();
        self.stream.send(Message::text(text)).await?;
        let end = Instant::now() + REPLIED_AFTER;
        while Instant::now() < end {
            match self.frame("a reply").await? {
                ServerFrame::Reply { id, reply } if id == wanted => return Ok(reply),
                ServerFrame::Reply { .. } => {}
                ServerFrame::Event(envelope) => self.events.push_back(envelope),
            }
        }
        Err(timed_out("a reply"))
    }

    /// Asks the account.
    pub async fn account(&mut self, command: AccountCommand) -> Result<Reply> {
        let account = self.account.clone();
        self.ask(Command::Account { account, command }).await
    }

    /// Asks the account's writing desk.
    pub async fn writing(&mut self, command: WritingCommand) -> Result<Reply> {
        let account = self.account.clone();
        self.ask(Command::Writing { account, command }).await
    }

    /// Waits for the next event that `find` finds something in; those before it are dropped.
    pub async fn event<T>(&mut self, what: &str, find: impl Fn(&Envelope) -> Option<T>) -> Result<T> {
        let end = Instant::now() + DEADLINE;
        loop {
            if Instant::now() > end {
                return Err(timed_out(what));
            }
            let envelope = match self.events.pop_front() {
                Some(envelope) => envelope,
                None => match self.frame(what).await? {
                    ServerFrame::Event(envelope) => envelope,
                    ServerFrame::Reply { .. } => continue,
                },
            };
            self.last_seq = envelope.seq;
            if let Some(found) = find(&envelope) {
                return Ok(found);
            }
        }
    }

    /// Drops the events that came so far.
    pub fn forget(&mut self) {
        if let Some(last) = self.events.drain(..).next_back() {
            self.last_seq = last.seq;
        }
    }

    /// Does a change and waits until it is done: how many messages it changed, or why it failed. Events of others
    /// before its end are dropped.
    pub async fn change(
        &mut self,
        command: impl FnOnce(OpId) -> AccountCommand,
    ) -> Result<std::result::Result<u32, Failure>> {
        let op = OpId(fastrand::u64(..));
        match self.account(command(op)).await? {
            Reply::Accepted => {}
            Reply::Failed(failure) => return Ok(Err(failure)),
            reply => return Err(unexpected("a change", &reply)),
        }
        self.event("the end of a change", |envelope| match &envelope.event {
            Event::Finished { op: done, count, .. } if *done == op => Some(Ok(*count)),
            Event::Failed { op: done, failure, .. } if *done == op => Some(Err(failure.clone())),
            _ => None,
        })
        .await
    }

    /// The folders as the gateway told them last.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// Waits until there is a folder of this name. Events that come meanwhile are kept.
    pub async fn folder(&mut self, name: &str) -> Result<Folder> {
        loop {
            if let Some(folder) = self.folders.iter().find(|folder| folder.name == name) {
                return Ok(folder.clone());
            }
            if let ServerFrame::Event(envelope) = self.frame(&format!("the folder {name}")).await? {
                self.events.push_back(envelope);
            }
        }
    }

    /// Waits until the account, as the gateway told it last, is as `accept` wants it. Events are kept.
    pub async fn account_that(&mut self, what: &str, accept: impl Fn(&Account) -> bool) -> Result<Account> {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(account) = self.state.as_ref().filter(|account| accept(account)) {
                return Ok(account.clone());
            }
            if Instant::now() > end {
                return Err(Error::TimedOut { what: what.to_owned(), last: format!("{:?}", self.state) });
            }
            self.keep(what).await?;
        }
    }

    /// Waits until a folder of this name is as `accept` wants it. Events are kept.
    pub async fn folder_that(&mut self, name: &str, accept: impl Fn(&Folder) -> bool) -> Result<Folder> {
        let end = Instant::now() + DEADLINE;
        let what = format!("the folder {name} as it should be");
        loop {
            let found = self.folders.iter().find(|folder| folder.name == name);
            if let Some(folder) = found.filter(|folder| accept(folder)) {
                return Ok(folder.clone());
            }
            if Instant::now() > end {
                return Err(Error::TimedOut { what, last: format!("{found:?}") });
            }
            self.keep(&what).await?;
        }
    }

    /// Waits until a folder of this name holds so many messages. Events are kept.
    pub async fn holds(&mut self, name: &str, messages: u32) -> Result<Folder> {
        self.folder_that(name, |folder| folder.counts.is_some_and(|counts| counts.total == messages)).await
    }

    async fn keep(&mut self, what: &str) -> Result<()> {
        if let ServerFrame::Event(envelope) = self.frame(what).await? {
            self.events.push_back(envelope);
        }
        Ok(())
    }

    /// Every row of a folder, newest first. Nothing may come or go meanwhile.
    pub async fn rows(&mut self, folder: &Folder) -> Result<Vec<Summary>> {
        let (view, first) = self.open(folder).await?;
        let mut rows = first.rows;
        while rows.len() < view.total as usize {
            let start = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            match self.account(AccountCommand::FetchRows { view: view.id, start, count: 200 }).await? {
                Reply::Rows(more) if !more.rows.is_empty() => rows.extend(more.rows),
                reply => return Err(unexpected("FetchRows", &reply)),
            }
        }
        match self.account(AccountCommand::CloseView { view: view.id }).await? {
            Reply::Accepted => Ok(rows),
            reply => Err(unexpected("CloseView", &reply)),
        }
    }

    /// Opens a view of a folder in the order of arrival, newest first.
    pub async fn open(&mut self, folder: &Folder) -> Result<(View, Rows)> {
        self.view(Scope::Folder(folder.id.clone()), "", Sort::default(), false).await
    }

    /// Opens a view.
    pub async fn view(
        &mut self,
        scope: Scope,
        query: &str,
        sort: Sort,
        hide_deleted: bool,
    ) -> Result<(View, Rows)> {
        let spec = ViewSpec { scope, query: query.to_owned(), sort, hide_deleted };
        match self.account(AccountCommand::OpenView { spec }).await? {
            Reply::ViewOpened { view, rows } => Ok((view, rows)),
            reply => Err(unexpected("OpenView", &reply)),
        }
    }

    /// Counts a purge.
    pub async fn plan(&mut self, folder: &Folder) -> Result<PurgePlan> {
        match self.account(AccountCommand::PreparePurge { folder: folder.id.clone() }).await? {
            Reply::PurgePlan(plan) => Ok(plan),
            reply => Err(unexpected("PreparePurge", &reply)),
        }
    }

    /// Whether the gateway closes the socket before anything else comes, and with which code.
    pub async fn closed(&mut self) -> Result<Option<u16>> {
        loop {
            match timeout(DEADLINE, self.stream.next()).await {
                Ok(Some(Ok(Message::Close(frame)))) => return Ok(frame.map(|frame| frame.code.into())),
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) => return Ok(None),
                Err(_) => return Err(timed_out("the gateway to close the socket")),
            }
        }
    }

    async fn frame(&mut self, what: &str) -> Result<ServerFrame> {
        loop {
            match timeout(DEADLINE, self.stream.next()).await.map_err(|_| timed_out(what))? {
                Some(Ok(Message::Text(text))) => {
                    let frame = Codec::Json.decode(text.as_bytes())?;
                    self.note(&frame);
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => return Err(unexpected(what, &frame)),
                Some(message) => drop(message?),
                None => return Err(unexpected(what, &"the socket's end")),
            }
        }
    }

    /// Keeps what is known of the folders.
    fn note(&mut self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Event(Envelope { event: Event::Folders(folders), .. }) => {
                self.folders.clone_from(folders)
            }
            ServerFrame::Event(Envelope { event: Event::Counts { folder, counts }, .. }) => {
                let told = self.folders.iter_mut().filter(|known| known.id == *folder);
                told.for_each(|known| known.counts = Some(*counts));
            }
            ServerFrame::Event(Envelope { event: Event::AccountChanged(account), .. }) => {
                self.state = Some(account.clone());
            }
            _ => {}
        }
    }
}

/// Opens a bare socket. The error is the gateway's where it refuses.
pub async fn dial(session: &Session, origin: &str) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>> {
    let mut request = session.socket_url().into_client_request()?;
    let headers = request.headers_mut();
    for (name, value) in [
        ("origin", origin),
        ("cookie", session.cookie()),
        ("sec-websocket-protocol", Codec::Json.subprotocol()),
    ] {
        let value = HeaderValue::from_str(value)
            .map_err(|error| tungstenite::Error::from(http::Error::from(error)))?;
        headers.insert(name, value);
    }
    Ok(connect_async(request).await?.0)
}

/// These messages of a folder.
pub fn messages(folder: &Folder, validity: UidValidity, uids: impl IntoIterator<Item = u32>) -> Target {
    Target::Messages(vec![FolderMessages {
        folder: folder.id.clone(),
        validity,
        uids: uids.into_iter().map(Uid).collect(),
    }])
}

fn unexpected(what: &str, got: &impl Debug) -> Error {
    Error::Unexpected { what: what.to_owned(), got: format!("{got:?}") }
}

fn timed_out(what: &str) -> Error {
    Error::TimedOut { what: what.to_owned(), last: "nothing that fits came".to_owned() }
}
