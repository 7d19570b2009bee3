//! An upload to the IMAP server under way: how it goes, how it ends.

use super::{Actor, Happened, PROGRESS};
use crate::accounts::{
    login::Login,
    pop3::upload::{Tally, UploadJob, upload},
    transfer_error::TransferError,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    event::{Event, Notice},
    ids::OpId,
    pop3::{CopyPolicy, Pop3Settings},
    reply::Reply,
};
use std::convert::Infallible;
use tokio::{
    sync::{mpsc, watch},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

/// The upload under way.
pub(super) struct Uploading {
    op: OpId,
    cancel: CancellationToken,
}

impl Actor {
    pub(super) async fn start_upload(&mut self, op: OpId) -> Reply {
        if self.uploading.is_some() || self.folders.is_running() {
            let busy = "mail is uploaded, or folders are downloaded, already";
            return Reply::Failed(Failure::new(ErrorCode::BadInput, busy));
        }
        let Some(server) = self.login.imap.clone() else {
            return Reply::Failed(Failure::new(ErrorCode::NoServer, ""));
        };
        // What is uploaded to the inbox there looks like a copy of what is here: no time may be up for it.
        if matches!(self.settings.copy, CopyPolicy::LeaveForDays(_) | CopyPolicy::RemoveAfterDownload) {
            let settings = Pop3Settings { copy: CopyPolicy::Leave, ..self.settings };
            match self.set_settings(settings).await {
                Reply::Accepted => {}
                refused => return refused,
            }
        }
        let cancel = CancellationToken::new();
        self.uploading = Some(Uploading { op, cancel: cancel.clone() });
        let (tally, told) = watch::channel(Tally::default());
        let login = Login { server, ..self.login.clone() };
        let job = UploadJob { login, mail: self.mail.clone(), cancel, tally };
        let happened = self.happened.clone();
        tokio::spawn(async move {
            let result = tokio::select! {
                result = Box::pin(upload(job)) => result,
                never = pass_on(op, told.clone(), &happened) => match never {},
            };
            let tally = *told.borrow();
            // An actor that is gone has no browsers to tell.
            let _ = happened.send(Happened::Uploaded(op, tally, result)).await;
        });
        Reply::Accepted
    }

    /// Whether that was the upload under way; it ends after the message it is at.
    pub(super) fn cancel_upload(&mut self, op: OpId) -> bool {
        let uploading = self.uploading.as_ref().filter(|uploading| uploading.op == op);
        uploading.inspect(|uploading| uploading.cancel.cancel()).is_some()
    }

    /// Ends the upload under way after the message it is at.
    pub(super) fn cancel_uploading(&mut self) {
        if let Some(uploading) = &self.uploading {
            uploading.cancel.cancel();
        }
    }

    pub(super) fn upload_went_on(&mut self, op: OpId, tally: Tally) {
        let Tally { done, total, .. } = tally;
        self.mailbox.hub.publish(Some(op), Event::Progress { op, done, total });
    }

    pub(super) fn uploaded(&mut self, op: OpId, tally: Tally, result: Result<(), TransferError>) {
        self.uploading = None;
        let Tally { total, done, uploaded, partial, too_large } = tally;
        let event = match result {
            Ok(()) => Event::Finished { op, count: uploaded, undoable: false },
            Err(error) => {
                tracing::info!(%error, "the upload ended early");
                let left = total.saturating_sub(done);
                Event::Failed { op, done: uploaded, total: uploaded + left, failure: (&error).into() }
            }
        };
        if partial + too_large > 0 && matches!(event, Event::Finished { .. }) {
            self.mailbox.hub.publish(Some(op), Event::Notice(Notice::NotUploaded { partial, too_large }));
        }
        self.mailbox.hub.publish(Some(op), event);
    }
}

/// Tells the actor how an upload goes, for as long as it goes on; its end is told by who waits for it.
async fn pass_on(
    op: OpId,
    mut told: watch::Receiver<Tally>,
    happened: &mpsc::Sender<Happened>,
) -> Infallible {
    while told.changed().await.is_ok() {
        let tally = *told.borrow_and_update();
        // An actor that is gone hears nothing.
        let _ = happened.send(Happened::Uploading(op, tally)).await;
        sleep(PROGRESS).await;
    }
    std::future::pending().await
}
