use super::*;
use crate::store::Store;
use postern_shared::{
    address::Address,
    error::{ErrorCode, Failure},
    ids::{AccountId, DraftId, FileId, MessageKey, Uid, UidValidity},
    writing::{Draft, DraftFile, DraftText, SendState},
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn ada() -> AccountId {
    "ada@example.org".into()
}

fn draft(text: &str) -> Draft {
    Draft {
        from: Address { name: "Ada \"L\"".into(), email: "ada@example.org".into() },
        bcc: vec![Address { name: "Grace, H.".into(), email: "grace@example.org".into() }],
        subject: "é\u{0}\n".into(),
        text: DraftText::Html(text.into()),
        ..Draft::default()
    }
}

fn copy(revision: u32) -> DraftCopy {
    let key = MessageKey { folder: "Drafts".into(), validity: UidValidity(7), uid: Uid(revision + 100) };
    DraftCopy { key, revision }
}

fn failure() -> Failure {
    Failure::new(ErrorCode::Internal, "no")
}

fn states() -> [SendState; 5] {
    [
        SendState::Queued { at: 5, delayed_by: Some(failure()) },
        SendState::Sending,
        SendState::Sent { refused: Vec::new() },
        SendState::Unknown(failure()),
        SendState::Failed { failure: failure(), refused: Vec::new() },
    ]
}

fn queued(id: DraftId, text: &str) -> Queued {
    Queued {
        draft: id,
        content: draft(text),
        message_id: "<1@example.org>".into(),
        date: 50,
        state: SendState::Queued { at: 60, delayed_by: None },
        attempts: 0,
        left: vec!["grace@example.org".into()],
        refused: Vec::new(),
        after: After::default(),
        copy: None,
    }
}

async fn opened(folder: &tempfile::TempDir) -> Store {
    Store::open(folder.path()).await.unwrap()
}

const ID: DraftId = DraftId(u64::MAX - 1);

#[tokio::test]
async fn of_two_browsers_the_second_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let table = [
        (0, "one", Saved::Kept(1)),
        (0, "other", Saved::Changed(1)),
        // The answer was lost: the same again.
        (0, "one", Saved::Kept(1)),
        (1, "two", Saved::Kept(2)),
        (1, "other", Saved::Changed(2)),
        (7, "other", Saved::Changed(2)),
        (2, "three", Saved::Kept(3)),
    ];
    for (base, text, expected) in table {
        let id = format!("<{base}@example.org>");
        let saved =
            store.save_draft(&ada(), ID, base, &draft(text), 10 + i64::from(base), &id).await.unwrap();
        assert_eq!(saved, expected, "{base} {text}");
    }
    let kept = StoredDraft {
        id: ID,
        revision: 3,
        content: draft("three"),
        saved_at: 12,
        message_id: "<0@example.org>".into(),
        copy: None,
    };
    store.close().await;
    let store = opened(&folder).await;
    assert_eq!(store.draft(&ada(), ID).await.unwrap(), Some(kept));
    assert_eq!(store.draft(&"grace@example.org".into(), ID).await.unwrap(), None);

    // At the same moment.
    let (ada, one, other) = (ada(), draft("a"), draft("b"));
    let (one, other) = tokio::join!(
        store.save_draft(&ada, ID, 3, &one, 1, "<>"),
        store.save_draft(&ada, ID, 3, &other, 1, "<>")
    );
    let mut both = [one.unwrap(), other.unwrap()];
    both.sort_by_key(|saved| matches!(saved, Saved::Changed(_)));
    assert_eq!(both, [Saved::Kept(4), Saved::Changed(4)]);
}

#[tokio::test]
async fn a_draft_the_store_does_not_know_is_better_kept_than_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    assert_eq!(store.save_draft(&ada(), ID, 8, &draft("a"), 1, "<>").await.unwrap(), Saved::Kept(9));
}

#[tokio::test]
async fn what_is_thrown_away_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.save_draft(&ada(), ID, 0, &draft("a"), 1, "<>").await.unwrap();
    assert!(store.set_draft_copy(&ada(), ID, Some(&copy(1))).await.unwrap());
    let left = LeftCopy { draft: ID, message_id: "<>".to_owned(), copy: Some(copy(1)) };
    assert_eq!(store.discard_draft(&ada(), ID, false).await.unwrap(), Some(left.clone()));
    // Its copy is still to be removed, also after a restart.
    store.close().await;
    let store = opened(&folder).await;
    assert_eq!(store.left(&ada()).await.unwrap(), std::slice::from_ref(&left));
    store.forget_left(&ada(), &left).await.unwrap();
    assert!(store.left(&ada()).await.unwrap().is_empty());
    let (unnoted, sure) = (DraftId(30), DraftId(31));
    for (id, may_lie_there) in [(unnoted, true), (sure, false)] {
        store.save_draft(&ada(), id, 0, &draft("a"), 1, "<2>").await.unwrap();
        let left = store.discard_draft(&ada(), id, may_lie_there).await.unwrap();
        assert_eq!(left.is_some(), may_lie_there);
    }
    let never_saved = DraftId(3);
    assert_eq!(store.discard_draft(&ada(), never_saved, false).await.unwrap(), None);
    for id in [ID, never_saved] {
        assert_eq!(store.discard_draft(&ada(), id, false).await.unwrap(), None);
        assert_eq!(store.save_draft(&ada(), id, 0, &draft("b"), 2, "<>").await.unwrap(), Saved::Gone);
        assert_eq!(store.queue(&ada(), &queued(id, "b"), 1).await.unwrap(), Queue::Discarded);
        assert!(!store.set_draft_copy(&ada(), id, None).await.unwrap());
    }
    assert!(store.drafts(&ada()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_draft_on_its_way_takes_its_copy_along_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    store.save_draft(&ada(), ID, 0, &draft("a"), 1, "<1@example.org>").await.unwrap();
    store.set_draft_copy(&ada(), ID, Some(&copy(1))).await.unwrap();
    // Who did not see what another browser saved does not send over it.
    assert_eq!(store.queue(&ada(), &queued(ID, "b"), 0).await.unwrap(), Queue::Changed(1));
    assert_eq!(store.queue(&ada(), &queued(ID, "b"), 1).await.unwrap(), Queue::Queued);
    let there = Queued { copy: Some(copy(1)), ..queued(ID, "b") };
    let again = store.queue(&ada(), &queued(ID, "c"), 1).await.unwrap();
    assert_eq!(again, Queue::AlreadyThere(Box::new(there.clone())));
    assert_eq!(store.draft(&ada(), ID).await.unwrap(), None);
    assert_eq!(store.discard_draft(&ada(), ID, false).await.unwrap(), None);
    assert_eq!(store.save_draft(&ada(), ID, 1, &draft("c"), 2, "<>").await.unwrap(), Saved::Gone);
    store.close().await;

    let store = opened(&folder).await;
    assert_eq!(store.outbox(&ada()).await.unwrap(), [there]);
    let back = store.unqueue(&ada(), ID).await.unwrap().unwrap();
    assert_eq!((back.revision, &back.content, &back.copy), (2, &draft("b"), &Some(copy(1))));
    assert_eq!(store.draft(&ada(), ID).await.unwrap(), Some(back));
    assert!(store.outbox(&ada()).await.unwrap().is_empty());
    // A browser that still shows what it had before it was queued is behind.
    let stale = store.save_draft(&ada(), ID, 1, &draft("c"), 2, "<>").await.unwrap();
    assert_eq!(stale, Saved::Changed(2));
}

#[tokio::test]
async fn only_what_is_not_under_way_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let expected = [true, false, false, true, true];
    let mut waiting = Vec::new();
    for (number, (state, back)) in states().into_iter().zip(expected).enumerate() {
        let account = AccountId(format!("{number}@example.org"));
        store.queue(&account, &queued(ID, "a"), 1).await.unwrap();
        let changed = Queued {
            state,
            attempts: 3,
            left: Vec::new(),
            date: 70,
            after: After { copied: true, marked: false, learned: true },
            copy: Some(copy(4)),
            ..queued(ID, "a")
        };
        assert!(store.update_queued(&account, &changed).await.unwrap());
        assert_eq!(store.outbox(&account).await.unwrap(), [changed]);
        waiting = store.accounts_with_mail_waiting().await.unwrap();
        assert_eq!(store.unqueue(&account, ID).await.unwrap().is_some(), back, "{number}");
        assert_eq!(store.outbox(&account).await.unwrap().is_empty(), back, "{number}");
    }
    // The one that failed waits for its user.
    assert_eq!(waiting, [AccountId::from("1@example.org"), "2@example.org".into()]);
    let done = AccountId::from("2@example.org");
    assert!(store.remove_queued(&done, ID).await.unwrap());
    assert!(!store.remove_queued(&done, ID).await.unwrap());
    assert!(!store.update_queued(&done, &queued(ID, "a")).await.unwrap());
    assert_eq!(store.queue(&done, &queued(ID, "a"), 1).await.unwrap(), Queue::Sent);
    assert_eq!(store.save_draft(&done, ID, 0, &draft("a"), 1, "<>").await.unwrap(), Saved::Gone);
}

#[tokio::test]
async fn files_of_drafts_and_of_what_is_on_its_way_are_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder).await;
    let with = |file| {
        let file = DraftFile {
            id: FileId(file),
            name: String::new(),
            media_type: String::new(),
            size: 1,
            inline: true,
        };
        Draft { files: vec![file], ..draft("a") }
    };
    store.save_draft(&ada(), DraftId(1), 0, &with(1), 1, "<>").await.unwrap();
    store.queue(&ada(), &Queued { content: with(2), ..queued(ID, "a") }, 1).await.unwrap();
    let used = store.files_in_use().await.unwrap();
    assert_eq!(used, [(ada(), DraftId(1), FileId(1)), (ada(), ID, FileId(2))].into());
}

/// What happens to a draft.
#[derive(Clone, Debug)]
enum Step {
    Save(u32),
    Queue,
    /// The sender takes it, and this becomes of it.
    Send(usize),
    Unqueue,
    Discard,
    Remove,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4u32).prop_map(Step::Save),
        Just(Step::Queue),
        (1..5usize).prop_map(Step::Send),
        Just(Step::Unqueue),
        Just(Step::Discard),
        Just(Step::Remove),
        Just(Step::Restart),
    ]
}

/// Goes through a history and counts how often each draft was handed over.
async fn lives_through(steps: Vec<(u64, Step)>) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = opened(&folder).await;
    let mut sent: BTreeMap<DraftId, u32> = BTreeMap::new();
    let mut revisions: BTreeMap<DraftId, u32> = BTreeMap::new();
    let mut ended = BTreeSet::new();
    for (number, (id, step)) in steps.into_iter().enumerate() {
        let id = DraftId(id);
        let text = number.to_string();
        match step {
            Step::Save(base) => {
                let saved = store.save_draft(&ada(), id, base, &draft(&text), 1, "<>").await.unwrap();
                assert!(saved == Saved::Gone || !ended.contains(&id));
            }
            Step::Queue => {
                let kept = store.draft(&ada(), id).await.unwrap();
                let base = kept.map_or(0, |draft| draft.revision);
                let _ = store.queue(&ada(), &queued(id, &text), base).await.unwrap();
            }
            Step::Send(outcome) => {
                // As a sender does: what is queued is marked before it is handed over, and marked again after.
                let outbox = store.outbox(&ada()).await.unwrap();
                let due =
                    |there: &&Queued| there.draft == id && matches!(there.state, SendState::Queued { .. });
                if let Some(due) = outbox.iter().find(due) {
                    let state = states().into_iter().nth(outcome).unwrap();
                    let arrived = matches!(state, SendState::Sent { .. });
                    let changed = Queued { state, ..due.clone() };
                    assert!(store.update_queued(&ada(), &changed).await.unwrap());
                    *sent.entry(id).or_default() += u32::from(arrived);
                }
            }
            Step::Unqueue => {
                let _ = store.unqueue(&ada(), id).await.unwrap();
            }
            Step::Discard => {
                let outbox = store.outbox(&ada()).await.unwrap();
                store.discard_draft(&ada(), id, false).await.unwrap();
                if outbox.iter().all(|there| there.draft != id) {
                    ended.insert(id);
                }
            }
            Step::Remove => {
                if store.remove_queued(&ada(), id).await.unwrap() {
                    ended.insert(id);
                }
            }
            Step::Restart => {
                store.close().await;
                store = opened(&folder).await;
            }
        }
        let drafts = store.drafts(&ada()).await.unwrap();
        let outbox = store.outbox(&ada()).await.unwrap();
        let places = drafts.iter().map(|draft| draft.id).chain(outbox.iter().map(|queued| queued.draft));
        let mut seen = BTreeSet::new();
        for place in places {
            assert!(seen.insert(place), "{place} is in two places");
            assert!(!ended.contains(&place), "{place} came back");
        }
        for draft in drafts {
            let before = revisions.insert(draft.id, draft.revision).unwrap_or(0);
            assert!(draft.revision >= before, "{} went back", draft.id);
        }
        assert!(sent.values().all(|&times| times <= 1), "sent twice: {sent:?}");
    }
    store.close().await;
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_id_is_in_one_place_and_sent_once(steps in prop::collection::vec((1..3u64, step()), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(lives_through(steps));
    }
}
