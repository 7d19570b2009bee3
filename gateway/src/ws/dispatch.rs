//! From a command to the account it is for.

use super::link::End;
use crate::{
    accounts::handle::{AccountHandle, BrowserId},
    hub::outbox::{Outbox, Outgoing},
};
use postern_shared::{
    command::{AccountCommand, Command},
    error::{ErrorCode, Failure},
    ids::AccountId,
    reply::Reply,
    wire::ClientFrame,
    writing::WritingCommand,
};

/// Where one browser's commands go.
pub(super) struct Dispatch<'a> {
    pub browser: BrowserId,
    pub account: &'a AccountId,
    pub handle: &'a AccountHandle,
    pub outbox: Outbox,
}

impl Dispatch<'_> {
    /// Passes a frame's command on; whatever it is answered comes through the outbox. Returns the command's kind.
    pub async fn pass(&self, frame: ClientFrame) -> Result<&'static str, End> {
        let ClientFrame { id, command } = frame;
        let (kind, reply) = match command {
            Command::Hello { .. } => ("hello", Reply::Failed(bad_input("Hello comes once, and first"))),
            Command::Ping => ("ping", Reply::Accepted),
            Command::Account { account, .. } | Command::Writing { account, .. }
                if account != *self.account =>
            {
                ("stranger", Reply::Failed(Failure::new(ErrorCode::NotSignedIn, account.0)))
            }
            Command::Account { command, .. } => {
                let kind = kind(&command);
                if let (AccountCommand::OpenMessage { key }, Some(desk)) = (&command, self.handle.desk()) {
                    desk.opened(key.clone());
                }
                // An actor that is gone has no connection and no views: another one starts with the next socket.
                self.handle.command(self.browser, id, command).await.map_err(|_| End::Restarting)?;
                return Ok(kind);
            }
            Command::Writing { command, .. } => {
                let kind = writing_kind(&command);
                self.handle.write(self.browser, id, command).await.map_err(|_| End::Restarting)?;
                return Ok(kind);
            }
        };
        self.outbox.send(Outgoing::Reply(id, reply));
        Ok(kind)
    }
}

fn bad_input(detail: &str) -> Failure {
    Failure::new(ErrorCode::BadInput, detail)
}

fn writing_kind(command: &WritingCommand) -> &'static str {
    match command {
        WritingCommand::Look => "look_at_desk",
        WritingCommand::Begin { .. } => "begin_draft",
        WritingCommand::Save { .. } => "save_draft",
        WritingCommand::CopyFiles { .. } => "copy_draft_files",
        WritingCommand::Discard { .. } => "discard_draft",
        WritingCommand::Send { .. } => "send",
        WritingCommand::Unsend { .. } => "unsend",
        WritingCommand::Retry { .. } => "retry_sending",
        WritingCommand::Settle { .. } => "settle_sending",
        WritingCommand::Complete { .. } => "complete_address",
        WritingCommand::Choose { .. } => "choose_writing",
    }
}

fn kind(command: &AccountCommand) -> &'static str {
    match command {
        AccountCommand::Refresh => "refresh",
        AccountCommand::OpenView { .. } => "open_view",
        AccountCommand::FetchRows { .. } => "fetch_rows",
        AccountCommand::CloseView { .. } => "close_view",
        AccountCommand::OpenMessage { .. } => "open_message",
        AccountCommand::SetFlags { .. } => "set_flags",
        AccountCommand::Delete { .. } => "delete",
        AccountCommand::Undelete { .. } => "undelete",
        AccountCommand::Move { .. } => "move",
        AccountCommand::PreparePurge { .. } => "prepare_purge",
        AccountCommand::Purge { .. } => "purge",
        AccountCommand::EmptyFolder { .. } => "empty_folder",
        AccountCommand::Cancel { .. } => "cancel",
        AccountCommand::Undo { .. } => "undo",
        AccountCommand::CreateFolder { .. } => "create_folder",
        AccountCommand::RenameFolder { .. } => "rename_folder",
        AccountCommand::DeleteFolder { .. } => "delete_folder",
        AccountCommand::SubscribeFolder { .. } => "subscribe_folder",
        AccountCommand::SetDeleting { .. } => "set_deleting",
        AccountCommand::SetPop3 { .. } => "set_pop3",
        AccountCommand::CancelDownload => "cancel_download",
        AccountCommand::DownloadRest { .. } => "download_rest",
        AccountCommand::UploadToImap { .. } => "upload_to_imap",
        AccountCommand::DownloadServerFolders { .. } => "download_server_folders",
        AccountCommand::CancelServerFolders => "cancel_server_folders",
        AccountCommand::DeclineServerFolders => "decline_server_folders",
        AccountCommand::ListWaitingCopies => "list_waiting_copies",
        AccountCommand::TrustSender { .. } => "trust_sender",
    }
}
