//! The download of an IMAP server's folders in words. Pure.

use crate::model::{change::messages, copies::progress, failure::what_happened};
use postern_shared::{
    error::ErrorCode,
    pop3::{FolderDownload, FoldersEnded, ServerFolders},
};

/// How far the download is.
pub fn doing(download: &FolderDownload) -> String {
    if download.folder.is_empty() {
        return "Looking through the server’s folders…".to_owned();
    }
    format!("{}: {}", download.folder, progress(&download.progress))
}

/// How the last one ended.
pub fn outcome(ended: &FoldersEnded) -> String {
    let mut sentences = Vec::new();
    match &ended.failure {
        None => {}
        Some(failure) if failure.code == ErrorCode::Cancelled => sentences.push("Stopped.".to_owned()),
        Some(failure) if failure.code == ErrorCode::ServerBroken => {
            sentences.push("The download stopped: the connection to the mail server broke.".to_owned());
        }
        Some(failure) => {
            sentences.push(format!("The download stopped. {}", what_happened(failure)));
        }
    }
    sentences.push(match (ended.messages, &ended.failure) {
        (0, None) => "Nothing new: what is in the server’s folders was here already.".to_owned(),
        (0, Some(_)) => "Nothing came.".to_owned(),
        (count, _) => format!("{} came from the server’s folders.", messages(count)),
    });
    if ended.refused > 0 {
        sentences.push(format!("The server did not give {}.", messages(ended.refused)));
    }
    if !ended.closed.is_empty() {
        sentences.push(format!("The server did not open: {}.", ended.closed.join(", ")));
    }
    if ended.failure.is_some() {
        sentences.push("Download again to go on from there.".to_owned());
    }
    sentences.join(" ")
}

/// What is said while nothing is under way, if there is something to answer: that the folders can be downloaded, or that
/// their download stopped by itself.
pub fn offer(folders: &ServerFolders) -> Option<String> {
    let failed = folders
        .ended
        .as_ref()
        .filter(|ended| ended.failure.as_ref().is_some_and(|failure| failure.code != ErrorCode::Cancelled));
    let offer = "You used this mailbox by IMAP before. POP3 downloads only the inbox; your other folders stay on the \
                 server. Download them into folders here first?";
    match failed {
        Some(ended) => Some(outcome(ended)),
        None => folders.offered.then(|| offer.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::{error::Failure, pop3::Download};

    #[test]
    fn a_download_names_its_folder() {
        let progress = Download { messages: 3, messages_total: 10, bytes: 1_000, bytes_total: 9_000 };
        let mut download = FolderDownload { folder: "Work/Plans".to_owned(), progress };
        assert_eq!(doing(&download), "Work/Plans: 3 of 10 messages, 1.0 of 9.0 kB");
        download.folder.clear();
        assert_eq!(doing(&download), "Looking through the server’s folders…");
    }

    #[test]
    fn an_end_says_what_came_what_did_not_and_how_to_go_on() {
        let failed = |code| Some(Failure::new(code, ""));
        let broken =
            FoldersEnded { messages: 2, failure: failed(ErrorCode::ServerBroken), ..Default::default() };
        let table = [
            (FoldersEnded::default(), "Nothing new: what is in the server’s folders was here already."),
            (
                FoldersEnded { messages: 1, refused: 2, closed: vec!["A".into(), "B".into()], failure: None },
                "1 message came from the server’s folders. The server did not give 2 messages. The server did not \
                 open: A, B.",
            ),
            (
                broken.clone(),
                "The download stopped: the connection to the mail server broke. 2 messages came from the server’s \
                 folders. Download again to go on from there.",
            ),
            (
                FoldersEnded { failure: failed(ErrorCode::DiskFull), ..Default::default() },
                "The download stopped. The disk of this Postern is full. Your mail is kept on the mail server. Nothing \
                 came. Download again to go on from there.",
            ),
            (
                FoldersEnded { failure: failed(ErrorCode::Cancelled), ..Default::default() },
                "Stopped. Nothing came. Download again to go on from there.",
            ),
        ];
        for (ended, text) in table {
            assert_eq!(outcome(&ended), text);
        }
        assert!(offer(&ServerFolders { ended: Some(broken), ..Default::default() }).is_some());
    }

    #[test]
    fn nothing_is_offered_unasked() {
        let cancelled =
            FoldersEnded { failure: Some(Failure::new(ErrorCode::Cancelled, "")), ..Default::default() };
        for ended in [None, Some(FoldersEnded::default()), Some(cancelled.clone())] {
            assert_eq!(offer(&ServerFolders { ended, ..Default::default() }), None);
        }
        let offered = ServerFolders { offered: true, ended: Some(cancelled), ..Default::default() };
        assert!(offer(&offered).is_some_and(|text| text.contains("IMAP before")));
    }
}
