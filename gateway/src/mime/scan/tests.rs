use super::*;
use crate::{
    imap::{convert::summary, response::BodyPart},
    mime::{detail::detail, select::BodyPlan},
};
use postern_shared::{
    body::BodyKind,
    flags::Flags,
    ids::{FolderId, Uid, UidValidity},
};
use proptest::prelude::*;

fn scan_in(message: &[u8], piece: usize) -> Scanned {
    let mut scanner = Scanner::new();
    message.chunks(piece.max(1)).for_each(|piece| scanner.push(piece));
    scanner.finish()
}

fn scan(message: impl AsRef<[u8]>) -> Scanned {
    let message = message.as_ref();
    let whole = scan_in(message, message.len());
    assert_eq!(whole, scan_in(message, 1));
    check(message, &whole);
    whole
}

/// With CRLF, as mail comes.
fn mail(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

/// What holds for every message.
fn check(message: &[u8], scanned: &Scanned) {
    let layout = &scanned.layout;
    assert_eq!(layout.size, message.len() as u64);
    assert_eq!(Layout::decode(&layout.encode()).as_ref(), Some(layout));
    assert!(scanned.text.len() <= 256 * 1024);
    assert!(!scanned.text.contains('\0'));
    assert!(scanned.preview.as_ref().is_none_or(|preview| preview.chars().count() <= 200));
    assert_eq!(scanned.unreadable, layout.structure.is_none());
    let mut names = std::collections::HashSet::new();
    for place in &layout.places {
        assert!(place.start <= place.end && place.end <= layout.size, "{place:?}");
        assert!(names.insert(&place.part), "{place:?} twice");
        if let Some((parent, _)) = place.part.rsplit_once('.') {
            let parent = layout.place(parent).unwrap();
            assert!(parent.start <= place.start && place.end <= parent.end, "{place:?} in {parent:?}");
        }
    }
    if let Some(structure) = &layout.structure {
        let mut leaves = Vec::new();
        collect(structure, 0, &mut leaves);
        assert!(leaves.len() <= 1000);
        for part in leaves {
            let place = layout.place(&part.part).unwrap();
            assert_eq!(place.end - place.start, part.size, "{}", part.part);
        }
    }
}

fn collect<'a>(part: &'a BodyPart, depth: usize, leaves: &mut Vec<&'a BodyPart>) {
    assert!(depth <= 51);
    if part.kind != "multipart" {
        leaves.push(part);
    }
    part.children.iter().for_each(|child| collect(child, depth + 1, leaves));
}

/// A structure in short: `part kind/subtype`, and what stands in it.
fn outline(part: &BodyPart) -> String {
    let name = format!("{} {}/{}", part.part, part.kind, part.subtype);
    if part.children.is_empty() {
        return name;
    }
    let children: Vec<_> = part.children.iter().map(outline).collect();
    format!("{name}({})", children.join(", "))
}

fn shape(message: impl AsRef<[u8]>) -> String {
    outline(scan(message).layout.structure.as_ref().unwrap())
}

/// What stands at each part's place.
fn bodies(message: &[u8]) -> Vec<(String, String)> {
    let text = |place: &PartPlace| {
        String::from_utf8_lossy(&message[place.start as usize..place.end as usize]).into_owned()
    };
    scan(message).layout.places.iter().map(|place| (place.part.clone(), text(place))).collect()
}

fn expect(bodies: &[(&str, &str)]) -> Vec<(String, String)> {
    bodies.iter().map(|(part, body)| ((*part).to_owned(), (*body).to_owned())).collect()
}

const NEWSLETTER: &str = "\
Received: from b by c; Mon, 1 Jan 2024 00:00:10 +0000
Received: from a by b; Mon, 1 Jan 2024 00:00:05 +0000
From: =?utf-8?q?Ad=C3=A1?= <ada@a.test>
To: Grace <grace@b.test>,
 team: x@c.test;
Subject: =?utf-8?q?gr=C3=BCn?=
 =?utf-8?q?es?=
Date: Mon, 1 Jan 2024 01:00:00 +0100
Message-ID: <m@a.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

preamble
--out
Content-Type: multipart/related; boundary=\"rel ated\"

--rel ated
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8; format=flowed

Hello,
plain
--alt
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<style>p{}</style><p>Hello, <b>gr=C3=BCn</b></p><blockquote>old</blockquote>

--alt--
--rel ated
Content-Type: image/png
Content-ID: <logo@a>
Content-Transfer-Encoding: BASE64

AAAA
--rel ated--

--out
Content-Type: application/pdf; name=terms.pdf
Content-Disposition: ATTACHMENT; filename=\"terms of use.pdf\"
Content-Description: the terms

%PDF
--out--
epilogue
";

#[test]
fn a_newsletter_is_understood_as_a_server_would() {
    let message = mail(NEWSLETTER);
    assert_eq!(
        shape(&message),
        " multipart/mixed(1 multipart/related(1.1 multipart/alternative(1.1.1 text/plain, 1.1.2 text/html), \
         1.2 image/png), 2 application/pdf)"
    );
    let places = bodies(&message);
    let body = |part: &str| places.iter().find(|(name, _)| name == part).unwrap().1.as_str();
    assert_eq!(body("1.1.1"), "Hello,\r\nplain");
    assert!(body("1.1.2").ends_with("</blockquote>\r\n"));
    assert!(body("1.1").starts_with("--alt\r\n") && body("1.1").ends_with("--alt--"));
    assert!(body("1").starts_with("--rel ated\r\n") && body("1").ends_with("--rel ated--\r\n"));
    assert_eq!((body("1.2"), body("2")), ("AAAA", "%PDF"));

    let scanned = scan(&message);
    assert_eq!(scanned.received, Some(1_704_067_210));
    assert_eq!(scanned.text, "Hello, grün old terms of use.pdf");
    assert_eq!(scanned.preview.as_deref(), Some("Hello, grün"));

    let fetch = scanned.layout.fetch(Uid(9), Flags::default(), 77);
    let row = summary(&fetch, &FolderId("INBOX".into()), UidValidity(1));
    assert_eq!((row.subject.as_str(), row.sent, row.received), ("grünes", Some(1_704_067_200), 77));
    assert_eq!((row.from[0].name.as_str(), row.from[0].email.as_str()), ("Adá", "ada@a.test"));
    assert_eq!(row.to.iter().map(|to| to.email.as_str()).collect::<Vec<_>>(), ["grace@b.test", "x@c.test"]);
    assert!(row.has_attachment && !row.unreadable);
    assert_eq!(row.size, message.len() as u64);

    let detail = detail(row.key, &fetch);
    assert_eq!(detail.message_id.as_deref(), Some("<m@a.test>"));
    assert_eq!((detail.body, detail.sender.len(), detail.attachments.len()), (BodyKind::Html, 0, 2));
    assert!(detail.attachments[0].minor, "the picture in the text");
    assert_eq!((detail.attachments[1].name.as_str(), detail.attachments[1].size), ("terms of use.pdf", 4));
    let plan = BodyPlan::of(fetch.structure.as_ref());
    assert_eq!((plan.pictures[0].content_id.as_str(), plan.pictures[0].inline), ("logo@a", true));
}

#[test]
fn a_parts_header_is_told_as_it_stands() {
    let structure = scan(mail(NEWSLETTER)).layout.structure.unwrap();
    let plain = &structure.children[0].children[0].children[0];
    assert_eq!(plain.params[1], ("format".to_owned(), b"flowed".to_vec()));
    assert_eq!((plain.encoding.as_str(), plain.size), ("7bit", 13));
    let png = &structure.children[0].children[1];
    assert_eq!((png.id.as_deref(), png.encoding.as_str()), (Some(b"<logo@a>".as_slice()), "base64"));
    let pdf = &structure.children[1];
    assert_eq!(pdf.description.as_deref(), Some(b"the terms".as_slice()));
    let disposition = pdf.disposition.as_ref().unwrap();
    assert_eq!(disposition.kind, "attachment");
    assert_eq!(disposition.params, [("filename".to_owned(), b"terms of use.pdf".to_vec())]);
}

#[test]
fn structures() {
    for (message, expected) in [
        ("Subject: x\n\nbody", "1 text/plain"),
        ("Content-Type: text/html\n\n<p>", "1 text/html"),
        ("Content-Type: nonsense\n\nx", "1 text/plain"),
        ("Content-Type: image/png\n\nx", "1 image/png"),
        (
            "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\n\n\
             --s\n\ntext\n--s\nContent-Type: application/pgp-signature\n\nsig\n--s--",
            " multipart/signed(1 text/plain, 2 application/pgp-signature)",
        ),
        (
            "Content-Type: multipart/report; boundary=r\n\n--r\n\nfailed\n--r\nContent-Type: message/delivery-status\n\n\
             Action: failed\n\n--r\nContent-Type: text/rfc822-headers\n\nSubject: x\n--r--\n",
            " multipart/report(1 text/plain, 2 message/delivery-status, 3 text/rfc822-headers)",
        ),
        (
            "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: a\n\none\n--d\nContent-Type: text/plain\n\nx\n--d--\n",
            " multipart/digest(1 message/rfc822(1.1 text/plain), 2 text/plain)",
        ),
        ("Content-Type: message/rfc822\n\nSubject: in\n\nbody", "1 message/rfc822(1.1 text/plain)"),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a\nContent-Type: message/rfc822\n\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\n\ny\n--b\nContent-Type: image/png\n\nz\n--b--\n--a--\n",
            " multipart/mixed(1 text/plain, 2 message/rfc822(2 multipart/mixed(2.1 text/plain, 2.2 image/png)))",
        ),
        ("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQUJD", "1 message/rfc822"),
        // Broken ones.
        ("Content-Type: multipart/mixed\n\n--a\n\nx\n--a--", "1 text/plain"),
        ("Content-Type: multipart/mixed; boundary=a\n\nno part", "1 text/plain"),
        ("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\n-- \nx", "1 text/plain"),
        ("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx", " multipart/mixed(1 text/plain)"),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a--",
            " multipart/mixed(1 text/plain, 2 text/plain)",
        ),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: image/png\n--a--",
            " multipart/mixed(1 image/png)",
        ),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n\
             --b\n\nx\n--a\n\ny\n--a--\n--a\n\nz",
            " multipart/mixed(1 multipart/alternative(1.1 text/plain), 2 text/plain)",
        ),
        // One boundary begins the other.
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n\
             --ab\n\nx\n--ab--\n--a  \n\ny\n--a--",
            " multipart/mixed(1 multipart/mixed(1.1 text/plain), 2 text/plain)",
        ),
        (
            "Content-Type: multipart/mixed; boundary=ab\n\n--ab\nContent-Type: multipart/mixed; boundary=a\n\n\
             --a\n\nx\n--a--\n--ab\n\ny\n--ab--",
            " multipart/mixed(1 multipart/mixed(1.1 text/plain), 2 text/plain)",
        ),
        // Both are the same.
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n\
             --a\n\nx\n--a--\n--a\n\ny\n--a--",
            " multipart/mixed(1 multipart/mixed(1.1 text/plain), 2 text/plain)",
        ),
        // One looks like the other's end.
        (
            "Content-Type: multipart/mixed; boundary=a--\n\n--a--\n\nx\n--a--\n\ny\n--a----\n",
            " multipart/mixed(1 text/plain, 2 text/plain)",
        ),
        ("\n\nContent-Type: image/png\n", "1 text/plain"),
        ("From ada@a.test Mon Jan  1 00:00:00 2024\nContent-Type: image/png\n\nx", "1 image/png"),
        ("\u{feff}Content-Type: image/png\n\nx", "1 image/png"),
        ("Subject: x\nno colon\nContent-Type: image/png\n\nx", "1 image/png"),
        ("Subject: x\n \nContent-Type: image/png\n\nx", "1 image/png"),
        (
            "Content-Type: multipart/mixed; boundary=a\n \nPreamble here\n\n--a\n\nx",
            " multipart/mixed(1 text/plain)",
        ),
    ] {
        assert_eq!(shape(mail(message)), expected, "{message}");
        assert_eq!(shape(message), expected, "with LF {message}");
        if !message.contains("Content-Type: message") {
            assert_eq!(shape(message.replace('\n', "\r")), expected, "with CR {message}");
        }
    }
}

#[test]
fn places_of_attached_messages() {
    let message = "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\n\
        Subject: in\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ny\n--b--\n\n--a--\n";
    let inner = "Subject: in\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ny\n--b--\n";
    assert_eq!(bodies(message.as_bytes()), expect(&[("1", inner), ("1.1", "y")]));
    let scanned = scan(message);
    let attached = &scanned.layout.structure.as_ref().unwrap().children[0];
    assert_eq!(attached.envelope.as_ref().unwrap().subject.as_deref(), Some(b"in".as_slice()));
    assert_eq!(scanned.layout.envelope.subject, None);
    assert_eq!(scanned.text, "in.eml y");

    let single = "Content-Type: message/rfc822\n\nSubject: in\n\nbody\n";
    assert_eq!(bodies(single.as_bytes()), expect(&[("1", "Subject: in\n\nbody\n"), ("1.1", "body\n")]));
}

#[test]
fn bodies_end_before_the_break_of_the_boundary() {
    const MIXED: &str = "Content-Type: multipart/mixed; boundary=a\n\n";
    for (body, expected) in [
        ("--a\n\n\nx\n\n--a\n\n--a\nA: b\n\n--a--\n", vec![("1", "\nx\n"), ("2", ""), ("3", "")]),
        ("--a\n\nx\n", vec![("1", "x\n")]),
        ("--a\n\nx\r\n--a\n\ny\r\n--a--", vec![("1", "x"), ("2", "y")]),
        ("--a\n\n--b\nx--a\n --a\n-- a", vec![("1", "--b\nx--a\n --a\n-- a")]),
        // Behind its end a boundary is none, and what follows it in its line does not matter.
        ("--a \t\n\nx\n--a-- end\n--a\n\ny", vec![("1", "x")]),
        ("--a, so it is\n\nx\n--a", vec![("1", "x"), ("2", "")]),
    ] {
        let message = format!("{MIXED}{body}");
        assert_eq!(bodies(message.as_bytes()), expect(&expected), "{body}");
    }
}

#[test]
fn without_a_header_the_source_is_shown() {
    for message in [&b""[..], b"just text", b"\x00\xff\x80 garbage \r\n\r\nmore", b"not a field: x\n\nbody"] {
        let scanned = scan(message);
        assert!(scanned.unreadable, "{message:?}");
        let fetch = scanned.layout.fetch(Uid(1), Flags::default(), 0);
        assert_eq!(BodyPlan::of(fetch.structure.as_ref()).kind, BodyKind::Source);
        assert!(summary(&fetch, &FolderId("INBOX".into()), UidValidity(1)).unreadable);
        assert_eq!(scanned.layout.place(""), Some(0..message.len() as u64));
    }
    assert_eq!(scan("Hello  there\n\nyou").text, "Hello there you");
    assert!(!scan("Subject: only this").unreadable);
}

#[test]
fn a_body_without_an_empty_line_before_it_is_found() {
    let scanned = scan("Subject: x\nHello there.\nThis: is text\n");
    assert_eq!(scanned.preview.as_deref(), Some("Hello there. This: is text"));
    assert_eq!(scanned.layout.place("1"), Some(11..38));
    let part = scan("Content-Type: multipart/mixed; boundary=a\n\n--a\nHello there.\n\nmore\n--a--");
    assert_eq!(part.text, "Hello there. more");
    let space = scan("Subject: x\n \nHello there.\n");
    assert_eq!(space.text, "Hello there.");
}

#[test]
fn previews_are_what_the_sender_wrote() {
    for (kind, body, preview) in [
        ("plain", "Yes.\n\nOn Monday Grace wrote:\n> Is it?\n> Really?\n\nBye\n-- \nAda", "Yes. Bye"),
        ("plain", "> only\n> quotes", "only quotes"),
        ("plain", "\n\n", ""),
        ("plain", "a\u{200b}\u{34f} b\u{a0}\u{a0}c", "a b c"),
        (
            "html",
            "<html><head><title>T</title><style>x</style></head><body>A&amp;B<br>c<script>1</script>",
            "A&B c",
        ),
        ("html", "<div>Yes</div><div>Grace wrote:<blockquote><p>a</p><p>b</p></blockquote></div>", "Yes"),
        ("html", "<p>a</p\n><p>b", "a b"),
        ("html", "one\ntwo <i>th</i>ree", "one two three"),
    ] {
        let message = format!("Content-Type: text/{kind}; charset=utf-8\n\n{body}");
        assert_eq!(scan(&message).preview.unwrap_or_default(), preview, "{body}");
    }
    let long = format!("A: b\n\n{}", "wörd ".repeat(1_000));
    assert_eq!(scan(long).preview.unwrap().chars().count(), 199);
}

#[test]
fn texts_are_decoded() {
    let base64 =
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\nZ3L8\nbiB0ZWE=\n";
    assert_eq!(scan(base64).text, "grün tea");
    let meta = b"Content-Type: text/html\n\n<meta charset=windows-1252>gr\xfcn";
    assert_eq!(scan(meta).text, "grün");
    assert_eq!(
        scan("Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nsecret").text,
        "a.txt"
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let deep: String =
        (0..200).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}x\n\n--b{n}x\n")).collect();
    let scanned = scan(&deep);
    let mut depth = 0;
    let mut part = scanned.layout.structure.as_ref().unwrap();
    while let Some(child) = part.children.first() {
        (part, depth) = (child, depth + 1);
    }
    assert_eq!(depth, 50);
    assert!(BodyPlan::of(scanned.layout.structure.as_ref()).truncated);

    let messages = "Content-Type: message/rfc822\n\n".repeat(5_000);
    scan(messages);

    let many = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\nx", "--a\n\nx\n".repeat(3_000));
    let scanned = scan(&many);
    let last = scanned.layout.structure.as_ref().unwrap().children.last().unwrap().clone();
    assert_eq!(last.part, "999");
    assert_eq!(scanned.layout.place("999").unwrap().end, many.len() as u64);

    let recipients = format!("To: {}\nSubject: still here\n\n", "a@b.test, ".repeat(100_000));
    let scanned = scan_in(recipients.as_bytes(), 1000);
    assert!(scanned.layout.envelope.to.len() <= 10_000);
    assert!(scanned.layout.encode().len() < 1024 * 1024);

    let text = format!("Subject: x\n\n{}", "word ".repeat(200_000));
    assert_eq!(scan_in(text.as_bytes(), 4096).text.len(), 256 * 1024);

    let header = format!("{}Subject: too late\n\nbody", "X: y\n".repeat(300_000));
    let scanned = scan_in(header.as_bytes(), 4096);
    assert_eq!((scanned.layout.envelope.subject, scanned.text.as_str()), (None, "body"));
}

#[test]
fn fields_that_come_twice() {
    let layout = scan(
        "Subject: a\nsubject : b  \n  c\nFrom: a@x\nFROM: b@x\nTo: a@x\nTO: b@x\n\
         Content-Type: text/html\nContent-Type: image/png\n\n",
    )
    .layout;
    assert_eq!(layout.envelope.subject.as_deref(), Some(b"b c".as_slice()));
    assert_eq!((layout.envelope.from.len(), layout.envelope.to.len()), (2, 2));
    assert_eq!(layout.structure.unwrap().subtype, "html");
}

#[test]
fn what_is_no_layout_is_not_read() {
    assert_eq!(Layout::decode(b""), None);
    assert_eq!(Layout::decode(b"\xffabc"), None);
    let mut encoded = scan(mail(NEWSLETTER)).layout.encode();
    encoded.truncate(encoded.len() / 2);
    assert_eq!(Layout::decode(&encoded), None);
}

/// Pieces that make up messages, good and bad.
fn fragments() -> impl Strategy<Value = Vec<u8>> {
    let fragment = prop::sample::select(vec![
        "Content-Type: multipart/mixed; boundary=a\r\n",
        "Content-Type: multipart/digest; boundary=\"ab\"\n",
        "Content-Type: message/rfc822\r\n",
        "Content-Type: text/html\r\n",
        "Content-Type: image/png; name=x\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Subject: x\r\n",
        "\r\n",
        "\r\n",
        "\n",
        "\r",
        " ",
        "--a\r\n",
        "--a\r\n",
        "--a--\r\n",
        "--ab\r\n",
        "--ab--\n",
        "--",
        "text\r\n",
        "<b>x</b>",
        "> quote\r\n",
        "\0\u{fc}",
        ":",
    ]);
    prop::collection::vec(fragment, 0..40).prop_map(|fragments| fragments.concat().into_bytes())
}

proptest! {
    #[test]
    fn however_it_is_cut(message in fragments(), pieces in prop::collection::vec(1_usize..40, 1..20)) {
        let whole = scan_in(&message, message.len());
        check(&message, &whole);
        let mut scanner = Scanner::new();
        let mut rest = message.as_slice();
        for length in pieces.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(rest.len().min(*length));
            scanner.push(piece);
            rest = after;
        }
        prop_assert_eq!(scanner.finish(), whole);
    }

    #[test]
    fn never_panics(message in prop::collection::vec(any::<u8>(), 0..400), header in prop::collection::vec(any::<u8>(), 0..60)) {
        scan(&message);
        scan([b"From: ".as_slice(), &header, b"\r\nContent-Type: ", &header, b"\r\n\r\n", &message].concat());
    }

    #[test]
    fn no_layout_makes_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        Layout::decode(&[&[1], bytes.as_slice()].concat());
    }
}
