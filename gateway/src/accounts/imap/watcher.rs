//! The connection that only listens: NOTIFY (RFC 5465) for all folders where the server has it, else IDLE (RFC 2177)
//! in the folder that is looked at. What it hears is a hint; the worker looks itself.

use super::{
    actor::Happened,
    connection::{CommandError, Connection},
};
use crate::{
    accounts::{
        backoff::Backoff,
        login::{ConnectError, Login},
    },
    imap::{
        command::{Command, MailboxName},
        response::{StatusKind, Untagged},
    },
    sync::engine::Hint,
};
use postern_shared::ids::FolderId;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// The folder that is looked at, and what the server calls it.
pub type Watched = (FolderId, MailboxName);

/// How long the watcher leaves the server to the worker when an account starts.
const HEAD_START: Duration = Duration::from_millis(600);

/// Listens until the actor is gone.
pub async fn watch(login: Login, mut folder: watch::Receiver<Watched>, happened: mpsc::Sender<Happened>) {
    let mut backoff = Backoff::default();
    tokio::time::sleep(HEAD_START).await;
    while !happened.is_closed() {
        let began = Instant::now();
        let ended = match Connection::open(&login).await {
            Ok(connection) => listen(connection, &mut folder, &happened).await,
            Err(error) => Err(error.into()),
        };
        match ended {
            Ok(()) => return,
            // RFC 5530 §3: a refused password is not tried again; the worker's next connection says so to the user.
            Err(CommandError::Lost(ConnectError::Refused(_))) => return,
            Err(error) => tracing::debug!(%error, "the watcher's connection ended"),
        }
        // Whatever ended it may have ended the worker's connection too, which learns so only by using it.
        let _ = happened.send(Happened::Listening { all: false }).await;
        tokio::time::sleep(backoff.wait(began.elapsed(), crate::accounts::chance::jitter())).await;
    }
}

/// Listens on one connection. It returns without an error where there is nothing to listen to.
async fn listen(
    mut connection: Connection,
    folder: &mut watch::Receiver<Watched>,
    happened: &mpsc::Sender<Happened>,
) -> Result<(), CommandError> {
    if !connection.capabilities().has("IDLE") {
        connection.logout().await;
        return Ok(());
    }
    let all = connection.capabilities().has("NOTIFY") && notify(&mut connection, happened).await?;
    // What happened before this connection listened is heard by looking once.
    let _ = happened.send(Happened::Listening { all }).await;
    loop {
        let (id, raw) = folder.borrow_and_update().clone();
        if !all {
            match connection.run(&Command::Examine(raw)).await {
                Ok(_) | Err(CommandError::Refused { .. }) => {}
                Err(lost) => return Err(lost),
            }
            hint(happened, Hint::Folder(id.clone()));
        }
        let stop = async {
            tokio::select! {
                () = happened.closed() => {}
                changed = folder.changed(), if !all => drop(changed),
            }
        };
        connection.idle(stop, |response| hear(happened, &id, all, response)).await?;
        if happened.is_closed() {
            connection.logout().await;
            return Ok(());
        }
    }
}

/// Asks to be told of all folders. False where the server refuses.
async fn notify(
    connection: &mut Connection,
    happened: &mpsc::Sender<Happened>,
) -> Result<bool, CommandError> {
    match connection.run(&Command::Notify).await {
        Ok(completed) => {
            let inbox = FolderId::from("INBOX");
            completed.untagged.into_iter().for_each(|response| hear(happened, &inbox, true, response));
            Ok(true)
        }
        Err(CommandError::Refused { .. }) => Ok(false),
        Err(lost) => Err(lost),
    }
}

fn hear(happened: &mpsc::Sender<Happened>, folder: &FolderId, all: bool, response: Untagged) {
    match response {
        Untagged::FolderStatus(status) => hint(happened, Hint::Status(status)),
        Untagged::List(_) => hint(happened, Hint::Folders),
        Untagged::Exists(_) | Untagged::Expunge(_) | Untagged::Vanished { .. } | Untagged::Fetch(_)
            if !all =>
        {
            hint(happened, Hint::Folder(folder.clone()));
        }
        // NOTIFICATIONOVERFLOW (RFC 5465 §5.8): from now on the server tells nothing; looking at all is next.
        Untagged::Status(status) if status.kind == StatusKind::Bye => hint(happened, Hint::Anything),
        _ => {}
    }
}

/// Passes a hint on. Where so many wait already, the worker will look anyway.
fn hint(happened: &mpsc::Sender<Happened>, hint: Hint) {
    let _ = happened.try_send(Happened::Hinted(hint));
}
