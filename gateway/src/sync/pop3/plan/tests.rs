use super::*;
use postern_shared::ids::Uid;

fn listed(number: u32, id: &str) -> Listed {
    Listed { number, size: 1_000, unique_id: (!id.is_empty()).then(|| id.to_owned()) }
}

fn entry(id: i64, unique_id: &str, hash: u8) -> LedgerEntry {
    LedgerEntry {
        id: EntryId(id),
        unique_id: (!unique_id.is_empty()).then(|| unique_id.to_owned()),
        hash: [hash; 32],
        partial: false,
        uid: Some(Uid(u32::try_from(id).unwrap())),
        downloaded_at: 0,
        copy_deleted_at: None,
    }
}

fn planned(listing: &[Listed], ledger: &[LedgerEntry]) -> Plan {
    plan(listing, ledger, &Pop3Settings::default(), true)
}

/// Number, trusted id and whether the content decides.
fn fetched(plan: &Plan) -> Vec<(u32, Option<&str>, bool)> {
    plan.fetches.iter().map(|fetch| (fetch.number, fetch.unique_id.as_deref(), fetch.by_hash)).collect()
}

#[test]
fn what_is_new_is_fetched_newest_first() {
    let plan = planned(&[listed(1, "a"), listed(2, "b"), listed(3, "c")], &[]);
    assert_eq!(fetched(&plan), [(3, Some("c"), false), (2, Some("b"), false), (1, Some("a"), false)]);
}

#[test]
fn what_was_seen_is_not_fetched_though_removed_here() {
    let removed = LedgerEntry { uid: None, ..entry(1, "a", 1) };
    let plan = planned(&[listed(7, "a"), listed(8, "b")], &[removed]);
    assert_eq!(fetched(&plan), [(8, Some("b"), false)]);
    assert_eq!(plan.present, [(7, EntryId(1))]);
}

#[test]
fn an_empty_or_cut_listing_means_nothing() {
    let ledger = [entry(1, "a", 1), entry(2, "b", 2)];
    let empty = planned(&[], &ledger);
    assert!(empty.fetches.is_empty() && empty.present.is_empty());
    let cut = planned(&[listed(1, "a")], &ledger);
    assert!(cut.fetches.is_empty());
    assert_eq!(cut.present, [(1, EntryId(1))]);
}

#[test]
fn ids_that_cannot_be_trusted_are_none() {
    let long = "x".repeat(MAX_UNIQUE_ID + 1);
    let plan = planned(&[listed(1, "twice"), listed(2, "twice"), listed(3, ""), listed(4, &long)], &[]);
    let ids: Vec<_> = plan.fetches.iter().map(|fetch| fetch.unique_id.clone()).collect();
    assert_eq!(ids, [None, None, None, None]);
}

#[test]
fn a_known_id_told_twice_is_known_no_more() {
    let plan = planned(&[listed(1, "a"), listed(2, "a")], &[entry(1, "a", 1)]);
    assert_eq!(fetched(&plan), [(2, None, true), (1, None, true)]);
    assert!(plan.present.is_empty());
    assert_eq!(plan.distrusted, [EntryId(1)]);
}

#[test]
fn the_id_of_a_deleted_copy_that_comes_back_is_compared_by_content() {
    let gone = LedgerEntry { copy_deleted_at: Some(5), ..entry(1, "a", 1) };
    let mut plan = planned(&[listed(1, "a")], &[gone]);
    assert_eq!(fetched(&plan), [(1, Some("a"), true)]);
    assert_eq!(plan.distrusted, [EntryId(1)]);
    assert_eq!(plan.candidates.claim(&[2; 32], false), None, "another message");
    assert!(plan.candidates.claim(&[1; 32], false).is_some(), "the server kept it");
}

#[test]
fn content_belongs_to_entries_that_are_missing_and_to_each_once() {
    let gone = LedgerEntry { copy_deleted_at: Some(5), ..entry(4, "gone", 4) };
    let ledger = [entry(1, "a", 1), entry(2, "", 2), entry(3, "", 2), gone];
    let mut plan = planned(&[listed(1, "a"), listed(2, "new")], &ledger);
    assert_eq!(fetched(&plan), [(2, Some("new"), true)]);
    assert_eq!(plan.candidates.claim(&[1; 32], false), None, "it is there under its own id");
    assert_eq!(plan.candidates.claim(&[4; 32], false), None, "its copy is gone");
    assert_eq!(plan.candidates.claim(&[2; 32], true), None, "a beginning is not the whole");
    let claimed: Vec<_> =
        (0..3).map(|_| plan.candidates.claim(&[2; 32], false).map(|found| found.entry)).collect();
    assert_eq!(claimed, [Some(EntryId(2)), Some(EntryId(3)), None]);
}

#[test]
fn first_lines_of_longer_messages_only() {
    let settings = Pop3Settings { first_lines: Some(20), ..Pop3Settings::default() };
    let long = Listed { size: 100_000, ..listed(2, "long") };
    let extents = |ledger: &[LedgerEntry], top| {
        let plan = plan(&[listed(1, "short"), long.clone()], ledger, &settings, top);
        plan.fetches.iter().map(|fetch| fetch.extent).collect::<Vec<_>>()
    };
    assert_eq!(extents(&[], true), [Extent::FirstLines(20), Extent::Whole]);
    assert_eq!(extents(&[], false), [Extent::Whole, Extent::Whole]);
    assert_eq!(extents(&[entry(1, "old", 1)], true), [Extent::Whole, Extent::Whole], "all ids are new");
}

#[test]
fn deletions_follow_the_policy_and_the_ledger_of_the_moment() {
    let ledger = [entry(1, "a", 1), LedgerEntry { uid: None, ..entry(2, "b", 2) }];
    let present = [(1, EntryId(1)), (2, EntryId(2)), (3, EntryId(99))];
    let numbers = |policy| {
        let deletions = deletions(&present, &ledger, policy, 0);
        deletions.iter().map(|delete| delete.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(CopyPolicy::Leave), [0; 0]);
    assert_eq!(numbers(CopyPolicy::RemoveWithDeletedItems), [2]);
    assert_eq!(numbers(CopyPolicy::RemoveAfterDownload), [1, 2]);
}
