//! What most scenarios begin with.

use postern_shared::{
    address::Address,
    event::{Envelope, Event},
    ids::DraftId,
    reply::Reply,
    writing::{Draft, DraftText, OutboxItem, SendState, WritingCommand, WritingEvent, WritingReply},
};
use postern_tests::{
    dovecot::{self, Dovecot},
    error::{Error, Result},
    fake_smtp::{FakeSmtp, Manner},
    gateway::{Gateway, Settings},
    postfix::{self, Postfix},
    session::Session,
    wire::Wire,
};

/// Who writes, by IMAP.
pub const ADA: &str = "ada@demo.test";
/// Who is written to, by IMAP.
pub const GRACE: &str = "grace@demo.test";
/// Who is written to, by POP3.
pub const MARY: &str = "mary@demo.test";

/// A gateway in front of real servers.
pub struct Real {
    pub gateway: Gateway,
    pub postfix: Postfix,
    pub dovecot: Dovecot,
}

impl Real {
    pub async fn start() -> Result<Self> {
        let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA, GRACE, MARY])).await?;
        let postfix = Postfix::start(&dovecot, postfix::Setup::default()).await?;
        let settings = Settings::both(dovecot.imap_port(), dovecot.pop3_port());
        let gateway = Gateway::start(settings.sending(postfix.port(), "none")).await?;
        Ok(Self { gateway, postfix, dovecot })
    }

    /// Signed in by IMAP, with a socket.
    pub async fn enter(&self, who: &str) -> Result<Wire> {
        Session::start(&self.gateway, who).await?.socket().await
    }
}

/// A gateway in front of a real mailbox; it sends by a scripted server.
pub struct Scripted {
    pub gateway: Gateway,
    pub smtp: FakeSmtp,
    pub dovecot: Dovecot,
}

impl Scripted {
    pub async fn start(manner: Manner) -> Result<Self> {
        let dovecot = Dovecot::start(dovecot::Setup::new(&[ADA])).await?;
        let smtp = FakeSmtp::start(manner).await?;
        let settings = Settings::plain(dovecot.imap_port()).sending(smtp.port(), "none");
        let gateway = Gateway::start(settings).await?;
        Ok(Self { gateway, smtp, dovecot })
    }

    /// Signed in as ada, with a socket.
    pub async fn enter(&self) -> Result<Wire> {
        Session::start(&self.gateway, ADA).await?.socket().await
    }

    /// How many messages of this subject the server took.
    pub fn times_taken(&self, subject: &str) -> usize {
        let line = format!("Subject: {subject}\r\n");
        self.smtp.taken().iter().filter(|taken| taken.text().contains(&line)).count()
    }
}

/// A plain message of ada's.
pub fn letter(to: &[&str], subject: &str, text: &str) -> Draft {
    Draft {
        from: Address { name: "Ada Lovelace".to_owned(), email: ADA.to_owned() },
        to: to.iter().map(|to| Address { name: String::new(), email: (*to).to_owned() }).collect(),
        subject: subject.to_owned(),
        text: DraftText::Plain(text.to_owned()),
        ..Draft::default()
    }
}

/// Sends a message without an undo time.
pub async fn send(wire: &mut Wire, draft: DraftId, content: &Draft) -> Result<()> {
    accepted(ask_to_send(wire, draft, content).await?)
}

/// Asks to send a message without an undo time.
pub async fn ask_to_send(wire: &mut Wire, draft: DraftId, content: &Draft) -> Result<Reply> {
    wire.writing(WritingCommand::Send { draft, content: Box::new(content.clone()), at: Some(0) }).await
}

/// The reply has to be that it is done.
pub fn accepted(reply: Reply) -> Result<()> {
    match reply {
        Reply::Accepted => Ok(()),
        reply => Err(Error::Unexpected { what: "a request".to_owned(), got: format!("{reply:?}") }),
    }
}

/// What is on its way.
pub async fn outbox(wire: &mut Wire) -> Result<Vec<OutboxItem>> {
    match wire.writing(WritingCommand::Look).await? {
        Reply::Writing(WritingReply::Desk { outbox, .. }) => Ok(outbox),
        reply => Err(Error::Unexpected { what: "Look".to_owned(), got: format!("{reply:?}") }),
    }
}

/// Waits until a message stands as `accept` wants it.
pub async fn stands(
    wire: &mut Wire,
    draft: DraftId,
    what: &str,
    accept: impl Fn(&SendState) -> bool,
) -> Result<SendState> {
    let find = |items: &[OutboxItem]| {
        let item = items.iter().find(|item| item.draft == draft)?;
        accept(&item.state).then(|| item.state.clone())
    };
    // Events before this look tell nothing that it does not.
    wire.forget();
    let now = outbox(wire).await?;
    if let Some(state) = find(&now) {
        return Ok(state);
    }
    let of_event = |envelope: &Envelope| match &envelope.event {
        Event::Writing(WritingEvent::Outbox(items)) => find(items),
        _ => None,
    };
    wire.event(&format!("{draft:?}: {what}, after {now:?}"), of_event).await
}

/// Waits until a message is not to go at once any more: it is sent, put off, failed, or nobody knows.
pub async fn settled(wire: &mut Wire, draft: DraftId) -> Result<SendState> {
    let at_rest =
        |state: &SendState| !matches!(state, SendState::Sending | SendState::Queued { delayed_by: None, .. });
    stands(wire, draft, "to be settled", at_rest).await
}

/// Waits until a message is sent; everybody has it.
pub async fn sent(wire: &mut Wire, draft: DraftId) -> Result<()> {
    match settled(wire, draft).await? {
        SendState::Sent { refused } if refused.is_empty() => Ok(()),
        state => Err(Error::Unexpected { what: "sending".to_owned(), got: format!("{state:?}") }),
    }
}

/// Tries again now what was put off, and waits until it is settled.
pub async fn retry(wire: &mut Wire, draft: DraftId) -> Result<SendState> {
    accepted(wire.writing(WritingCommand::Retry { draft }).await?)?;
    settled(wire, draft).await
}
