//! A connection that runs the commands it is given, one after the other.

use super::{
    actor::Happened,
    connection::{CommandError, Completed},
    connection::{Connection, Refusal},
};
use crate::{
    accounts::login::Login,
    imap::command::Command,
    sync::{
        answer::{Answer, Refused},
        output::Lane,
    },
};
use tokio::{sync::mpsc, task::AbortHandle};

/// Commands go in; answers go to the actor. Dropping it ends the connection after the command it is at.
#[derive(Debug)]
pub struct LaneHandle {
    commands: mpsc::Sender<Command>,
}

impl LaneHandle {
    /// Starts a task that owns the connection.
    pub fn start(lane: Lane, connection: Connection, happened: mpsc::Sender<Happened>) -> Self {
        let (commands, receiver) = mpsc::channel(1);
        tokio::spawn(run(lane, connection, receiver, happened));
        Self { commands }
    }

    /// Gives the connection a command. It waits for one: the core gives the next only after the answer.
    pub fn run(&self, command: Command) {
        // A task that is gone has told the actor so.
        let _ = self.commands.try_send(command);
    }
}

/// Opens a connection; the actor hears of it.
pub fn open(lane: Lane, login: Login, happened: mpsc::Sender<Happened>) -> AbortHandle {
    let opening = async move {
        let result = Connection::open(&login).await.map(Box::new);
        // An actor that is gone needs no connection.
        let _ = happened.send(Happened::Opened(lane, result)).await;
    };
    tokio::spawn(opening).abort_handle()
}

async fn run(
    lane: Lane,
    mut connection: Connection,
    mut commands: mpsc::Receiver<Command>,
    happened: mpsc::Sender<Happened>,
) {
    while let Some(command) = commands.recv().await {
        let next = match answer(connection.run(&command).await) {
            Ok(answer) => Happened::Answered(lane, answer),
            Err(error) => {
                let _ = happened.send(Happened::Lost(lane, error)).await;
                return;
            }
        };
        if happened.send(next).await.is_err() {
            break;
        }
    }
    connection.logout().await;
}

/// The core's view of a command's end; an error means that the connection is gone.
fn answer(result: Result<Completed, CommandError>) -> Result<Answer, crate::accounts::login::ConnectError> {
    match result {
        Ok(Completed { untagged, code, .. }) => Ok(Answer { untagged, outcome: Ok(code) }),
        Err(CommandError::Refused { refusal, code, text, untagged }) => {
            Ok(Answer { untagged, outcome: Err(Refused { bad: refusal == Refusal::Bad, code, text }) })
        }
        Err(CommandError::Lost(error)) => Err(error),
    }
}
