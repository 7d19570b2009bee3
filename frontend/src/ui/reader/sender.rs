//! Who really sent a message: warnings above the body, findings among the details. All in words.

use crate::{
    model::opened::Detail,
    state::{context::App, reactive::memo},
    ui::parts::{
        icon::{Glyph, Icon},
        live::live,
    },
};
use leptos::prelude::*;
use postern_shared::{
    body::MessageDetail,
    sender::{Authentication, Check, CheckResult, SenderWarning, Verdict},
};

/// The warnings about the opened message's sender, where there are any.
#[component]
pub fn SenderNotices() -> impl IntoView {
    let app = App::get();
    let notices = memo(move || {
        app.opened.with(|opened| match opened.as_ref().map(|opened| &opened.detail) {
            Some(Detail::Ready(detail)) => Notices::of(detail),
            _ => Notices::default(),
        })
    });
    live(move || {
        let Notices { alarms, notes } = notices.get();
        let alarm = (!alarms.is_empty()).then(|| {
            view! {
                <div class="notice error sender-note" role="alert">
                    <Icon glyph=Glyph::Warning/>
                    <div><strong>"Be careful: this message may not be from who it says."</strong> {list(alarms)}</div>
                </div>
            }
        });
        let note = (!notes.is_empty()).then(|| {
            view! { <div class="notice sender-note" role="note"><Icon glyph=Glyph::Reply/> <div>{list(notes)}</div></div> }
        });
        (alarm, note)
    })
}

fn list(texts: Vec<String>) -> impl IntoView {
    texts.into_iter().map(|text| view! { <p dir="auto">{text}</p> }).collect_view()
}

/// What is said of a sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Notices {
    /// What speaks against it.
    alarms: Vec<String>,
    /// What is good to know.
    notes: Vec<String>,
}

impl Notices {
    fn of(detail: &MessageDetail) -> Self {
        let mut notices = Self::default();
        if detail.authentication.as_ref().is_some_and(|found| found.verdict == Verdict::Forged) {
            notices.alarms.push(format!(
                "{} does not confirm that it sent this message: the check by your mail server failed.",
                domain_of(detail)
            ));
        }
        for warning in &detail.warnings {
            match warning {
                SenderWarning::RepliesElsewhere(_) => notices.notes.push(words(warning)),
                _ => notices.alarms.push(words(warning)),
            }
        }
        notices
    }
}

fn words(warning: &SenderWarning) -> String {
    match warning {
        SenderWarning::NameHoldsAddress(address) => {
            format!("The sender's name reads like the address {}, but that is not the real address.", isolated(address))
        }
        SenderWarning::PosesAsReader => {
            "The sender goes by your own name or address, but writes from another address.".to_owned()
        }
        SenderWarning::HiddenCharacters => {
            "The sender's name or address holds characters that cannot be seen or that turn the writing around."
                .to_owned()
        }
        SenderWarning::MixedScripts => {
            "The sender's name mixes letters of different alphabets in one word: they look alike and are not the same."
                .to_owned()
        }
        SenderWarning::LookalikeDomain { shown, real } => format!(
            "The sender's domain {} looks like another one. It is spelt with other letters: {}.",
            isolated(shown),
            isolated(real)
        ),
        SenderWarning::RepliesElsewhere(address) => {
            format!("Answers to this message go to {}, which is not at the sender's domain.", isolated(address))
        }
    }
}

/// A text from a mail amid ours: it turns no letters around but its own (Unicode UAX 9, FSI and PDI), and does not end
/// that by itself.
fn isolated(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    format!("\u{2068}{}\u{2069}", text.replace(turns, ""))
}

fn domain_of(detail: &MessageDetail) -> String {
    let domain = detail.from.first().and_then(|from| from.email.rsplit_once('@'));
    domain.map_or("The sender's domain".to_owned(), |(_, domain)| isolated(domain))
}

/// What the mail server found out, as a line of the details.
#[component]
pub fn SenderCheck(
    /// The message's head.
    detail: std::sync::Arc<MessageDetail>,
) -> impl IntoView {
    detail.authentication.as_ref().map(|found| {
        let checks = checks(found).into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
        let glyph = match found.verdict {
            Verdict::Genuine => Glyph::Check,
            Verdict::Unknown | Verdict::Forged => Glyph::Warning,
        };
        view! {
            <div class="head-line">
                <dt>"Checked"</dt>
                <dd class="sender-check">
                    <Icon glyph/>
                    <div><p>{verdict(found, &domain_of(&detail))}</p> <ul>{checks}</ul></div>
                </dd>
            </div>
        }
    })
}

fn verdict(found: &Authentication, domain: &str) -> String {
    match found.verdict {
        Verdict::Genuine => {
            let passed = |check: &Check| check.result == CheckResult::Pass;
            let signed = found.dkim.iter().any(passed).then_some("signed (DKIM)");
            let confirmed = found.dmarc.as_ref().is_some_and(passed).then_some("confirmed (DMARC)");
            let how: Vec<&str> = signed.into_iter().chain(confirmed).collect();
            format!("This message really comes from {domain}: {}.", how.join(" and "))
        }
        Verdict::Unknown => "The sender could not be verified.".to_owned(),
        Verdict::Forged => format!("This message may be forged: {domain} does not confirm it."),
    }
}

/// Each finding in a sentence of its own.
fn checks(found: &Authentication) -> Vec<String> {
    let spf = found.spf.iter().map(|check| line("Sending machine (SPF)", check));
    let dkim = found.dkim.iter().map(|check| line("Signature (DKIM)", check));
    let dmarc = found.dmarc.iter().map(|check| line("Domain's consent (DMARC)", check));
    spf.chain(dkim).chain(dmarc).collect()
}

fn line(what: &str, check: &Check) -> String {
    let result = match check.result {
        CheckResult::Pass => "passed",
        CheckResult::Fail => "failed",
        CheckResult::SoftFail => "doubtful",
        CheckResult::Neutral => "nothing to check",
        CheckResult::Error => "could not be checked",
    };
    match check.domain.as_str() {
        "" => format!("{what}: {result}"),
        domain => format!("{what}: {result} for {}", isolated(domain)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(result: CheckResult) -> Check {
        Check { result, domain: "x.test".into() }
    }

    #[test]
    fn findings_are_said_in_words() {
        let none = Authentication { verdict: Verdict::Unknown, spf: None, dkim: Vec::new(), dmarc: None };
        let genuine = Authentication {
            verdict: Verdict::Genuine,
            dkim: vec![check(CheckResult::Pass)],
            dmarc: Some(check(CheckResult::Pass)),
            ..none.clone()
        };
        assert_eq!(
            verdict(&genuine, "x.test"),
            "This message really comes from x.test: signed (DKIM) and confirmed (DMARC)."
        );
        let signed = Authentication { dmarc: None, ..genuine.clone() };
        assert_eq!(verdict(&signed, "x.test"), "This message really comes from x.test: signed (DKIM).");
        assert_eq!(verdict(&none, "x.test"), "The sender could not be verified.");
        assert_eq!(checks(&none), Vec::<String>::new());
        assert_eq!(
            checks(&genuine),
            [
                "Signature (DKIM): passed for \u{2068}x.test\u{2069}",
                "Domain's consent (DMARC): passed for \u{2068}x.test\u{2069}"
            ]
        );
        assert_eq!(
            line("SPF", &Check { domain: String::new(), ..check(CheckResult::SoftFail) }),
            "SPF: doubtful"
        );
    }

    #[test]
    fn what_came_from_a_mail_stands_isolated_in_our_sentences() {
        let text = words(&SenderWarning::RepliesElsewhere("a@\u{202e}\u{2069}b".into()));
        assert!(text.contains("\u{2068}a@b\u{2069}, which"), "{text}");
    }
}
