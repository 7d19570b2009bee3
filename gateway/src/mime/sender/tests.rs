use super::*;
use crate::{imap::response::Fetch, mime::detail::detail};
use postern_shared::ids::{MessageKey, Uid, UidValidity};
use proptest::prelude::*;

fn address(name: &str, email: &str) -> Address {
    Address { name: name.into(), email: email.into() }
}

fn mail(from: &[(&str, &str)], to: &[(&str, &str)], reply_to: &[(&str, &str)]) -> MessageDetail {
    let list = |list: &[(&str, &str)]| list.iter().map(|(name, email)| address(name, email)).collect();
    let key = MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) };
    MessageDetail {
        from: list(from),
        to: list(to),
        reply_to: list(reply_to),
        ..detail(key, &Fetch::default())
    }
}

fn ada() -> Recipient {
    Recipient { address: "ada@example.org".into(), trusted: Arc::default() }
}

fn warnings(name: &str, email: &str) -> Vec<SenderWarning> {
    ada().warnings(&mail(&[(name, email)], &[("Ada Lovelace", "Ada@example.org")], &[]))
}

#[test]
fn honest_senders_are_left_alone() {
    for (name, email) in [
        ("", "grace@x.test"),
        ("Grace Hopper", "grace@x.test"),
        ("grace@x.test", "grace@x.test"),
        ("Grace (grace@mail.x.co.uk)", "grace@x.co.uk"),
        ("Jörg Müßig-Ærø", "joerg@x.test"),
        ("Иван Петров", "ivan@x.test"),
        ("Иван Petrov (Ivan)", "ivan@x.test"),
        ("Сара", "sara@x.test"),
        ("山田 太郎", "yamada@x.test"),
        ("NHKニュース", "news@x.test"),
        ("김철수", "kim@x.test"),
        ("محمد \u{200f}علي", "m@x.test"),
        ("می\u{200c}خواهم", "m@x.test"),
        ("ศรีสุข", "s@x.test"),
        (
            "Team \u{1f469}\u{200d}\u{1f4bb} & \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
            "t@x.test",
        ),
        ("Sales @ Example", "sales@x.test"),
        ("Twitter user @grace", "t@x.test"),
        ("ＡＣＭＥ　Ｉｎｃ", "a@x.test"),
        ("Ada", "ada@elsewhere.test"),
        ("Müller", "info@müller.test"),
        ("Müller", "info@xn--mller-kva.test"),
        ("Пример", "i@пример.test"),
        ("m²·α-Ω", "x@x.test"),
    ] {
        assert_eq!(warnings(name, email), [], "{name} <{email}>");
    }
}

#[test]
fn names_that_deceive_are_told() {
    use SenderWarning::*;
    let holds = |address: &str| vec![NameHoldsAddress(address.into())];
    let look = |shown: &str, real: &str| vec![LookalikeDomain { shown: shown.into(), real: real.into() }];
    for (name, email, expected) in [
        ("boss@bank.test", "x@evil.test", holds("boss@bank.test")),
        ("\"Boss\" <boss@bank.test>", "x@evil.test", holds("boss@bank.test")),
        ("Boss (boss@bank.test) via list", "list@lists.test", holds("boss@bank.test")),
        ("boss＠bank.test", "x@evil.test", holds("boss@bank.test")),
        ("boss@co.uk.test, really", "x@evil.co.uk", holds("boss@co.uk.test")),
        ("boss@bank.test", "nonsense", holds("boss@bank.test")),
        (
            "boss@ba\u{200b}nk.test",
            "x@evil.test",
            vec![NameHoldsAddress("boss@bank.test".into()), HiddenCharacters],
        ),
        ("ada@example.org", "x@evil.test", vec![PosesAsReader]),
        ("ADA LOVELACE", "x@evil.test", vec![PosesAsReader]),
        // Cyrillic а.
        ("Ad\u{430} Lovelace", "x@evil.test", vec![PosesAsReader, MixedScripts]),
        ("P\u{430}ypal", "x@evil.test", vec![MixedScripts]),
        ("Service\u{202e}lapyap", "x@evil.test", vec![HiddenCharacters]),
        ("Pay\u{200d}pal", "x@evil.test", vec![HiddenCharacters]),
        ("Bank\u{200e}", "x@evil.test", vec![HiddenCharacters]),
        ("Bank", "x\u{202e}@evil.test", vec![HiddenCharacters]),
        ("Apple", "x@xn--80ak6aa92e.com", look("аррӏе.com", "xn--80ak6aa92e.com")),
        ("Paypal", "x@p\u{430}ypal.com", look("pаypal.com", "xn--pypal-4ve.com")),
    ] {
        assert_eq!(warnings(name, email), expected, "{name} <{email}>");
    }
}

#[test]
fn the_reader_may_write_as_the_reader() {
    for from in [("Ada Lovelace", "ADA@example.org"), ("ada@example.org", "ada@example.org")] {
        assert_eq!(ada().warnings(&mail(&[from], &[("Ada Lovelace", "ada@example.org")], &[])), []);
    }
    let nobody = Recipient::default();
    assert_eq!(nobody.warnings(&mail(&[("Ada Lovelace", "x@evil.test")], &[("Ada Lovelace", "")], &[])), []);
}

#[test]
fn answers_to_another_owner_are_told() {
    let elsewhere = |email: &str| vec![SenderWarning::RepliesElsewhere(email.into())];
    for (from, reply, expected) in [
        ("a@x.test", "a@x.test", vec![]),
        ("a@x.test", "a@X.TEST", vec![]),
        ("a@mail.x.co.uk", "b@news.x.co.uk", vec![]),
        ("a@x.co.uk", "a@y.co.uk", elsewhere("a@y.co.uk")),
        ("a@x.test", "a@y.test", elsewhere("a@y.test")),
        ("a@x.test", "nobody", vec![]),
        ("", "a@y.test", vec![]),
    ] {
        assert_eq!(ada().warnings(&mail(&[("", from)], &[], &[("", reply)])), expected, "{from} {reply}");
    }
    let two = mail(&[("", "a@x.test"), ("", "b@y.test")], &[], &[("", "b@y.test")]);
    assert_eq!(ada().warnings(&two), []);
}

#[test]
fn what_is_said_of_endless_senders_has_an_end() {
    let from: Vec<(String, String)> =
        (0..1000).map(|at| (format!("a@{at}.test"), "b@x.test".to_owned())).collect();
    let from: Vec<(&str, &str)> = from.iter().map(|(name, email)| (name.as_str(), email.as_str())).collect();
    assert_eq!(ada().warnings(&mail(&from, &[], &[])).len(), SENDERS);
    assert_eq!(warnings("A", &format!("a@xn--{}.test", "\u{430}".repeat(5000))), []);
}

#[test]
fn the_same_is_told_once() {
    let twice = mail(&[("P\u{430}y", "a@x.test"), ("P\u{430}y", "b@x.test")], &[], &[]);
    assert_eq!(ada().warnings(&twice), [SenderWarning::MixedScripts]);
}

#[test]
fn a_judgement_needs_one_sender() {
    let reader = Recipient { trusted: Arc::from(["mx.test".to_owned()]), ..ada() };
    let header = b"Authentication-Results: mx.test; dmarc=pass header.from=x.test";
    let verdict = |from: &[(&str, &str)]| {
        let mut detail = mail(from, &[], &[]);
        reader.judge(&mut detail, header);
        detail.authentication.map(|found| found.verdict)
    };
    use postern_shared::sender::Verdict;
    assert_eq!(verdict(&[("", "a@x.test")]), Some(Verdict::Genuine));
    assert_eq!(verdict(&[("", "a@x.test"), ("", "a@bank.test")]), Some(Verdict::Unknown));
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(name in "\\PC{0,60}", email in "\\PC{0,60}") {
        warnings(&name, &email);
    }
}
