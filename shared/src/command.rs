//! What a browser asks. Changes carry an [`OpId`]: they are accepted or refused at once, and what they did arrives
//! as events with that id as their cause.

use crate::{
    account::DeletingSettings,
    flags::FlagChange,
    ids::{AccountId, Epoch, FolderId, MessageKey, OpId, PlanId, Seq, UidValidity, ViewId},
    pop3::Pop3Settings,
    session::ServerAddress,
    uid_set::UidSet,
    view::ViewSpec,
    writing::WritingCommand,
};
use serde::{Deserialize, Serialize};

/// A request on the socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Command {
    /// The first request of every socket; answered with [`crate::reply::Reply::Welcome`].
    Hello {
        /// The build of the app that speaks.
        build: String,
        /// Where each account's events stopped, if the app was connected before.
        resume: Vec<Resume>,
    },
    /// Keeps the socket alive and proves that it is; answered with [`crate::reply::Reply::Accepted`].
    Ping,
    /// A request to one account.
    Account {
        /// Which one.
        account: AccountId,
        /// What.
        command: AccountCommand,
    },
    /// A request to one account's writing desk.
    Writing {
        /// Which account.
        account: AccountId,
        /// What.
        command: WritingCommand,
    },
}

/// The last event a browser has of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resume {
    /// Which account.
    pub account: AccountId,
    /// The epoch its numbers are of.
    pub epoch: Epoch,
    /// The last number seen.
    pub last_seq: Seq,
}

/// A request to one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AccountCommand {
    /// Look for new mail and folders now.
    Refresh,
    /// Open a view; answered with [`crate::reply::Reply::ViewOpened`] and its first rows.
    OpenView {
        /// What it shows.
        spec: ViewSpec,
    },
    /// Rows of an open view; answered with [`crate::reply::Reply::Rows`].
    FetchRows {
        /// Which view.
        view: ViewId,
        /// Index of the first row.
        start: u32,
        /// How many; the gateway may answer fewer, 200 at most.
        count: u32,
    },
    /// This browser no longer shows the view.
    CloseView {
        /// Which view.
        view: ViewId,
    },
    /// Headers and attachments of a message; answered with [`crate::reply::Reply::Message`].
    OpenMessage {
        /// Which message.
        key: MessageKey,
    },
    /// Set and clear flags other than `\Deleted`.
    SetFlags {
        /// Names the change.
        op: OpId,
        /// Which messages.
        target: Target,
        /// What changes.
        change: FlagChange,
    },
    /// Delete as the account's [`DeletingSettings::model`] says.
    Delete {
        /// Names the change.
        op: OpId,
        /// Which messages.
        target: Target,
        /// Mark, whatever the model says (Shift+Delete).
        mark: bool,
    },
    /// Take `\Deleted` off.
    Undelete {
        /// Names the change.
        op: OpId,
        /// Which messages.
        target: Target,
    },
    /// Move to another folder (RFC 6851, or COPY and purge of just those).
    Move {
        /// Names the change.
        op: OpId,
        /// Which messages.
        target: Target,
        /// Where to.
        to: FolderId,
    },
    /// Count what a purge of the folder would remove; answered with [`crate::reply::Reply::PurgePlan`].
    PreparePurge {
        /// Which folder.
        folder: FolderId,
    },
    /// Remove exactly the messages of a counted purge, for good.
    Purge {
        /// Names the change.
        op: OpId,
        /// The counted purge.
        plan: PlanId,
    },
    /// Remove everything in the folder, for good.
    EmptyFolder {
        /// Names the change.
        op: OpId,
        /// Which folder.
        folder: FolderId,
    },
    /// Stop an operation after the batch it is at. What is done stays done.
    Cancel {
        /// Which operation.
        op: OpId,
    },
    /// Undo an operation: exactly the messages it changed.
    Undo {
        /// Names this change.
        op: OpId,
        /// The operation to undo.
        undo: OpId,
    },
    /// Create a folder.
    CreateFolder {
        /// Names the change.
        op: OpId,
        /// The folder it goes into.
        parent: Option<FolderId>,
        /// Its name, in any script; it may not hold the server's hierarchy delimiter.
        name: String,
    },
    /// Rename a folder, move it, or both.
    RenameFolder {
        /// Names the change.
        op: OpId,
        /// Which folder.
        folder: FolderId,
        /// The folder it goes into.
        parent: Option<FolderId>,
        /// Its new name.
        name: String,
    },
    /// Delete a folder and the mail in it, for good.
    DeleteFolder {
        /// Names the change.
        op: OpId,
        /// Which folder.
        folder: FolderId,
    },
    /// Subscribe to a folder or unsubscribe.
    SubscribeFolder {
        /// Names the change.
        op: OpId,
        /// Which folder.
        folder: FolderId,
        /// Subscribe, or unsubscribe.
        subscribed: bool,
    },
    /// Choose what deleting means.
    SetDeleting {
        /// The choices.
        settings: DeletingSettings,
    },
    /// Choose how a POP3 account is checked, and what becomes of the copies on its server.
    SetPop3 {
        /// The choices.
        settings: Pop3Settings,
    },
    /// Stop the download under way. What is downloaded stays; the rest comes with the next check.
    CancelDownload,
    /// Download the rest of a message of which only the beginning is here.
    DownloadRest {
        /// Names the change.
        op: OpId,
        /// Which message.
        key: MessageKey,
    },
    /// Upload the mail that lives here to the IMAP server of the same account. Nothing is removed here or there, and what
    /// is there already is left as it is: it can be done again.
    UploadToImap {
        /// Names the change.
        op: OpId,
    },
    /// Download the folders of the IMAP server of the same address, but for the inbox, into folders here. Nothing is changed
    /// there, and what came before does not come again.
    DownloadServerFolders {
        /// Another server than the one that is known.
        server: Option<ServerAddress>,
    },
    /// Stop that download. What came stays.
    CancelServerFolders,
    /// Offer it no more.
    DeclineServerFolders,
    /// Which copies on the server go at the next connection; answered with [`crate::reply::Reply::WaitingCopies`].
    ListWaitingCopies,
    /// Load the remote images of a sender's messages at once from now on, or no longer.
    TrustSender {
        /// The sender's address.
        sender: String,
        /// Load them, or no longer.
        trusted: bool,
    },
}

/// Which messages a change is for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// These.
    Messages(Vec<FolderMessages>),
    /// All of a view, as the gateway knows it: Select all. Struck messages are left out; Undelete takes just those.
    View {
        /// Which view.
        view: ViewId,
        /// Messages the user took out of the selection again.
        except: Vec<FolderMessages>,
    },
}

/// Messages of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FolderMessages {
    /// Which folder.
    pub folder: FolderId,
    /// Its UIDVALIDITY when the UIDs were learned.
    pub validity: UidValidity,
    /// Which messages.
    pub uids: UidSet,
}
