use super::*;
use proptest::prelude::*;

const OURS: &str = "mx.example.org";

fn trusted() -> Vec<String> {
    vec![OURS.to_owned(), "imap.example.org".to_owned()]
}

fn read(header: &str, from: &str) -> Option<Authentication> {
    authentication(header.as_bytes(), &trusted(), Some(from))
}

/// The findings in short: `verdict spf dkim… dmarc`.
fn short(header: &str, from: &str) -> String {
    let Some(found) = read(header, from) else { return "nothing".to_owned() };
    let check = |name: &str, check: &Check| format!(" {name}:{:?}@{}", check.result, check.domain);
    let mut text = format!("{:?}", found.verdict);
    text.extend(found.spf.iter().map(|spf| check("spf", spf)));
    text.extend(found.dkim.iter().map(|dkim| check("dkim", dkim)));
    text.extend(found.dmarc.iter().map(|dmarc| check("dmarc", dmarc)));
    text
}

#[test]
fn fields_of_every_form_are_read() {
    for (value, expected) in [
        (
            "mx.example.org; spf=pass smtp.mailfrom=a@b.test; dkim=pass header.d=b.test; dmarc=pass header.from=b.test",
            "Genuine spf:Pass@b.test dkim:Pass@b.test dmarc:Pass@b.test",
        ),
        // Nothing was looked at.
        ("mx.example.org; none", "Unknown"),
        ("mx.example.org", "Unknown"),
        ("MX.example.ORG 1; dmarc=pass header.from=B.TEST.", "Genuine dmarc:Pass@b.test"),
        ("mx.example.org 2; dmarc=pass header.from=b.test", "nothing"),
        ("\"mx.example.org\"; dmarc=pass header.from=b.test", "Genuine dmarc:Pass@b.test"),
        // Comments, nested and escaped, that hold what looks like results.
        (
            "mx.example.org (a (b; dkim=pass \\) ) header.d=b.test);\r\n\tdmarc (x) = (y) fail (p=reject dis=none) header.from=b.test",
            "Forged dmarc:Fail@b.test",
        ),
        ("mx.example.org; dkim = pass (2048-bit key) header . d = b.test", "Genuine dkim:Pass@b.test"),
        ("mx.example.org; dkim/1=pass header.i=@news.b.test", "Unknown dkim:Pass@news.b.test"),
        ("mx.example.org; dkim=pass header.i=\"x y\"@b.test header.b=Ab+/=", "Genuine dkim:Pass@b.test"),
        ("mx.example.org; dkim=pass reason=\"good; dmarc=fail\" header.d=b.test", "Genuine dkim:Pass@b.test"),
        ("mx.example.org; dkim=pass reason=with several words header.d=b.test", "Genuine dkim:Pass@b.test"),
        // Properties that are missing or of another kind.
        ("mx.example.org; spf=pass; dkim=pass; dmarc=pass", "Unknown spf:Pass@ dkim:Pass@ dmarc:Pass@"),
        ("mx.example.org; spf=softfail smtp.helo=h.test smtp.mailfrom=", "Unknown spf:SoftFail@h.test"),
        ("mx.example.org; spf=HardFail smtp.mailfrom=b.test", "Forged spf:Fail@b.test"),
        ("mx.example.org; spf=fail smtp.mailfrom=list.test", "Unknown spf:Fail@list.test"),
        ("mx.example.org; dmarc=temperror header.from=b.test", "Unknown dmarc:Error@b.test"),
        (
            "mx.example.org; spf=neutral smtp.mailfrom=b.test; spf=pass smtp.mailfrom=b.test",
            "Unknown spf:Neutral@b.test",
        ),
        ("mx.example.org; arc=pass; iprev=pass policy.iprev=192.0.2.1; x=y", "Unknown"),
        // DMARC of another domain proves nothing for this one, and overrules a signature.
        (
            "mx.example.org; dkim=pass header.d=b.test; dmarc=pass header.from=evil.test",
            "Unknown dkim:Pass@b.test dmarc:Pass@evil.test",
        ),
        (
            "mx.example.org; dkim=pass header.d=b.test; dmarc=fail header.from=b.test",
            "Forged dkim:Pass@b.test dmarc:Fail@b.test",
        ),
        // No server's name (as Microsoft writes it), another's, and one that only resembles ours.
        ("spf=pass smtp.mailfrom=b.test; dmarc=pass header.from=b.test", "nothing"),
        ("evil.test; dmarc=pass header.from=b.test", "nothing"),
        ("mx.example.org.evil.test; dmarc=pass header.from=b.test", "nothing"),
        ("(mx.example.org) evil.test; dmarc=pass", "nothing"),
        ("mx.example.org evil.test; dmarc=pass header.from=b.test", "nothing"),
        ("", "nothing"),
        (";;;===;", "nothing"),
        ("mx.example.org; = ; dmarc ; dmarc= ; =pass ; dmarc==pass", "Unknown"),
        ("mx.example.org; dkim=pass header.d=\"b.test", "Genuine dkim:Pass@b.test"),
    ] {
        assert_eq!(short(&format!("Authentication-Results: {value}\r\n"), "b.test"), expected, "{value}");
    }
}

#[test]
fn signatures_prove_their_own_domain_and_what_is_below_it() {
    for (signed, from, expected) in [
        ("b.test", "b.test", Verdict::Genuine),
        ("b.test", "B.Test", Verdict::Genuine),
        ("b.test", "news.b.test", Verdict::Genuine),
        ("news.b.test", "b.test", Verdict::Unknown),
        ("b.test", "evilb.test", Verdict::Unknown),
        ("test", "b.test", Verdict::Unknown),
    ] {
        let header =
            format!("Authentication-Results: {OURS}; dkim=fail header.d={from}; dkim=pass header.d={signed}");
        assert_eq!(read(&header, from).map(|found| found.verdict), Some(expected), "{signed} for {from}");
    }
    let header =
        format!("Authentication-Results: {OURS}; dmarc=pass header.from=b.test; dkim=pass header.d=b.test");
    let found = authentication(header.as_bytes(), &trusted(), None).unwrap();
    assert_eq!(found.verdict, Verdict::Unknown, "several senders, or none");
}

#[test]
fn only_what_our_servers_wrote_counts() {
    let pass = "Authentication-Results: mx.example.org; dmarc=pass header.from=b.test\r\n";
    let fail = "Authentication-Results: mx.example.org; dmarc=fail header.from=b.test\r\n";
    let theirs = "Authentication-Results: mx.b.test; dmarc=pass header.from=b.test\r\n";
    let border = "Received: from b.test (x [192.0.2.1]) by mx.example.org (Postfix)\r\n\twith ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
    let inside =
        "Received: from mx.example.org by IMAP.example.org. with LMTP; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
    let foreign = "Received: from [127.0.0.1] by smtp.b.test; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
    let tricky = "Received: from x (by mx.example.org) by evil.test; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
    for (fields, expected) in [
        (vec![inside, pass, border, foreign], "Genuine dmarc:Pass@b.test"),
        (vec![border, pass, foreign], "Genuine dmarc:Pass@b.test"),
        (vec!["X-Spam: no\r\n", pass], "Genuine dmarc:Pass@b.test"),
        // Below what a foreign server wrote, everything may be forged.
        (vec![foreign, pass], "nothing"),
        (vec![border, foreign, pass], "nothing"),
        (vec![tricky, pass], "nothing"),
        (vec!["Received: nonsense\r\n", pass], "nothing"),
        // Ours says no, the sender wrote yes below it.
        (vec![fail, border, pass], "Forged dmarc:Fail@b.test"),
        (vec![border, fail, pass, foreign], "Forged dmarc:Fail@b.test"),
        (vec![border, fail, border, pass], "Forged dmarc:Fail@b.test"),
        (vec![theirs, pass, theirs], "Genuine dmarc:Pass@b.test"),
        (vec![theirs], "nothing"),
    ] {
        assert_eq!(short(&fields.concat(), "b.test"), expected, "{fields:#?}");
    }
    let two = "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=b.test\r\n\
               Authentication-Results: imap.example.org; dkim=pass header.d=b.test\r\n";
    assert_eq!(short(two, "b.test"), "Genuine spf:Pass@b.test dkim:Pass@b.test");
    assert_eq!(authentication(pass.as_bytes(), &[], Some("b.test")), None, "nobody is trusted by default");
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(value in proptest::collection::vec(any::<u8>(), 0..200)) {
        let header = [b"Authentication-Results: mx.example.org;", value.as_slice()].concat();
        authentication(&header, &trusted(), Some("b.test"));
    }

    #[test]
    fn nothing_like_results_makes_it_panic(value in "(mx\\.example\\.org|dkim|dmarc|=|;|\\(|\\)|\"|\\\\|pass|header|\\.|d|\r\n | ){0,60}") {
        short(&format!("Authentication-Results: {value}"), "b.test");
    }
}
