use super::*;
use proptest::prelude::*;

const NOW: i64 = 1_000;

fn fail(detail: &str) -> Failure {
    Failure::new(ErrorCode::Refused, detail)
}

fn refused(email: &str, reason: &str) -> RefusedRecipient {
    RefusedRecipient { email: email.to_owned(), reason: reason.to_owned() }
}

fn queued() -> Passage {
    Passage::new(NOW, vec!["a@x.test".to_owned(), "b@x.test".to_owned(), "c@x.test".to_owned()])
}

fn under_way() -> Passage {
    queued().step(Input::Time, NOW).next
}

fn sending() -> Passage {
    under_way().step(Input::AllButEnd, NOW).next
}

fn unknown() -> Passage {
    sending().step(Input::Restarted, NOW).next
}

fn failed() -> Passage {
    let never = Outcome::Never { failure: fail("550 no"), refused: vec![] };
    under_way().step(Input::Ended(never, 0.0), NOW).next
}

fn sent() -> Passage {
    let taken = Outcome::Taken { refused: vec![], deferred: vec![] };
    sending().step(Input::Ended(taken, 0.0), NOW).next
}

/// Taken by one, refused by one, deferred by one.
fn partly() -> Passage {
    let outcome = Outcome::Taken {
        refused: vec![refused("b@x.test", "550 who")],
        deferred: vec![refused("c@x.test", "451 wait")],
    };
    sending().step(Input::Ended(outcome, 0.0), NOW).next
}

fn name(state: &SendState) -> &'static str {
    match state {
        SendState::Queued { .. } => "queued",
        SendState::Sending => "sending",
        SendState::Sent { .. } => "sent",
        SendState::Unknown(_) => "unknown",
        SendState::Failed { .. } => "failed",
    }
}

#[test]
fn every_state_and_what_can_happen_in_it() {
    let later = || Input::Ended(Outcome::Later(fail("451")), 0.0);
    let never = || Input::Ended(Outcome::Never { failure: fail("550"), refused: vec![] }, 0.0);
    let lost = || Input::Ended(Outcome::Unknown(fail("")), 0.0);
    let taken = || Input::Ended(Outcome::Taken { refused: vec![], deferred: vec![] }, 0.0);
    let refuse = "refuse";
    let table: Vec<(Passage, Input, &str, bool, &str)> = vec![
        (Passage::new(NOW + 1, vec![]), Input::Time, "queued", false, "nothing"),
        (queued(), Input::Time, "queued", false, "hand over"),
        (queued(), Input::Undo, "queued", false, "make draft"),
        (queued(), Input::Retry, "queued", true, "nothing"),
        (queued(), Input::Settle { sent: true }, "queued", false, refuse),
        (queued(), Input::Restarted, "queued", false, "nothing"),
        (queued(), Input::AllButEnd, "queued", false, "break off"),
        (under_way(), Input::Time, "queued", false, "nothing"),
        (under_way(), Input::Undo, "queued", false, refuse),
        (under_way(), Input::Retry, "queued", false, refuse),
        (under_way(), Input::AllButEnd, "sending", true, "send end"),
        (under_way(), later(), "queued", true, "nothing"),
        (under_way(), never(), "failed", true, "nothing"),
        (under_way(), lost(), "unknown", true, "look"),
        (under_way(), taken(), "unknown", true, "look"),
        (sending(), Input::Time, "sending", false, "nothing"),
        (sending(), Input::Undo, "sending", false, refuse),
        (sending(), Input::Settle { sent: false }, "sending", false, refuse),
        (sending(), Input::Restarted, "unknown", true, "look"),
        (sending(), later(), "queued", true, "nothing"),
        (sending(), never(), "failed", true, "nothing"),
        (sending(), lost(), "unknown", true, "look"),
        (sending(), taken(), "sent", true, "nothing"),
        (unknown(), Input::Time, "unknown", false, "nothing"),
        (unknown(), Input::Restarted, "unknown", false, "look"),
        (unknown(), Input::Looked { found: true }, "sent", true, "nothing"),
        (unknown(), Input::Looked { found: false }, "unknown", false, "nothing"),
        // It lies in Sent since the first ones had it: that tells nothing of the others.
        (Passage { taken: true, ..unknown() }, Input::Looked { found: true }, "unknown", false, "nothing"),
        (unknown(), Input::Retry, "unknown", false, refuse),
        (unknown(), Input::Undo, "unknown", false, "make draft"),
        (unknown(), Input::Settle { sent: true }, "sent", true, "nothing"),
        (unknown(), Input::Settle { sent: false }, "unknown", false, "make draft"),
        (failed(), Input::Time, "failed", false, "nothing"),
        (failed(), Input::Restarted, "failed", false, "nothing"),
        (failed(), Input::Retry, "queued", true, "nothing"),
        (failed(), Input::Undo, "failed", false, "make draft"),
        (failed(), Input::Settle { sent: true }, "failed", false, refuse),
        (sent(), Input::Time, "sent", false, "nothing"),
        (sent(), Input::Restarted, "sent", false, "nothing"),
        (sent(), Input::Undo, "sent", false, refuse),
        (sent(), Input::Retry, "sent", false, refuse),
        (sent(), Input::Settle { sent: false }, "sent", false, refuse),
        (sent(), Input::AllButEnd, "sent", false, "break off"),
    ];
    for (passage, input, state, write, action) in table {
        let step = passage.step(input.clone(), NOW);
        let done = match step.action {
            Action::Nothing => "nothing",
            Action::HandOver => "hand over",
            Action::SendEnd => "send end",
            Action::BreakOff => "break off",
            Action::LookInSent => "look",
            Action::MakeDraft => "make draft",
            Action::Refuse(_) => refuse,
        };
        let found = (name(&step.next.state), step.write, done);
        assert_eq!(found, (state, write, action), "{passage:?} {input:?}");
    }
}

#[test]
fn deferred_recipients_go_alone_and_refused_ones_are_told() {
    let again = partly();
    assert_eq!(again.left, ["c@x.test"]);
    assert_eq!(again.state, SendState::Queued { at: NOW + 60, delayed_by: Some(fail("451 wait")) });
    let at = NOW + 60;
    let sending = again.step(Input::Time, at).next.step(Input::AllButEnd, at).next;
    let taken = Outcome::Taken { refused: vec![], deferred: vec![] };
    let done = sending.step(Input::Ended(taken, 0.0), at).next;
    assert_eq!(done.state, SendState::Sent { refused: vec![refused("b@x.test", "550 who")] });

    let never =
        Outcome::Never { failure: fail("550 still not"), refused: vec![refused("c@x.test", "550 c")] };
    let done = sending.step(Input::Ended(never, 0.0), at).next;
    let both = vec![refused("b@x.test", "550 who"), refused("c@x.test", "550 c")];
    assert_eq!(done.state, SendState::Sent { refused: both });
}

#[test]
fn what_some_have_is_not_taken_back() {
    let step = partly().step(Input::Undo, NOW);
    assert_eq!(step.action, Action::Nothing);
    assert!(step.write);
    let told = vec![refused("b@x.test", "550 who"), refused("c@x.test", "")];
    assert_eq!(step.next.state, SendState::Sent { refused: told });
}

#[test]
fn what_is_always_put_off_is_given_up() {
    let mut passage = queued();
    let mut now = NOW;
    for attempt in 1..=ATTEMPTS {
        now = passage.due().expect("it waits");
        let begun = passage.step(Input::Time, now);
        assert_eq!(begun.action, Action::HandOver, "{attempt}");
        passage = begun.next.step(Input::Ended(Outcome::Later(fail("451")), 0.5), now).next;
    }
    assert_eq!(passage.state, SendState::Failed { failure: fail("451"), refused: vec![] });
    assert!(now - NOW > 3 * 24 * 3600 && now - NOW < 5 * 24 * 3600);
}

fn input() -> impl Strategy<Value = Input> {
    let who = prop::sample::subsequence(vec!["a@x.test", "b@x.test", "c@x.test"], 0..=3);
    let outcome = prop_oneof![
        (who.clone(), who).prop_map(|(first, second)| {
            let second: Vec<_> = second.into_iter().filter(|who| !first.contains(who)).collect();
            let told = |list: Vec<&str>| list.into_iter().map(|who| refused(who, "no")).collect();
            Outcome::Taken { refused: told(first), deferred: told(second) }
        }),
        Just(Outcome::Later(fail("451"))),
        Just(Outcome::Never { failure: fail("550"), refused: vec![] }),
        Just(Outcome::Unknown(fail(""))),
    ];
    prop_oneof![
        4 => Just(Input::Time),
        4 => Just(Input::AllButEnd),
        4 => outcome.prop_map(|outcome| Input::Ended(outcome, 0.0)),
        1 => Just(Input::Restarted),
        1 => any::<bool>().prop_map(|found| Input::Looked { found }),
        1 => Just(Input::Undo),
        1 => Just(Input::Retry),
        1 => any::<bool>().prop_map(|sent| Input::Settle { sent }),
    ]
}

/// A server, and what it has: a model that the passage must not contradict.
#[derive(Default)]
struct World {
    /// The end went out and nothing was heard since.
    open_end: bool,
}

proptest! {
    /// Whatever happens: the end of a message goes out only after `Sending` was written, and never again while nobody
    /// knows what came of it; nobody who took it gets it again.
    #[test]
    fn nothing_goes_twice(inputs in prop::collection::vec(input(), 0..40)) {
        let mut passage = queued();
        let mut world = World::default();
        let mut have: Vec<String> = Vec::new();
        let mut now = NOW;
        for input in inputs {
            now += 4_000;
            // Connections and restarts tell only what can be.
            match &input {
                Input::Ended(..) | Input::AllButEnd if !passage.under_way => continue,
                Input::AllButEnd if world.open_end => continue,
                Input::Ended(Outcome::Taken { .. } | Outcome::Unknown(_), _) if !world.open_end => continue,
                Input::Restarted => passage.under_way = false,
                _ => {}
            }
            let before = passage.clone();
            let step = passage.step(input.clone(), now);
            if step.action == Action::HandOver {
                prop_assert!(!world.open_end, "handed over again while nobody knows");
                prop_assert!(step.next.left.iter().all(|who| !have.contains(who)), "{have:?} {step:?}");
            }
            if step.action == Action::SendEnd {
                prop_assert!(step.write && step.next.state == SendState::Sending);
                world.open_end = true;
            }
            match &input {
                Input::Ended(Outcome::Taken { refused, deferred }, _) => {
                    world.open_end = false;
                    let not = |who: &String| refused.iter().chain(deferred).any(|told| told.email == *who);
                    have.extend(before.left.iter().filter(|who| !not(who)).cloned());
                }
                Input::Ended(Outcome::Later(_) | Outcome::Never { .. }, _) => world.open_end = false,
                _ => {}
            }
            if step.action == Action::MakeDraft {
                prop_assert!(have.is_empty(), "it was sent to {have:?}");
                break;
            }
            prop_assert!(step.write || step.next.state == before.state);
            let can_be_under_way = matches!(step.next.state, SendState::Queued { .. } | SendState::Sending);
            prop_assert!(can_be_under_way || !step.next.under_way);
            passage = step.next;
        }
    }
}
