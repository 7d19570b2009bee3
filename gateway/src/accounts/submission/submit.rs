//! One message handed over. What matters most is to know what came of it: a message is sent again only if it is certain
//! that the server does not have it.

use super::session::{PATIENCE, Session};
use crate::{
    accounts::login::ConnectError,
    failpoint,
    smtp::{
        command::{Command, Mailbox},
        data::Stuffing,
        reply::{Meaning, Reply},
    },
};
use postern_shared::writing::RefusedRecipient;
use std::{io, time::Duration};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How long a server may think about a whole message (RFC 5321 §4.5.3.2.6).
const FINAL_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Read and sent at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// A message to be handed over.
#[derive(Debug)]
pub struct Letter<R> {
    /// Where it comes from.
    pub from: Mailbox,
    /// Who it is for; never empty.
    pub to: Vec<Mailbox>,
    /// The message.
    pub content: R,
    /// Its size in bytes.
    pub size: u64,
    /// It has bytes beyond ASCII.
    pub eight_bit: bool,
    /// It has headers beyond ASCII.
    pub utf8_headers: bool,
}

/// The server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The recipients that it did not take.
    pub refused: Vec<RefusedRecipient>,
    /// The recipients that it did not take now, but may later: greylisting and the like.
    pub deferred: Vec<RefusedRecipient>,
    /// The server's words.
    pub words: String,
}

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Not now: the same may work later. The server does not have it.
    #[error("the mail server does not take the message now: {words}")]
    Later {
        /// The server's words.
        words: String,
    },
    /// No: the same will not work. The server does not have it.
    #[error("the mail server refused the message: {words}")]
    Never {
        /// The server's words.
        words: String,
        /// The recipients that it refused one by one.
        refused: Vec<RefusedRecipient>,
    },
    /// It is larger than the server takes. It was not begun.
    #[error("the message has {size} bytes, the mail server takes {limit}")]
    TooLarge {
        /// Bytes of the message.
        size: u64,
        /// Bytes that the server takes.
        limit: u64,
    },
    /// An address or a header is beyond ASCII, and the server cannot take that. It was not begun.
    #[error("the mail server cannot take addresses beyond ASCII: {0}")]
    NeedsUtf8(String),
    /// The message cannot be read here. The server does not have it.
    #[error("the message cannot be read: {0}")]
    Content(io::Error),
    /// The connection broke before the end was sent: the server does not have it.
    #[error(transparent)]
    Broken(ConnectError),
    /// The connection broke after the end was sent: the server may have it or not.
    #[error("the mail server did not say whether it took the message: {0}")]
    Unknown(ConnectError),
}

/// A message of which everything went out but its end: until that goes, the server does not have it.
#[derive(Debug)]
pub struct Submission<'a> {
    session: &'a mut Session,
    end: Vec<u8>,
    judged: Judged,
}

impl Session {
    /// Hands a message over, but for its end.
    ///
    /// # Errors
    /// [`SubmitError`], never [`SubmitError::Unknown`]. Only after [`SubmitError::Later`] and [`SubmitError::Never`] is
    /// the session good for another message.
    pub async fn submit<R: AsyncRead + Unpin>(
        &mut self,
        letter: Letter<R>,
    ) -> Result<Submission<'_>, SubmitError> {
        let utf8 = self.needs_utf8(&letter)?;
        self.fits(letter.size)?;
        let mail = Command::Mail {
            from: &letter.from,
            size: self.extensions().size.map(|_| letter.size),
            eight_bit: letter.eight_bit && self.extensions().eight_bit,
            utf8,
        };
        let lines = [mail.line()].into_iter().chain(letter.to.iter().map(|to| Command::Rcpt(to).line()));
        let replies = self.ask_all(lines.collect()).await?;
        let judged = match judge(&letter.to, &replies) {
            Ok(judged) => judged,
            Err(error) => return Err(self.forget(error).await),
        };
        let go_on = self.ask(&Command::Data.line()).await?;
        if go_on.meaning() != Meaning::GoOn {
            let error = refusal(&go_on, judged.refused);
            return Err(self.forget(error).await);
        }
        let end = self.send_content(letter.content).await?;
        Ok(Submission { session: self, end, judged })
    }

    /// Whether the message needs SMTPUTF8 (RFC 6531), if the server can take that.
    fn needs_utf8<R>(&self, letter: &Letter<R>) -> Result<bool, SubmitError> {
        let beyond = letter.to.iter().chain([&letter.from]).find(|mailbox| mailbox.needs_utf8());
        match beyond {
            Some(mailbox) if !self.extensions().utf8 => {
                Err(SubmitError::NeedsUtf8(mailbox.as_str().to_owned()))
            }
            found => Ok(found.is_some() || (letter.utf8_headers && self.extensions().utf8)),
        }
    }

    fn fits(&self, size: u64) -> Result<(), SubmitError> {
        match self.extensions().size_limit() {
            Some(limit) if size > limit => Err(SubmitError::TooLarge { size, limit }),
            _ => Ok(()),
        }
    }

    /// Asks commands one after the other, or all at once where the server lets us (RFC 2920). Where the first one is
    /// refused the others mean nothing: a server may hang up then.
    async fn ask_all(&mut self, lines: Vec<String>) -> Result<Vec<Reply>, SubmitError> {
        let mut replies: Vec<Reply> = Vec::with_capacity(lines.len());
        let pipelining = self.extensions().pipelining;
        if pipelining {
            self.wire.send(lines.concat().as_bytes(), PATIENCE).await.map_err(SubmitError::Broken)?;
        }
        for line in &lines {
            let refused = replies.first().is_some_and(|first| first.meaning() != Meaning::Done);
            let reply = match (pipelining, refused) {
                (false, true) => break,
                (false, false) => self.ask(line).await,
                (true, _) => self.wire.reply(PATIENCE).await.map_err(SubmitError::Broken),
            };
            match reply {
                Ok(reply) => replies.push(reply),
                Err(_) if refused => break,
                Err(error) => return Err(error),
            }
        }
        Ok(replies)
    }

    async fn ask(&mut self, line: &str) -> Result<Reply, SubmitError> {
        self.wire.ask(line, PATIENCE).await.map_err(SubmitError::Broken)
    }

    /// Sends the message but for its end, and returns that.
    async fn send_content(&mut self, mut content: impl AsyncRead + Unpin) -> Result<Vec<u8>, SubmitError> {
        let (mut stuffing, mut out) = (Stuffing::default(), Vec::new());
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = content.read(&mut chunk).await.map_err(SubmitError::Content)?;
            if read == 0 {
                break;
            }
            out.clear();
            stuffing.push(chunk.get(..read).unwrap_or_default(), &mut out);
            self.wire.send(&out, PATIENCE).await.map_err(SubmitError::Broken)?;
        }
        let mut end = Vec::new();
        stuffing.finish(&mut end);
        Ok(end)
    }

    /// Takes back what was begun, so that the session is good for another message.
    async fn forget(&mut self, error: SubmitError) -> SubmitError {
        // Where that fails the next message shows it.
        let _ = self.wire.ask(&Command::Reset.line(), PATIENCE).await;
        error
    }
}

impl Submission<'_> {
    /// Sends the end and hears what the server says to the message.
    ///
    /// # Errors
    /// [`SubmitError::Later`] and [`SubmitError::Never`] say that the server does not have it, [`SubmitError::Unknown`]
    /// that nobody knows.
    pub async fn finish(self) -> Result<Submitted, SubmitError> {
        let Self { session, end, judged: Judged { refused, deferred } } = self;
        // From the first byte of the end on, the server may have understood it.
        session.wire.send(&end, PATIENCE).await.map_err(SubmitError::Unknown)?;
        failpoint::hit("outbox.end_sent");
        let reply = session.wire.reply(FINAL_PATIENCE).await.map_err(SubmitError::Unknown)?;
        match reply.meaning() {
            Meaning::Done => Ok(Submitted { refused, deferred, words: reply.text() }),
            _ => Err(refusal(&reply, refused)),
        }
    }
}

/// Recipients that a message does not go to now.
#[derive(Debug)]
struct Judged {
    refused: Vec<RefusedRecipient>,
    deferred: Vec<RefusedRecipient>,
}

/// What the replies to MAIL and each RCPT mean: who is left out, or why nothing of it goes.
fn judge(to: &[Mailbox], replies: &[Reply]) -> Result<Judged, SubmitError> {
    let nothing = || SubmitError::Broken(ConnectError::NotMail("it answered nothing".to_owned()));
    let (mail, recipients) = replies.split_first().ok_or_else(nothing)?;
    if mail.meaning() != Meaning::Done {
        return Err(refusal(mail, Vec::new()));
    }
    let with = |wanted: fn(Meaning) -> bool| -> Vec<RefusedRecipient> {
        let found = to.iter().zip(recipients).filter(|(_, reply)| wanted(reply.meaning()));
        found
            .map(|(to, reply)| RefusedRecipient { email: to.as_str().to_owned(), reason: reply.text() })
            .collect()
    };
    let deferred = with(|meaning| meaning == Meaning::Later);
    let refused = with(|meaning| matches!(meaning, Meaning::Never | Meaning::GoOn));
    if deferred.len() + refused.len() < to.len() {
        return Ok(Judged { refused, deferred });
    }
    match (deferred.first(), recipients.last()) {
        (Some(first), _) => Err(SubmitError::Later { words: first.reason.clone() }),
        (None, Some(last)) => Err(refusal(last, refused)),
        (None, None) => Err(nothing()),
    }
}

fn refusal(reply: &Reply, refused: Vec<RefusedRecipient>) -> SubmitError {
    match reply.meaning() {
        Meaning::Later => SubmitError::Later { words: reply.text() },
        _ => SubmitError::Never { words: reply.text(), refused },
    }
}

#[cfg(test)]
mod tests;
