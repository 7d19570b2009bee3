//! What most scenarios begin with.

use postern_shared::{
    account::Account,
    command::AccountCommand,
    pop3::{CopyPolicy, Pop3Settings},
    reply::Reply,
    summary::Summary,
};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::{Error, Result},
    fake_pop3::{FakePop3, Manner},
    gateway::{Gateway, Settings},
    mail::numbered,
    session::Session,
    wire::Wire,
};

/// The user whose mailbox it is.
pub const ADA: &str = "ada@demo.test";
/// The name of the folder where mail arrives.
pub const INBOX: &str = "Inbox";
/// The name of the folder that Delete moves to.
pub const DELETED: &str = "Deleted Items";

/// A gateway in front of a real server.
pub struct Stage {
    pub gateway: Gateway,
    pub dovecot: Dovecot,
}

impl Stage {
    /// Ada's inbox on the server holds so many numbered messages.
    pub async fn with_mail(count: u32) -> Result<Self> {
        let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
        let mut inbox = dovecot.maildir(ADA, "INBOX")?;
        for number in 1..=count {
            let mail = numbered(number);
            inbox.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
        }
        let gateway = Gateway::start(Settings::both(dovecot.imap_port(), dovecot.pop3_port())).await?;
        Ok(Self { gateway, dovecot })
    }

    /// Signed in by POP3, with a socket.
    pub async fn enter(&self) -> Result<(Session, Wire)> {
        enter(&self.gateway).await
    }

    /// One more numbered message arrives on the server.
    pub async fn deliver(&self, number: u32) -> Result<()> {
        self.dovecot.deliver(ADA, &[numbered(number).to_bytes()?]).await
    }
}

/// Signs in to a gateway by POP3 and opens a socket.
pub async fn enter(gateway: &Gateway) -> Result<(Session, Wire)> {
    let session = Session::start_pop3(gateway, ADA).await?;
    let wire = session.socket().await?;
    Ok((session, wire))
}

/// A scripted server that holds so many numbered messages, and a gateway in front of it.
pub async fn scripted(count: u32, manner: Manner) -> Result<(FakePop3, Gateway)> {
    let server = FakePop3::start(manner).await?;
    for number in 1..=count {
        server.deliver(&crlf(&numbered(number).to_bytes()?));
    }
    let gateway = Gateway::start(Settings::pop3(server.port())).await?;
    Ok((server, gateway))
}

/// With line ends as they are on the wire, and one at the end.
pub fn crlf(source: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(source.len() + 64);
    for line in source.split_inclusive(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        lines.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        lines.extend_from_slice(b"\r\n");
    }
    lines
}

/// Chooses what becomes of the copies on the server; checks come only when asked for.
pub async fn choose(wire: &mut Wire, copy: CopyPolicy) -> Result<()> {
    set(wire, Pop3Settings { copy, check_minutes: None, first_lines: None }).await
}

/// Chooses settings and waits until they are told.
pub async fn set(wire: &mut Wire, settings: Pop3Settings) -> Result<()> {
    accepted(wire.account(AccountCommand::SetPop3 { settings }).await?)?;
    let told = |account: &Account| account.pop3.as_ref().is_some_and(|pop3| pop3.settings == settings);
    wire.account_that("the settings to be told", told).await.map(drop)
}

/// Looks for new mail and waits until that has ended, well or not.
pub async fn check(wire: &mut Wire) -> Result<()> {
    accepted(wire.account(AccountCommand::Refresh).await?)
}

/// The reply has to be that it is done.
pub fn accepted(reply: Reply) -> Result<()> {
    match reply {
        Reply::Accepted => Ok(()),
        reply => Err(Error::Unexpected { what: "a request".to_owned(), got: format!("{reply:?}") }),
    }
}

/// The subjects of all messages of a folder, sorted.
pub async fn subjects(wire: &mut Wire, folder: &str) -> Result<Vec<String>> {
    let mut subjects: Vec<String> = rows(wire, folder).await?.into_iter().map(|row| row.subject).collect();
    subjects.sort_unstable();
    Ok(subjects)
}

/// All rows of a folder, newest first.
pub async fn rows(wire: &mut Wire, folder: &str) -> Result<Vec<Summary>> {
    let folder = wire.folder(folder).await?;
    wire.rows(&folder).await
}

/// The subjects of numbered messages.
pub fn numbers(range: impl IntoIterator<Item = u32>) -> Vec<String> {
    range.into_iter().map(|number| format!("Message {number:05}")).collect()
}
