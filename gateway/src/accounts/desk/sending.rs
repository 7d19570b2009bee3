//! One message handed over, by a task of its own. The end of the message goes only after the desk has written down that
//! it may have gone.

use super::{
    FindOutgoing,
    actor::{Happened, own_address},
    letter,
    written::{Reader, Written},
};
use crate::{
    accounts::{
        login::{ConnectError, Login, MailServer, NamedBy},
        submission::{Letter, Secret, Session, SmtpLogin, SubmitError, Submitted},
    },
    mime::compose::build::Purpose,
    smtp::command::Mailbox,
    store::writing::{DraftFiles, Queued},
    sync::outbox::Outcome,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    ids::AccountId,
};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// A message to be handed over.
pub(super) struct Work {
    /// Whose it is.
    pub account: AccountId,
    /// Where its files are.
    pub files: DraftFiles,
    /// The credentials.
    pub login: Login,
    /// Finds a server where nobody named one.
    pub outgoing: Arc<dyn FindOutgoing>,
    /// The recipients it goes to now.
    pub left: Vec<String>,
    /// The message.
    pub queued: Queued,
}

/// How much a server takes in one message, where it says so.
pub(super) async fn size_limit(server: &MailServer) -> Option<u64> {
    let session = Session::connect(server).await.ok()?;
    let limit = session.extensions().size_limit();
    tokio::spawn(session.quit());
    limit
}

/// Hands the message over. The desk hears what came of it.
pub(super) async fn send(work: Work, happened: mpsc::Sender<Happened>) {
    let draft = work.queued.draft;
    let going = happened.clone();
    let handing_over = tokio::spawn(Box::pin(async move {
        let mut limit = None;
        let (Ok(outcome) | Err(outcome)) = hand_over(&work, &going, &mut limit).await;
        (outcome, limit)
    }));
    // Whatever it broke on: it may have broken after the end.
    let broken = |_| (Outcome::Unknown(Failure::new(ErrorCode::Internal, "")), None);
    let (outcome, limit) = handing_over.await.unwrap_or_else(broken);
    // A desk that is gone finds the message as it was written down last.
    let _ = happened.send(Happened::Ended(draft, outcome, limit)).await;
}

async fn hand_over(
    work: &Work,
    happened: &mpsc::Sender<Happened>,
    limit: &mut Option<u64>,
) -> Result<Outcome, Outcome> {
    let server = match &work.login.smtp {
        Some(server) => server.clone(),
        None => work.found().await.ok_or_else(|| never(ErrorCode::NoServer, ""))?,
    };
    let letter = work.letter().await.map_err(|failure| Outcome::Never { failure, refused: Vec::new() })?;
    let secret = Secret::Password(work.login.password.clone());
    let login = SmtpLogin { server, user: work.login.user.clone(), secret };
    let mut session = Session::open(&login).await.map_err(|error| unconnected(&error))?;
    *limit = session.extensions().size_limit();
    let outcome = match session.submit(letter).await {
        Ok(submission) => {
            let (go, may_go) = oneshot::channel();
            let asked = happened.send(Happened::AllButEnd(work.queued.draft, go)).await;
            if asked.is_err() || !may_go.await.unwrap_or(false) {
                // The connection ends with the session: the server throws away what has no end.
                return Ok(Outcome::Later(Failure::new(ErrorCode::Internal, "")));
            }
            submission.finish().await.map(taken)
        }
        Err(error) => Err(error),
    };
    let outcome = outcome.unwrap_or_else(|error| refused(&error));
    if !matches!(outcome, Outcome::Unknown(_)) {
        tokio::spawn(session.quit());
    }
    Ok(outcome)
}

impl Work {
    /// The server that the user's domain names. The operator's servers are named by the operator, or there is none.
    async fn found(&self) -> Option<MailServer> {
        match self.login.server.named_by {
            NamedBy::User => self.outgoing.find(&own_address(&self.login)).await,
            NamedBy::Operator => None,
        }
    }

    async fn letter(&self) -> Result<Letter<Reader>, Failure> {
        let Queued { draft, content, message_id, date, .. } = &self.queued;
        let mailbox = |address: &str| {
            let bad = |error| Failure::new(ErrorCode::BadInput, format!("{address}: {error}"));
            Mailbox::new(address).map_err(bad)
        };
        let from = mailbox(&content.from.email)?;
        let to = self.left.iter().map(|address| mailbox(address)).collect::<Result<_, _>>()?;
        let written =
            letter::write(&self.files, &self.account, *draft, content, message_id, *date, Purpose::Sending);
        let message = written.await?;
        let content = message.read().map_err(|error| letter::unreadable(&error))?;
        let Written { size, eight_bit, utf8_headers, .. } = message;
        Ok(Letter { from, to, size, eight_bit, utf8_headers, content })
    }
}

fn taken(submitted: Submitted) -> Outcome {
    tracing::debug!(words = submitted.words, "a message was taken");
    Outcome::Taken { refused: submitted.refused, deferred: submitted.deferred }
}

fn never(code: ErrorCode, detail: impl Into<String>) -> Outcome {
    Outcome::Never { failure: Failure::new(code, detail), refused: Vec::new() }
}

/// A server that refused the password is not asked again by itself (RFC 5530's rule for IMAP, as good here).
fn unconnected(error: &ConnectError) -> Outcome {
    match error {
        ConnectError::Refused(_) => Outcome::Never { failure: error.into(), refused: Vec::new() },
        _ => Outcome::Later(error.into()),
    }
}

fn refused(error: &SubmitError) -> Outcome {
    match error {
        SubmitError::Later { words } => Outcome::Later(Failure::new(ErrorCode::Refused, words.as_str())),
        SubmitError::Never { words, refused } => Outcome::Never {
            failure: Failure::new(ErrorCode::Refused, words.as_str()),
            refused: refused.clone(),
        },
        SubmitError::TooLarge { .. } => never(ErrorCode::Refused, error.to_string()),
        SubmitError::NeedsUtf8(_) => never(ErrorCode::Unsupported, error.to_string()),
        SubmitError::Content(_) => never(ErrorCode::Internal, ""),
        SubmitError::Broken(error) => Outcome::Later(error.into()),
        SubmitError::Unknown(error) => Outcome::Unknown(error.into()),
    }
}
