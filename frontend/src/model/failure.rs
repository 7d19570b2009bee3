//! Failures in words: what happened, what was kept, what to do.

use crate::model::change::{ChangeKind, messages};
use postern_shared::error::{ErrorCode, Failure};

/// What happened, as a sentence; the server's own words are quoted where it gave them.
pub fn what_happened(failure: &Failure) -> String {
    let detail = failure.detail.trim();
    let sentence = match failure.code {
        ErrorCode::WrongPassword => "The mail server refused the address or password.",
        ErrorCode::ServerUnreachable => "The mail server cannot be reached.",
        ErrorCode::ServerBroken => "The mail server did not answer as a mail server.",
        ErrorCode::BadCertificate => "The mail server's certificate is not to be trusted.",
        ErrorCode::TlsUnavailable => "The mail server does not offer an encrypted connection.",
        ErrorCode::NoServer => "No mail server is known for this address.",
        ErrorCode::InsecureForbidden => "Connections without encryption are not allowed here.",
        ErrorCode::ServerUnavailable => "The mail server is down for now.",
        ErrorCode::RateLimited => "Too many tries in a short time.",
        ErrorCode::NotSignedIn => "You are not signed in any more.",
        ErrorCode::Offline => "There is no connection to the mail server now.",
        ErrorCode::Refused => "The mail server refused.",
        ErrorCode::Protocol => "The mail server answered in a way that cannot be understood.",
        ErrorCode::NoSuchFolder => "The folder does not exist any more.",
        ErrorCode::FolderExists => "A folder of that name exists already.",
        ErrorCode::NoSuchMessage => "The message does not exist any more.",
        ErrorCode::FolderChanged => "The mail server renumbered the folder in the meantime.",
        ErrorCode::NoSuchView => "The list is not open any more.",
        ErrorCode::NoSuchPlan => "The messages were counted too long ago.",
        ErrorCode::CannotUndo => "This cannot be undone any more.",
        ErrorCode::BadQuery => "The search cannot be understood.",
        ErrorCode::BadInput => "The input is not valid.",
        ErrorCode::OverQuota => "The mailbox is full.",
        ErrorCode::DiskFull => "The disk of this Postern is full. Your mail is kept on the mail server.",
        ErrorCode::MailboxInUse => "Another program downloads this mailbox at the moment.",
        ErrorCode::DraftChanged => "The draft was changed in another window.",
        ErrorCode::NoSuchDraft => "The draft was sent or discarded meanwhile.",
        ErrorCode::Forbidden => "The mail server does not allow it.",
        ErrorCode::Cancelled => "Cancelled.",
        ErrorCode::Unsupported => "The mail server cannot do this.",
        ErrorCode::Internal => "The gateway failed.",
    };
    if detail.is_empty() { sentence.to_owned() } else { format!("{sentence} (“{detail}”)") }
}

/// What to do about it.
pub fn what_to_do(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::WrongPassword => "Check both and try again.",
        ErrorCode::NotSignedIn => "Sign in again.",
        ErrorCode::BadCertificate | ErrorCode::TlsUnavailable | ErrorCode::InsecureForbidden => {
            "Ask whoever runs the mail server."
        }
        ErrorCode::NoServer => "Check the address, or fill in the server settings.",
        ErrorCode::RateLimited => "Wait a little, then try again.",
        ErrorCode::Offline | ErrorCode::ServerUnavailable | ErrorCode::ServerUnreachable => {
            "Postern keeps trying by itself; try again when it is online."
        }
        ErrorCode::FolderExists => "Choose another name.",
        ErrorCode::NoSuchFolder
        | ErrorCode::NoSuchMessage
        | ErrorCode::FolderChanged
        | ErrorCode::NoSuchView
        | ErrorCode::CannotUndo => "The list shows how it stands now.",
        ErrorCode::NoSuchPlan => "Count again.",
        ErrorCode::BadQuery | ErrorCode::BadInput => "Correct it and try again.",
        ErrorCode::OverQuota => "Purge deleted messages or empty a folder to make room.",
        ErrorCode::DiskFull => "Downloading goes on by itself as soon as there is room.",
        ErrorCode::MailboxInUse => "Postern tries again by itself.",
        ErrorCode::Forbidden | ErrorCode::Unsupported => "Another folder or another way may do.",
        ErrorCode::Cancelled => "",
        ErrorCode::DraftChanged | ErrorCode::NoSuchDraft => "What you wrote here is kept in this window.",
        ErrorCode::Refused | ErrorCode::Protocol | ErrorCode::ServerBroken | ErrorCode::Internal => {
            "Try again."
        }
    }
}

/// A failure that changed nothing: what happened and what to do.
pub fn explain(failure: &Failure) -> String {
    join([what_happened(failure), what_to_do(failure.code).to_owned()])
}

/// A change that failed after `done` of `total` messages.
pub fn explain_change(kind: ChangeKind, failure: &Failure, done: u32, total: u32) -> String {
    let kept = match (done, total) {
        (0, _) => "Nothing was changed.".to_owned(),
        (done, total) => {
            let rest = total.saturating_sub(done);
            format!(
                "{}; {} kept as before.",
                kind.done(done),
                if rest == 1 { "1 was".to_owned() } else { format!("{rest} were") }
            )
        }
    };
    let failed = match failure.code {
        ErrorCode::Cancelled => String::new(),
        _ => format!("{} failed.", kind.doing()),
    };
    join([failed, what_happened(failure), kept, what_to_do(failure.code).to_owned()])
}

/// The server removed struck messages by itself.
pub fn explain_auto_expunge(count: u32, folder: &str) -> String {
    format!(
        "The mail server removed {} from {folder} for good as soon as they were deleted. \
         Choose “Move to Trash” in the settings for deleting to be able to take them back.",
        messages(count)
    )
}

/// An upload left messages out.
pub fn explain_left_out(partial: u32, too_large: u32) -> String {
    let beginnings = (partial > 0)
        .then(|| format!("Not uploaded: {} of which only the beginning is downloaded.", messages(partial)));
    let large = (too_large > 0).then(|| format!("Not uploaded: {} larger than 64 MB.", messages(too_large)));
    join([beginnings.unwrap_or_default(), large.unwrap_or_default()])
}

/// The account started anew while a purge ran, so that its end was not told.
pub fn explain_lost_purge(done: u32, total: u32) -> String {
    format!(
        "The connection was lost while purging, after {} of {total}. What was purged is gone; the rest is still struck \
         through. Purge again to remove it.",
        messages(done)
    )
}

fn join<const N: usize>(sentences: [String; N]) -> String {
    let told: Vec<String> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_change_says_what_happened_what_was_kept_and_what_to_do() {
        let refused = Failure::new(ErrorCode::Refused, "mailbox is read-only");
        assert_eq!(
            explain_change(ChangeKind::Delete, &refused, 0, 1),
            "Deleting failed. The mail server refused. (“mailbox is read-only”) Nothing was changed. Try again."
        );
        assert_eq!(
            explain_change(ChangeKind::Purge, &Failure::new(ErrorCode::Cancelled, ""), 400, 1000),
            "Cancelled. 400 messages purged; 600 were kept as before."
        );
    }

    #[test]
    fn a_full_mailbox_names_the_way_out() {
        let text = explain(&Failure::new(ErrorCode::OverQuota, ""));
        assert_eq!(text, "The mailbox is full. Purge deleted messages or empty a folder to make room.");
    }
}
