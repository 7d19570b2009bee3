//! Random histories of an account: nothing lost, nothing twice, nothing deleted that the policy does not permit.

use super::*;
use crate::accounts::pop3::model::Habits;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// Seconds.
const DAY: i64 = 86_400;

#[derive(Clone, Debug)]
enum Event {
    Arrives,
    /// The same content again under an id of its own, while the first is on the server.
    TwinArrives(usize),
    RemovedHere(usize),
    Policy(CopyPolicy),
    Clock(i64),
    /// The server tells other ids for everything.
    Moved,
    /// The ids are too long, the same for all, or not there.
    OddIds(u8),
    /// A check, cut after so many bytes, with a listing that ends early, and some end of the session.
    Check {
        cut: Option<usize>,
        listed: Option<usize>,
        no_uidl: bool,
        quit: u8,
        pipelining: bool,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let policy = prop_oneof![
        Just(CopyPolicy::Leave),
        (0_u16..4).prop_map(CopyPolicy::LeaveForDays),
        Just(CopyPolicy::RemoveWithDeletedItems),
        Just(CopyPolicy::RemoveAfterDownload),
    ];
    let cut = prop::option::of(0_usize..1500);
    let check =
        (cut, prop::option::weighted(0.2, 0_usize..4), prop::bool::weighted(0.1), 0_u8..6, any::<bool>())
            .prop_map(|(cut, listed, no_uidl, quit, pipelining)| Event::Check {
                cut,
                listed,
                no_uidl,
                quit,
                pipelining,
            });
    prop_oneof![
        3 => Just(Event::Arrives),
        1 => any::<usize>().prop_map(Event::TwinArrives),
        2 => any::<usize>().prop_map(Event::RemovedHere),
        1 => policy.prop_map(Event::Policy),
        1 => (-3_i64..6).prop_map(|days| Event::Clock(days * DAY)),
        1 => Just(Event::Moved),
        1 => (0_u8..3).prop_map(Event::OddIds),
        4 => check,
    ]
}

/// What was downloaded of a content.
fn entries_of<'l>(ledger: &'l [LedgerEntry], content: &str) -> impl Iterator<Item = &'l LedgerEntry> {
    let hash: [u8; 32] = Sha256::digest(content).into();
    ledger.iter().filter(move |entry| entry.hash == hash)
}

/// Whether a policy permits that a copy of one of these went.
fn permitted(policy: CopyPolicy, entry: &LedgerEntry, now: i64) -> bool {
    match policy {
        CopyPolicy::Leave => false,
        CopyPolicy::LeaveForDays(days) => now - entry.downloaded_at >= i64::from(days) * DAY,
        CopyPolicy::RemoveWithDeletedItems => entry.uid.is_none(),
        CopyPolicy::RemoveAfterDownload => true,
    }
}

async fn lived(events: Vec<Event>) {
    let mut bench = Bench::new(Vec::new(), CopyPolicy::Leave).await;
    let mut arrivals: HashMap<String, usize> = HashMap::new();
    let mut count = 0;
    for event in events.iter().cloned() {
        count += 1;
        match event {
            Event::Arrives => {
                let mail = mail(&format!("id{count}"), &format!("message {count}"));
                *arrivals.entry(mail.content.clone()).or_default() += 1;
                bench.drop.lock().unwrap().mail.push(mail);
            }
            Event::TwinArrives(which) => {
                let there = &mut bench.drop.lock().unwrap().mail;
                if !there.is_empty() {
                    let twin = Mail { id: format!("twin{count}"), ..there[which % there.len()].clone() };
                    *arrivals.entry(twin.content.clone()).or_default() += 1;
                    there.push(twin);
                }
            }
            Event::RemovedHere(which) => {
                let uids: Vec<Uid> = bench.ledger().await.iter().filter_map(|entry| entry.uid).collect();
                if !uids.is_empty() {
                    bench.remove(uids[which % uids.len()]).await;
                }
            }
            Event::Policy(policy) => bench.settings.copy = policy,
            Event::Clock(by) => bench.now += by,
            Event::Moved => {
                for (at, mail) in bench.drop.lock().unwrap().mail.iter_mut().enumerate() {
                    mail.id = format!("moved{count}-{at}");
                }
            }
            Event::OddIds(kind) => {
                let there = &mut bench.drop.lock().unwrap().mail;
                // An id that one message alone has is a good one.
                let same = if there.len() > 1 { format!("same{count}") } else { String::new() };
                for mail in there {
                    mail.id = ["x".repeat(71), same.clone(), String::new()][usize::from(kind)].clone();
                }
            }
            Event::Check { cut, listed, no_uidl, quit, pipelining } => {
                let before = {
                    let mut drop = bench.drop.lock().unwrap();
                    // What a listing cut off hides is that an id is told twice: nobody can know that.
                    let twice = drop.mail.iter().any(|mail| mail.id.starts_with("same"));
                    let listed = listed.filter(|_| !twice);
                    let (drops_at_quit, loses_quit) = (quit == 0, quit == 1);
                    drop.habits = Habits {
                        pipelining,
                        drops_at_quit,
                        loses_quit,
                        listed,
                        no_uidl,
                        ..Habits::default()
                    };
                    drop.deleted.len()
                };
                // However it ends.
                let _ = bench.check_cut(cut).await;
                let ledger = bench.ledger().await;
                for gone in &bench.drop.lock().unwrap().deleted[before..] {
                    let mut copies = entries_of(&ledger, &gone.content);
                    let policy = bench.settings.copy;
                    let fine = copies.any(|entry| permitted(policy, entry, bench.now));
                    assert!(fine, "{:?} went under {policy:?}", gone.id);
                }
                for (content, times) in &arrivals {
                    assert!(entries_of(&ledger, content).count() <= *times, "twice: {content}");
                }
            }
        }
    }
    bench.settings.copy = CopyPolicy::Leave;
    bench.drop.lock().unwrap().habits = Habits::default();
    bench.check().await.unwrap();
    let ledger = bench.ledger().await;
    for (content, times) in &arrivals {
        let here = entries_of(&ledger, content).count();
        assert!((1..=*times).contains(&here), "{here} of {times}: {content}");
    }
    // What the ledger says is here can be read.
    let removed = ledger.iter().filter(|entry| entry.is_removed_here()).count();
    assert_eq!(bench.contents().await.len() + removed, ledger.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_nothing_comes_twice_nothing_goes_unpermitted(
        events in prop::collection::vec(event(), 1..30)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(lived(events));
    }
}
