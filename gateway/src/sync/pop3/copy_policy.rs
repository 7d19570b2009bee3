//! When a copy on the server may be deleted. Nothing else ever deletes one.

use super::ledger::LedgerEntry;
use postern_shared::pop3::{CopyPolicy, ServerCopy};

/// Seconds.
const DAY: i64 = 86_400;

/// The right to delete one message's copy on the server; only [`permit`] gives it.
#[derive(Debug, PartialEq, Eq)]
pub struct DeletePermit(());

/// Whether the copy of a message that was downloaded, and is durably stored or was removed here by the user, may go
/// now. `now` is in seconds since 1970.
pub fn permit(policy: CopyPolicy, entry: &LedgerEntry, now: i64) -> Option<DeletePermit> {
    // What shows up under the unique-id of a deleted copy may be anything.
    if entry.copy_deleted_at.is_some() {
        return None;
    }
    let removed = entry.is_removed_here();
    let may_go = match policy {
        CopyPolicy::Leave => false,
        CopyPolicy::RemoveWithDeletedItems => removed,
        // The rest of the message is on the server only.
        CopyPolicy::LeaveForDays(_) | CopyPolicy::RemoveAfterDownload if entry.partial => false,
        CopyPolicy::LeaveForDays(days) => now >= due(entry, days),
        CopyPolicy::RemoveAfterDownload => true,
    };
    may_go.then_some(DeletePermit(()))
}

/// Where the copy of a message stands, as the app says it.
pub fn server_copy(policy: CopyPolicy, entry: &LedgerEntry, now: i64) -> ServerCopy {
    if entry.copy_deleted_at.is_some() {
        ServerCopy::Gone
    } else if permit(policy, entry, now).is_some() {
        ServerCopy::RemovedNext
    } else {
        match policy {
            CopyPolicy::LeaveForDays(days) if !entry.partial => ServerCopy::RemovedAfter(due(entry, days)),
            CopyPolicy::RemoveWithDeletedItems => ServerCopy::UntilEmptied,
            _ => ServerCopy::Stays,
        }
    }
}

/// When the days are over.
fn due(entry: &LedgerEntry, days: u16) -> i64 {
    entry.downloaded_at.saturating_add(i64::from(days) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::pop3::ledger::EntryId;
    use postern_shared::ids::Uid;

    fn entry(removed: bool, partial: bool) -> LedgerEntry {
        LedgerEntry {
            id: EntryId(1),
            unique_id: Some("a".to_owned()),
            hash: [0; 32],
            partial,
            uid: (!removed).then_some(Uid(1)),
            downloaded_at: 1_000,
            copy_deleted_at: None,
        }
    }

    #[test]
    fn what_may_go_when() {
        use CopyPolicy::{Leave, LeaveForDays, RemoveAfterDownload, RemoveWithDeletedItems};
        use ServerCopy::{RemovedAfter, RemovedNext, Stays, UntilEmptied};
        let week = 1_000 + 7 * DAY;
        for (policy, removed, partial, now, told) in [
            (Leave, false, false, i64::MAX, Stays),
            (Leave, true, false, i64::MAX, Stays),
            (LeaveForDays(7), false, false, 1_000, RemovedAfter(week)),
            (LeaveForDays(7), false, false, week - 1, RemovedAfter(week)),
            (LeaveForDays(7), false, false, week, RemovedNext),
            (LeaveForDays(7), true, false, week - 1, RemovedAfter(week)),
            (LeaveForDays(7), false, false, i64::MIN, RemovedAfter(week)),
            (LeaveForDays(7), false, true, week, Stays),
            (LeaveForDays(7), true, true, week, Stays),
            (LeaveForDays(0), false, false, 1_000, RemovedNext),
            (LeaveForDays(0), false, false, 999, RemovedAfter(1_000)),
            (RemoveWithDeletedItems, false, false, i64::MAX, UntilEmptied),
            (RemoveWithDeletedItems, false, true, i64::MAX, UntilEmptied),
            (RemoveWithDeletedItems, true, false, 0, RemovedNext),
            (RemoveWithDeletedItems, true, true, 0, RemovedNext),
            (RemoveAfterDownload, false, false, 0, RemovedNext),
            (RemoveAfterDownload, true, false, 0, RemovedNext),
            (RemoveAfterDownload, false, true, i64::MAX, Stays),
            (RemoveAfterDownload, true, true, i64::MAX, Stays),
        ] {
            let entry = entry(removed, partial);
            let case = format!("{policy:?} removed {removed} partial {partial} at {now}");
            assert_eq!(server_copy(policy, &entry, now), told, "{case}");
            assert_eq!(permit(policy, &entry, now).is_some(), told == RemovedNext, "{case}");
            let gone = LedgerEntry { copy_deleted_at: Some(1), ..entry };
            assert_eq!(server_copy(policy, &gone, now), ServerCopy::Gone, "{case}");
            assert_eq!(permit(policy, &gone, now), None, "{case}");
        }
    }
}
