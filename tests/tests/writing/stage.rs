//! What most scenarios begin with.

use postern_shared::{
    address::Address,
    error::Failure,
    event::Event,
    ids::{DraftId, MessageKey},
    reply::Reply,
    writing::{
        Beginning, Draft, DraftFile, DraftText, OutboxItem, SendState, WritingCommand, WritingEvent,
        WritingReply, WritingSettings,
    },
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::{Error, Result},
    fake_smtp::{FakeSmtp, Manner},
    gateway::{Gateway, Settings},
    session::Session,
    wire::Wire,
};
use reqwest::Method;
use serde_json::Value;

/// Bytes that are uploaded at a time.
pub const PIECE: usize = 1024 * 1024;

/// Who writes.
pub const ADA: &str = "ada@demo.test";
/// Who is written to.
pub const BOB: &str = "bob@demo.test";

/// A gateway between two servers.
pub struct Stage {
    pub gateway: Gateway,
    pub smtp: FakeSmtp,
    pub dovecot: Dovecot,
}

/// Somebody who writes.
pub struct Writer {
    pub session: Session,
    pub wire: Wire,
}

impl Stage {
    pub async fn begin() -> Result<Self> {
        Self::with(Setup::new(&[ADA, BOB])).await
    }

    pub async fn with(setup: Setup) -> Result<Self> {
        let dovecot = Dovecot::start(setup).await?;
        let smtp = FakeSmtp::start(Manner::default()).await?;
        let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port()).sending(smtp.port(), "none");
        let gateway = Gateway::start(settings).await?;
        Ok(Self { gateway, smtp, dovecot })
    }

    /// Ada at a browser, by IMAP.
    pub async fn ada(&self) -> Result<Writer> {
        Writer::of(Session::start(&self.gateway, ADA).await?).await
    }

    /// How many messages of this subject the server took.
    pub fn times_taken(&self, subject: &str) -> usize {
        let line = format!("Subject: {subject}\r\n");
        self.smtp.taken().iter().filter(|taken| taken.text().contains(&line)).count()
    }

    /// How many messages of a folder fit, as another mail program sees it.
    pub async fn count(&self, folder: &str, criteria: &str) -> Result<usize> {
        let mut client = self.dovecot.client(ADA).await?;
        if !client.mailboxes().await?.iter().any(|name| name == folder) {
            return Ok(0);
        }
        // The gateway may be making it at this moment.
        if client.select(folder).await.is_err() {
            return Ok(0);
        }
        Ok(client.search(criteria).await?.len())
    }

    /// Waits until so many messages of a folder fit.
    pub async fn holds(&self, folder: &str, criteria: &str, count: usize) -> Result<()> {
        let what = format!("{count} messages in {folder} that are {criteria}");
        postern_tests::wait::until(&what, async || self.count(folder, criteria).await, |seen| *seen == count)
            .await?;
        Ok(())
    }
}

impl Writer {
    pub async fn of(session: Session) -> Result<Self> {
        let wire = session.socket().await?;
        Ok(Self { session, wire })
    }

    pub async fn ask(&mut self, command: WritingCommand) -> Result<Reply> {
        self.wire.writing(command).await
    }

    /// Saves, and tells the new revision.
    pub async fn save(&mut self, draft: DraftId, revision: u32, content: &Draft) -> Result<u32> {
        let content = Box::new(content.clone());
        match self.ask(WritingCommand::Save { draft, revision, content }).await? {
            Reply::Writing(WritingReply::Saved { revision, .. }) => Ok(revision),
            other => Err(unexpected("Save", &other)),
        }
    }

    /// Sends now, having seen what is kept.
    pub async fn send(&mut self, draft: DraftId, content: &Draft) -> Result<Reply> {
        let kept = self.ask(WritingCommand::Begin { draft, from: Beginning::Saved }).await?;
        let revision = match kept {
            Reply::Writing(WritingReply::Draft { revision, .. }) => revision,
            _ => 0,
        };
        let content = Box::new(content.clone());
        self.ask(WritingCommand::Send { draft, revision, content, at: Some(0) }).await
    }

    /// Sends now, and waits until everybody has it.
    pub async fn sends(&mut self, draft: DraftId, content: &Draft) -> Result<()> {
        accepted(self.send(draft, content).await?)?;
        match self.stands(draft, is_at_rest).await? {
            SendState::Sent { refused } if refused.is_empty() => Ok(()),
            state => Err(Error::Unexpected { what: "Send".to_owned(), got: format!("{state:?}") }),
        }
    }

    /// Begins to upload a file, or asks where that stopped.
    pub async fn offset(&self, draft: DraftId, file: &DraftFile) -> Result<usize> {
        let path = file_path(&self.session, draft, file);
        let answer = self.session.request(Method::PUT, &path).json(file).send().await?;
        let told: Value = answer.error_for_status()?.json().await?;
        let offset = told["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok());
        offset.ok_or_else(|| Error::Unexpected { what: path, got: told.to_string() })
    }

    /// Uploads what is left of a file, up to `end`.
    pub async fn upload(&self, draft: DraftId, file: &DraftFile, bytes: &[u8], end: usize) -> Result<()> {
        let path = file_path(&self.session, draft, file);
        let mut at = self.offset(draft, file).await?;
        while at < end {
            let next = end.min(at + PIECE);
            let request = self.session.request(Method::PATCH, &path).header("Upload-Offset", at);
            request.body(bytes[at..next].to_vec()).send().await?.error_for_status()?;
            at = next;
        }
        Ok(())
    }

    /// Waits until a message on its way stands as `accept` wants it. Events before are dropped.
    pub async fn stands(&mut self, draft: DraftId, accept: impl Fn(&SendState) -> bool) -> Result<SendState> {
        let now = self.look().await?.1;
        let state = |items: &[OutboxItem]| {
            let item = items.iter().find(|item| item.draft == draft)?;
            accept(&item.state).then(|| item.state.clone())
        };
        if let Some(state) = state(&now) {
            return Ok(state);
        }
        self.wire
            .event("a message on its way", |envelope| match &envelope.event {
                Event::Writing(WritingEvent::Outbox(items)) => state(items),
                _ => None,
            })
            .await
    }

    /// What lies on the desk.
    pub async fn look(&mut self) -> Result<(WritingSettings, Vec<OutboxItem>)> {
        match self.ask(WritingCommand::Look).await? {
            Reply::Writing(WritingReply::Desk { settings, outbox, .. }) => Ok((settings, outbox)),
            other => Err(unexpected("Look", &other)),
        }
    }
}

/// The newest message of a folder, as a list shows it, once it holds so many.
pub async fn newest(wire: &mut Wire, folder: &str, messages: u32) -> Result<MessageKey> {
    let folder = wire.holds(folder, messages).await?;
    let rows = wire.rows(&folder).await?;
    let row = rows
        .first()
        .ok_or_else(|| Error::Unexpected { what: "a list".to_owned(), got: "nothing".to_owned() })?;
    Ok(row.key.clone())
}

/// Where a file of a draft is uploaded.
pub fn file_path(session: &Session, draft: DraftId, file: &DraftFile) -> String {
    format!("/api/accounts/{}/drafts/{draft}/files/{}", session.account, file.id)
}

/// A message to somebody.
pub fn message(to: &[&str], subject: &str) -> Draft {
    let person = |email: &str| Address { name: String::new(), email: email.to_owned() };
    Draft {
        from: Address { name: "Ada".to_owned(), email: ADA.to_owned() },
        to: to.iter().map(|email| person(email)).collect(),
        subject: subject.to_owned(),
        text: DraftText::Plain(format!("This is {subject}.\n.\nIt goes on.")),
        ..Draft::default()
    }
}

pub fn accepted(reply: Reply) -> Result<()> {
    match reply {
        Reply::Accepted => Ok(()),
        other => Err(unexpected("a command", &other)),
    }
}

pub fn failed(reply: Reply) -> Result<Failure> {
    match reply {
        Reply::Failed(failure) => Ok(failure),
        other => Err(unexpected("a command that fails", &other)),
    }
}

pub fn unexpected(what: &str, reply: &Reply) -> Error {
    Error::Unexpected { what: what.to_owned(), got: format!("{reply:?}") }
}

/// It is sent, put off, failed, or nobody knows.
pub fn is_at_rest(state: &SendState) -> bool {
    !matches!(state, SendState::Sending | SendState::Queued { delayed_by: None, .. })
}

pub fn is_sent(state: &SendState) -> bool {
    matches!(state, SendState::Sent { .. })
}
