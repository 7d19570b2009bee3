//! The download of the server's folders: offered, begun, told, ended.

use super::{Actor, Happened, PROGRESS};
use crate::{
    accounts::{
        local::failure,
        login::{Login, MailServer, NamedBy},
        pop3::server_folders::{FolderReport, FoldersJob, download},
        transfer_error::TransferError,
    },
    store::mail::MailChange,
};
use postern_shared::{
    error::{ErrorCode, Failure},
    pop3::{FolderDownload, FoldersEnded, ServerFolders},
    reply::Reply,
    session::{Security, ServerAddress},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// What is known of the server's folders.
#[derive(Default)]
pub(super) struct Folders {
    offered: bool,
    running: Option<Running>,
    ended: Option<FoldersEnded>,
}

struct Running {
    cancel: CancellationToken,
    download: FolderDownload,
}

impl Folders {
    /// Whether a download is under way.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// How the last download ended is not told any more.
    pub(super) fn forget_end(&mut self) {
        self.ended = None;
    }

    /// Ends the download under way.
    pub(super) fn cancel(&self) {
        if let Some(running) = &self.running {
            running.cancel.cancel();
        }
    }
}

impl Actor {
    /// Looks whether the mailbox was used by IMAP: then its folders are offered.
    pub(super) async fn look_for_imap(&mut self) {
        let Some(server) = &self.login.imap else { return };
        match self.mail.store.imap_noted(&server.mailbox(&self.login.user)).await {
            Ok(noted) => self.folders.offered = noted,
            Err(error) => tracing::error!(%error, "whether IMAP was used cannot be read"),
        }
    }

    pub(super) fn server_folders(&self) -> ServerFolders {
        ServerFolders {
            server: self.login.imap.as_ref().map(MailServer::address),
            nameable: self.login.server.named_by == NamedBy::User,
            offered: self.folders.offered,
            download: self.folders.running.as_ref().map(|running| running.download.clone()),
            ended: self.folders.ended.clone(),
        }
    }

    pub(super) fn start_folders(&mut self, named: Option<ServerAddress>) -> Reply {
        if self.folders.is_running() || self.uploading.is_some() {
            let busy = "folders are downloaded, or mail is uploaded, already";
            return Reply::Failed(Failure::new(ErrorCode::BadInput, busy));
        }
        let server = match imap_server(&self.login, named) {
            Ok(server) => server,
            Err(failure) => return Reply::Failed(failure),
        };
        let cancel = CancellationToken::new();
        let download_now = FolderDownload::default();
        self.folders.running = Some(Running { cancel: cancel.clone(), download: download_now });
        self.folders.ended = None;
        let (reports, mut told) = mpsc::channel(16);
        let login = Login { server, ..self.login.clone() };
        let job = FoldersJob { login, mail: self.mail.clone(), turn: self.turn.clone(), cancel, reports };
        let happened = self.happened.clone();
        tokio::spawn(async move {
            let passing = async {
                while let Some(report) = told.recv().await {
                    // An actor that is gone hears nothing.
                    let _ = happened.send(Happened::FoldersWentOn(report)).await;
                }
            };
            let ((ended, result), ()) = tokio::join!(Box::pin(download(job)), passing);
            let _ = happened.send(Happened::FoldersEnded(ended, result)).await;
        });
        self.tell_account();
        Reply::Accepted
    }

    pub(super) fn cancel_folders(&mut self) -> Reply {
        self.folders.cancel();
        Reply::Accepted
    }

    /// Offers the download no more, here and in other gateways.
    pub(super) async fn decline_folders(&mut self) -> Reply {
        if let Some(server) = &self.login.imap {
            let mailbox = server.mailbox(&self.login.user);
            if let Err(error) = self.mail.store.note_imap(&mailbox, false).await {
                return Reply::Failed(failure(&error));
            }
        }
        self.folders.offered = false;
        self.mailbox.publish(None, vec![MailChange::Account]).await;
        self.tell_account();
        Reply::Accepted
    }

    pub(super) async fn folders_went_on(&mut self, report: FolderReport) {
        match report {
            FolderReport::Progress(download) => {
                let Some(running) = &mut self.folders.running else { return };
                let moved_on = running.download.folder != download.folder;
                running.download = download;
                if moved_on || self.told.elapsed() >= PROGRESS {
                    self.tell_account();
                }
            }
            FolderReport::Made => self.mailbox.publish(None, vec![MailChange::Folders]).await,
            FolderReport::Stored { folder, uids } => {
                self.mailbox.publish(None, vec![MailChange::Arrived(folder, uids)]).await;
            }
        }
    }

    pub(super) async fn folders_ended(&mut self, ended: FoldersEnded, result: Result<(), TransferError>) {
        self.folders.running = None;
        let failure = result.err().map(|error| {
            tracing::info!(%error, "the download of folders ended early");
            (&error).into()
        });
        let complete = failure.is_none();
        self.folders.ended = Some(FoldersEnded { failure, ..ended });
        if complete {
            // There is nothing more to offer, whatever comes of noting that.
            self.decline_folders().await;
        }
        self.tell_account();
    }
}

/// The IMAP server that is asked. Only who named their own server can name another one, and leaves TLS away only where
/// that was allowed for their own.
fn imap_server(login: &Login, named: Option<ServerAddress>) -> Result<MailServer, Failure> {
    let Some(named) = named else {
        return login.imap.clone().ok_or_else(|| Failure::new(ErrorCode::NoServer, ""));
    };
    if login.server.named_by != NamedBy::User {
        return Err(Failure::new(ErrorCode::Forbidden, "naming a mail server is not allowed here"));
    }
    if named.security == Security::None && login.server.security != Security::None {
        return Err(Failure::new(ErrorCode::InsecureForbidden, ""));
    }
    MailServer::named_by_user(&named)
        .ok_or_else(|| Failure::new(ErrorCode::BadInput, "the IMAP server's name or port is not one"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::{account::AccountKind, ids::AccountId};

    fn server(host: &str, security: Security, named_by: NamedBy) -> MailServer {
        MailServer { host: host.to_owned(), port: 995, security, named_by, pinned_certificate: None }
    }

    fn login(server: MailServer, imap: Option<MailServer>) -> Login {
        Login {
            account: AccountId::from("ada@example.org"),
            kind: AccountKind::Pop3,
            server,
            imap,
            smtp: None,
            user: "ada".to_owned(),
            password: "secret".to_owned().into(),
            client: None,
        }
    }

    #[test]
    fn a_server_is_named_only_by_who_named_their_own() {
        use Security::{None as Plain, Tls};
        let named = |host: &str, security| Some(ServerAddress { host: host.to_owned(), port: 993, security });
        let own = |security| server("pop.example.org", security, NamedBy::User);
        let operators = |security| server("pop.internal", security, NamedBy::Operator);
        let imap = || Some(server("imap.internal", Tls, NamedBy::Operator));
        let cases = [
            (login(operators(Tls), imap()), None, Ok("imap.internal")),
            (login(operators(Tls), None), None, Err(ErrorCode::NoServer)),
            (login(operators(Plain), imap()), named("imap.example.org", Tls), Err(ErrorCode::Forbidden)),
            (login(own(Tls), None), named(" IMAP.example.org", Tls), Ok("imap.example.org")),
            (login(own(Tls), None), named("imap.example.org", Plain), Err(ErrorCode::InsecureForbidden)),
            (login(own(Plain), None), named("imap.example.org", Plain), Ok("imap.example.org")),
            (login(own(Tls), None), named("not a host", Tls), Err(ErrorCode::BadInput)),
        ];
        for (login, named, expected) in cases {
            let found = imap_server(&login, named.clone());
            if let (Ok(server), Some(_)) = (&found, &named) {
                assert_eq!(server.named_by, NamedBy::User);
            }
            let found = found.map(|server| server.host).map_err(|failure| failure.code);
            assert_eq!(found.as_deref(), expected.as_ref().map(|host| *host), "{named:?}");
        }
    }
}
