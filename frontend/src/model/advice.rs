//! IMAP or POP3? What to recommend from what was measured and what a person answered. Pure.

use postern_shared::{
    account::AccountKind,
    probe::{FoundBy, Offered, Probe},
};

/// A round trip longer than this, in microseconds, counts as slow.
const SLOW_ROUND_TRIP: u32 = 300_000;
/// Fewer bytes a second than this count as slow.
const SLOW_RATE: u64 = 50_000;

/// What a person answered; absent until they did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// They read this mail on several devices.
    pub several_devices: Option<bool>,
    /// They want the same folders on all of them.
    pub same_folders: Option<bool>,
    /// Their connection is slow, metered or unreliable.
    pub slow: Option<bool>,
}

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What to use.
    pub kind: AccountKind,
    /// Why, as sentences; the weightiest first.
    pub reasons: Vec<&'static str>,
}

impl Advice {
    fn new(kind: AccountKind, reasons: impl IntoIterator<Item = &'static str>) -> Self {
        Self { kind, reasons: reasons.into_iter().collect() }
    }
}

/// What to use. It never needs an answer: without one it goes by what was measured.
pub fn recommend(probe: &Probe, answers: Answers) -> Advice {
    match (&probe.imap, &probe.pop3) {
        (Some(_), None) => {
            return Advice::new(AccountKind::Imap, ["Only IMAP answers: this mail server offers no POP3."]);
        }
        (None, Some(_)) => {
            return Advice::new(AccountKind::Pop3, ["Only POP3 answers: this mail server offers no IMAP."]);
        }
        _ => {}
    }
    let shared = [
        (answers.several_devices, "You read this mail on several devices: IMAP shows all of them the same."),
        (answers.same_folders, "You want the same folders everywhere: they live on the server with IMAP."),
    ];
    let shared: Vec<_> =
        shared.into_iter().filter(|(answer, _)| *answer == Some(true)).map(|(_, reason)| reason).collect();
    if !shared.is_empty() {
        return Advice::new(AccountKind::Imap, shared);
    }
    let slow = slowness(probe, answers);
    if answers.several_devices == Some(false) && !slow.is_empty() {
        let here = "You read this mail on one device: once it is downloaded here it needs no connection.";
        return Advice::new(AccountKind::Pop3, slow.into_iter().chain([here]));
    }
    let mut advice = Advice::new(AccountKind::Imap, [general(probe)]);
    if !slow.is_empty() {
        advice
            .reasons
            .push("The connection is slow: if you read this mail on one device only, POP3 fits better.");
    }
    if probe.imap.as_ref().is_some_and(|imap| !imap.pushes) {
        advice.reasons.push(
            "This server does not tell of new mail by itself, so that new mail comes no sooner than with POP3.",
        );
    }
    advice
}

fn general(probe: &Probe) -> &'static str {
    if probe.imap.is_none() {
        "No mail server answered; most offer IMAP, which keeps all your devices alike."
    } else {
        "IMAP keeps your mail on the server, where every device you may add later finds it."
    }
}

/// Why the connection counts as slow; nothing where it does not.
fn slowness(probe: &Probe, answers: Answers) -> Vec<&'static str> {
    let told = answers.slow == Some(true);
    let far = probe.round_trip.is_some_and(|micros| micros > SLOW_ROUND_TRIP);
    let thin = probe.bytes_per_second.is_some_and(|rate| rate < SLOW_RATE);
    [
        (told, "Your connection is slow, metered or unreliable: POP3 downloads each message once."),
        (far, "The mail server takes long to answer: POP3 asks it seldom."),
        (thin, "The mail server sends slowly: POP3 downloads each message once."),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, reason)| reason)
    .collect()
}

/// What was found, as sentences.
pub fn found(probe: &Probe) -> Vec<String> {
    let mut told = vec![
        format!("{} {}", offered("IMAP", probe.imap.as_ref()), offered("POP3", probe.pop3.as_ref())),
        how(probe.found_by).to_owned(),
    ];
    if let Some(micros) = probe.round_trip {
        told.push(format!("Round trip: {} ms.", micros.div_ceil(1000)));
    }
    match probe.bytes_per_second {
        Some(rate) => told.push(format!("Download rate: {:.2} MB/s.", rate as f64 / 1e6)),
        None => told.push("The download rate could not be measured.".to_owned()),
    }
    told
}

fn offered(name: &str, offered: Option<&Offered>) -> String {
    match offered {
        None => format!("{name} does not answer."),
        Some(Offered { server: None, .. }) => format!("{name} answers."),
        Some(Offered { server: Some(server), .. }) => {
            format!("{name} answers at {}, port {}.", server.host, server.port)
        }
    }
}

fn how(by: FoundBy) -> &'static str {
    match by {
        FoundBy::Configured => "The server is configured on this Postern.",
        FoundBy::Named => "The server is the one you named.",
        FoundBy::Srv => "The servers were found in the domain's DNS records.",
        FoundBy::Autoconfig => "The servers were found in the domain's autoconfig file.",
        FoundBy::UsualNames => "The servers were found by their usual names.",
        FoundBy::Nothing => "No server was found: name the incoming server in the server settings.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use AccountKind::{Imap, Pop3};

    const FAST: (Option<u32>, Option<u64>) = (Some(20_000), Some(2_000_000));

    fn probe(
        imap: Option<bool>,
        pop3: bool,
        (round_trip, bytes_per_second): (Option<u32>, Option<u64>),
    ) -> Probe {
        Probe {
            imap: imap.map(|pushes| Offered { pushes, ..Offered::default() }),
            pop3: pop3.then(Offered::default),
            round_trip,
            bytes_per_second,
            ..Probe::default()
        }
    }

    fn answers(several_devices: Option<bool>, same_folders: Option<bool>, slow: Option<bool>) -> Answers {
        Answers { several_devices, same_folders, slow }
    }

    #[test]
    fn what_is_recommended() {
        let (yes, no) = (Some(true), Some(false));
        let both = |speed| probe(yes, true, speed);
        let table = [
            // Only one answers: no answer changes that.
            (probe(yes, false, FAST), answers(no, no, yes), Imap, "Only IMAP"),
            (probe(None, true, FAST), answers(yes, yes, no), Pop3, "Only POP3"),
            (both(FAST), answers(None, None, None), Imap, "on the server"),
            (both(FAST), answers(yes, None, None), Imap, "several devices"),
            (both(FAST), answers(no, yes, yes), Imap, "same folders"),
            (both(FAST), answers(yes, no, yes), Imap, "several devices"),
            (both(FAST), answers(no, no, yes), Pop3, "slow, metered"),
            (both(FAST), answers(no, None, no), Imap, "on the server"),
            // What is measured counts, whatever was answered.
            (both((Some(300_001), None)), answers(no, no, no), Pop3, "long to answer"),
            (both((Some(300_000), None)), answers(no, no, no), Imap, "on the server"),
            (both((None, Some(49_999))), answers(no, no, None), Pop3, "sends slowly"),
            (both((None, Some(50_000))), answers(no, no, None), Imap, "on the server"),
            // Slow, but on how many devices is not known yet.
            (both(FAST), answers(None, None, yes), Imap, "on the server"),
            (probe(None, false, (None, None)), answers(None, None, None), Imap, "No mail server answered"),
            (probe(None, false, (None, None)), answers(no, no, yes), Pop3, "slow, metered"),
        ];
        for (probe, answers, kind, reason) in table {
            let advice = recommend(&probe, answers);
            assert_eq!(advice.kind, kind, "{answers:?} {probe:?}");
            assert!(advice.reasons[0].contains(reason), "{answers:?}: {:?}", advice.reasons);
        }
    }

    #[test]
    fn what_speaks_against_it_is_said_too() {
        let caveats = |probe, answers| recommend(&probe, answers).reasons.split_off(1).join(" ");
        let undecided = Answers::default();
        assert_eq!(caveats(probe(Some(true), true, FAST), undecided), "");
        assert!(caveats(probe(Some(false), true, FAST), undecided).contains("new mail"));
        assert!(
            caveats(probe(Some(true), true, (Some(400_000), None)), undecided).contains("one device only")
        );
    }

    #[test]
    fn what_was_found_is_told_with_its_figures() {
        let told = found(&Probe { found_by: FoundBy::Srv, ..probe(Some(true), false, FAST) }).join(" ");
        for part in ["IMAP answers.", "POP3 does not answer.", "DNS", "20 ms", "2.00 MB/s"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(found(&Probe::default()).concat().contains("could not be measured"));
    }
}
