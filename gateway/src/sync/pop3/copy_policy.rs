//! When a copy on the server may be deleted. Nothing else ever deletes one: who deletes has to show a [`DeletePermit`],
//! and only this file makes them.

use super::ledger::LedgerEntry;
use postern_shared::pop3::{CopyPolicy, ServerCopy};

const DAY: i64 = 24 * 60 * 60;

/// The policy lets the copy of one message go.
#[derive(Debug, PartialEq, Eq)]
pub struct DeletePermit {
    _only_here: (),
}

/// Whether the copy of a message may be deleted at `now` (seconds since 1970).
pub fn permit(policy: CopyPolicy, entry: &LedgerEntry, now: i64) -> Option<DeletePermit> {
    let whole = !entry.partial;
    let may_go = match policy {
        CopyPolicy::Leave => false,
        // What is not wholly here stays there, but for what its owner threw away.
        CopyPolicy::LeaveForDays(_) => whole && due(policy, entry).is_some_and(|due| now >= due),
        CopyPolicy::RemoveWithDeletedItems => entry.is_removed_here(),
        CopyPolicy::RemoveAfterDownload => whole,
    };
    may_go.then_some(DeletePermit { _only_here: () })
}

/// Where the copy stands, for people.
pub fn server_copy(policy: CopyPolicy, entry: &LedgerEntry, now: i64) -> ServerCopy {
    if entry.copy_deleted_at.is_some() {
        return ServerCopy::Gone;
    }
    if permit(policy, entry, now).is_some() {
        return ServerCopy::RemovedNext;
    }
    match (policy, due(policy, entry)) {
        (CopyPolicy::RemoveWithDeletedItems, _) => ServerCopy::UntilEmptied,
        (_, Some(due)) if !entry.partial => ServerCopy::RemovedAfter(due),
        _ => ServerCopy::Stays,
    }
}

/// From when on the copy may go, where the policy counts days: from the download here.
fn due(policy: CopyPolicy, entry: &LedgerEntry) -> Option<i64> {
    match policy {
        CopyPolicy::LeaveForDays(days) => {
            Some(entry.downloaded_at.saturating_add(i64::from(days).saturating_mul(DAY)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::pop3::ledger::EntryId;
    use postern_shared::ids::Uid;

    fn entry(partial: bool, here: bool) -> LedgerEntry {
        LedgerEntry {
            id: EntryId(1),
            unique_id: Some("a".to_owned()),
            hash: [0; 32],
            partial,
            uid: here.then_some(Uid(1)),
            downloaded_at: 1000,
            copy_deleted_at: None,
        }
    }

    #[test]
    fn each_policy_lets_go_what_it_says_and_nothing_else() {
        use CopyPolicy::*;
        use ServerCopy::*;
        let (three, now) = (LeaveForDays(3), 2000);
        let due = 1000 + 3 * DAY;
        let table = [
            (Leave, false, true, now, Stays),
            (Leave, false, false, i64::MAX, Stays),
            (three, false, true, due - 1, RemovedAfter(due)),
            (three, false, false, due - 1, RemovedAfter(due)),
            (three, false, true, due, RemovedNext),
            (three, false, true, -5, RemovedAfter(due)),
            (three, true, true, due, Stays),
            (RemoveWithDeletedItems, false, true, now, UntilEmptied),
            (RemoveWithDeletedItems, false, false, now, RemovedNext),
            (RemoveWithDeletedItems, true, true, now, UntilEmptied),
            (RemoveWithDeletedItems, true, false, now, RemovedNext),
            (RemoveAfterDownload, false, true, now, RemovedNext),
            (RemoveAfterDownload, false, false, now, RemovedNext),
            (RemoveAfterDownload, true, true, now, Stays),
            (RemoveAfterDownload, true, false, now, Stays),
        ];
        for (policy, partial, here, now, expected) in table {
            let entry = entry(partial, here);
            let shown = format!("{policy:?} partial={partial} here={here} now={now}");
            assert_eq!(server_copy(policy, &entry, now), expected, "{shown}");
            assert_eq!(permit(policy, &entry, now).is_some(), expected == RemovedNext, "{shown}");
        }
        let gone = LedgerEntry { copy_deleted_at: Some(5), ..entry(false, true) };
        assert_eq!(server_copy(RemoveAfterDownload, &gone, now), Gone);
    }
}
