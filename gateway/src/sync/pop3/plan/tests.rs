use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn entry(id: i64, unique_id: Option<&str>, content: u8) -> LedgerEntry {
    LedgerEntry {
        id: EntryId(id),
        unique_id: unique_id.map(str::to_owned),
        hash: [content; 32],
        partial: false,
        uid: Some(Uid(id as u32)),
        downloaded_at: 0,
        copy_deleted_at: None,
    }
}

fn listed(ids: &[Option<&str>]) -> Vec<Listed> {
    let numbered = ids.iter().zip(1..);
    numbered.map(|(id, number)| Listed { number, size: 1, unique_id: id.map(str::to_owned) }).collect()
}

/// Number and unique-id.
fn fetches(listing: &[Option<&str>], ledger: &[LedgerEntry]) -> Vec<(u32, Option<String>)> {
    let (fetches, _) = plan(&listed(listing), ledger);
    fetches.into_iter().map(|fetch| (fetch.number, fetch.unique_id)).collect()
}

#[test]
fn only_what_is_not_remembered_is_downloaded_newest_first() {
    let id = |id: &str| Some(id.to_owned());
    let ledger = [entry(1, Some("a"), 1), LedgerEntry { uid: None, ..entry(2, Some("b"), 2) }];
    let table = [
        (vec![Some("a"), Some("b")], vec![]),
        (vec![], vec![]),
        (vec![Some("b")], vec![]),
        (vec![Some("a"), Some("c"), Some("d")], vec![(3, id("d")), (2, id("c"))]),
        (vec![Some("a"), None], vec![(2, None)]),
        (vec![Some("a"), Some("c"), Some("c")], vec![(3, None), (2, None)]),
        (vec![Some("x"), Some("y")], vec![(2, id("y")), (1, id("x"))]),
    ];
    for (listing, expected) in table {
        assert_eq!(fetches(&listing, &ledger), expected, "{listing:?}");
    }
    assert_eq!(fetches(&[Some("x")], &[]), [(1, id("x"))]);
}

#[test]
fn content_recognises_each_message_once_and_an_id_may_come_back_with_another() {
    let gone = |id, unique_id| LedgerEntry { copy_deleted_at: Some(1), ..entry(id, unique_id, 8) };
    let ledger = [entry(1, Some("a"), 7), entry(2, Some("b"), 7), gone(3, None), gone(4, Some("d"))];
    let (fetches, mut identities) = plan(&listed(&[Some("x"), Some("y"), Some("z"), Some("d")]), &ledger);
    let [d, z, y, x] = fetches.as_slice() else { panic!("{fetches:?}") };
    let mut recognize =
        |fetch, content, partial| identities.recognize(fetch, &[content; 32], partial, &ledger);
    let new = Recognized::New { displaces: None };
    assert_eq!(recognize(z, 7, false), Recognized::Known(EntryId(1)));
    assert_eq!(recognize(y, 7, true), new);
    assert_eq!(recognize(y, 7, false), Recognized::Known(EntryId(2)));
    assert_eq!(recognize(x, 7, false), new);
    assert_eq!(recognize(x, 8, false), new);
    assert_eq!(recognize(d, 9, false), Recognized::New { displaces: Some(EntryId(4)) });
    assert_eq!(recognize(d, 8, false), Recognized::Known(EntryId(4)));
}

/// A server, a store and what has to hold between them, over a random history. Contents are numbers, each mail has its
/// own: so that "twice" and "lost" can be seen.
#[derive(Default)]
struct World {
    /// Content by arrival, with the unique-id of the day.
    server: Vec<(u8, Option<String>)>,
    ledger: Vec<LedgerEntry>,
    /// Every content that ever arrived.
    arrived: BTreeMap<u8, ()>,
    /// Contents a person removed from Deleted Items.
    removed: HashSet<u8>,
    policy: CopyPolicy,
    now: i64,
    names: u32,
}

/// One step of a history.
#[derive(Clone, Debug)]
enum Event {
    Arrives(Oddity),
    Removes(u8),
    Policy(CopyPolicy),
    Days(u8),
    RenamesAll,
    Checks(Break),
    Lists(Listing),
}

#[derive(Clone, Copy, Debug)]
enum Oddity {
    None,
    NoId,
    SameId,
}

/// How a check ends.
#[derive(Clone, Copy, Debug)]
enum Break {
    Never,
    /// After so many messages were stored.
    Storing(u8),
    /// Before QUIT was answered; the server deleted nothing.
    BeforeQuit,
    /// The server deleted, and nobody heard it say so.
    AfterQuit,
}

/// A listing that is not what is there.
#[derive(Clone, Copy, Debug)]
enum Listing {
    Empty,
    Short,
}

impl World {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("id{}", self.names)
    }

    fn entry(&mut self, id: EntryId) -> &mut LedgerEntry {
        self.ledger.iter_mut().find(|entry| entry.id == id).unwrap()
    }

    fn listing(&self) -> Vec<Listed> {
        let numbered = self.server.iter().zip(1..);
        numbered.map(|((_, id), number)| Listed { number, size: 1, unique_id: id.clone() }).collect()
    }

    fn check(&mut self, listing: &[Listed], end: Break) {
        let (fetches, mut identities) = plan(listing, &self.ledger);
        let limit = if let Break::Storing(most) = end { usize::from(most) } else { usize::MAX };
        for fetch in fetches.iter().take(limit) {
            let content = self.server[fetch.number as usize - 1].0;
            match identities.recognize(fetch, &[content; 32], false, &self.ledger) {
                Recognized::Known(known) => {
                    self.entry(known).unique_id = fetch.unique_id.clone();
                    continue;
                }
                Recognized::New { displaces: Some(other) } => self.entry(other).unique_id = None,
                Recognized::New { displaces: None } => {}
            }
            let id = self.ledger.len() as i64 + 1;
            let stored = LedgerEntry {
                downloaded_at: self.now,
                unique_id: fetch.unique_id.clone(),
                ..entry(id, None, content)
            };
            self.ledger.push(stored);
            identities.stored(fetch.number, Uid(id as u32));
        }
        if matches!(end, Break::Storing(_)) {
            return;
        }
        let deletions = identities.deletions(&self.ledger, self.policy, self.now);
        for deletion in &deletions {
            self.assert_may_go(self.server[deletion.number as usize - 1].0);
        }
        if matches!(end, Break::BeforeQuit) {
            return;
        }
        let numbers: HashSet<u32> = deletions.iter().map(|deletion| deletion.number).collect();
        let mut number = 0;
        self.server.retain(|_| {
            number += 1;
            !numbers.contains(&number)
        });
        if matches!(end, Break::Never) {
            for deletion in deletions {
                self.entry(deletion.entry).copy_deleted_at = Some(self.now);
            }
        }
    }

    /// In the test's own words, not the policy's.
    fn assert_may_go(&self, content: u8) {
        let entry = self.ledger.iter().find(|entry| entry.hash == [content; 32]);
        let entry = entry.expect("nothing goes that is not here");
        match self.policy {
            CopyPolicy::Leave => panic!("Leave never deletes"),
            CopyPolicy::LeaveForDays(days) => {
                assert!(self.now - entry.downloaded_at >= i64::from(days) * 86_400);
            }
            CopyPolicy::RemoveWithDeletedItems => assert!(self.removed.contains(&content)),
            CopyPolicy::RemoveAfterDownload => {}
        }
    }

    fn assert_nothing_twice(&self) {
        let mut seen = HashSet::new();
        assert!(self.ledger.iter().all(|entry| seen.insert(entry.hash)), "twice: {:?}", self.ledger);
    }

    fn assert_nothing_lost(&self) {
        for content in self.arrived.keys() {
            let here = self.ledger.iter().any(|entry| entry.hash == [*content; 32] && entry.uid.is_some());
            assert!(here || self.removed.contains(content), "lost: {content}");
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrives(oddity) => {
                let content = self.arrived.len() as u8;
                self.arrived.insert(content, ());
                let id = match oddity {
                    Oddity::None => Some(self.name()),
                    Oddity::NoId => None,
                    Oddity::SameId => {
                        let last = self.server.last().and_then(|(_, id)| id.clone());
                        Some(last.unwrap_or_else(|| self.name()))
                    }
                };
                self.server.push((content, id));
            }
            Event::Removes(which) => {
                let count = self.ledger.len();
                if let Some(entry) = self.ledger.get_mut(usize::from(which) % count.max(1)) {
                    entry.uid = None;
                    self.removed.insert(entry.hash[0]);
                }
            }
            Event::Policy(policy) => self.policy = policy,
            Event::Days(days) => self.now += i64::from(days) * 86_400,
            Event::RenamesAll => {
                for index in 0..self.server.len() {
                    let name = self.name();
                    self.server[index].1 = Some(name);
                }
            }
            Event::Checks(end) => self.check(&self.listing(), end),
            Event::Lists(Listing::Empty) => self.check(&[], Break::Never),
            Event::Lists(Listing::Short) => {
                let listing = self.listing();
                self.check(&listing[..listing.len() / 2], Break::Never);
            }
        }
        self.assert_nothing_twice();
    }
}

fn policy() -> impl Strategy<Value = CopyPolicy> {
    prop_oneof![
        Just(CopyPolicy::Leave),
        (1u16..4).prop_map(CopyPolicy::LeaveForDays),
        Just(CopyPolicy::RemoveWithDeletedItems),
        Just(CopyPolicy::RemoveAfterDownload),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => prop_oneof![5 => Just(Oddity::None), 1 => Just(Oddity::NoId), 1 => Just(Oddity::SameId)]
            .prop_map(Event::Arrives),
        2 => any::<u8>().prop_map(Event::Removes),
        1 => policy().prop_map(Event::Policy),
        1 => (1u8..4).prop_map(Event::Days),
        1 => Just(Event::RenamesAll),
        4 => prop_oneof![
            3 => Just(Break::Never),
            1 => (0u8..4).prop_map(Break::Storing),
            1 => Just(Break::BeforeQuit),
            1 => Just(Break::AfterQuit),
        ]
        .prop_map(Event::Checks),
        1 => prop_oneof![Just(Listing::Empty), Just(Listing::Short)].prop_map(Event::Lists),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_happens_nothing_is_lost_twice_or_wrongly_deleted(
        history in proptest::collection::vec(event(), 0..40),
    ) {
        let mut world = World::default();
        for event in history {
            world.happen(event);
        }
        world.happen(Event::Checks(Break::Never));
        world.assert_nothing_lost();
    }
}
