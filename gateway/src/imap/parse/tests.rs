use super::*;
use crate::imap::response::*;
use postern_shared::{ids::Uid, uid_set::UidSet};
use proptest::prelude::*;

fn read(response: &str) -> Untagged {
    untagged(format!(" {response}").as_bytes())
}

fn fetch(items: &str) -> Fetch {
    match read(&format!("1 FETCH {items}")) {
        Untagged::Fetch(fetch) => *fetch,
        other => panic!("{other:?}"),
    }
}

fn structure(text: &str) -> BodyPart {
    let fetch = fetch(&format!("(UID 4 BODYSTRUCTURE {text} FLAGS (\\Seen))"));
    assert!(fetch.uid.is_some() && fetch.flags.is_some(), "the neighbours are whole: {text}");
    fetch.structure.unwrap_or_else(|| panic!("not read: {text}"))
}

fn flags(names: &[&str]) -> Flags {
    let mut flags = Flags::new();
    names.iter().for_each(|name| flags.insert_name(name));
    flags
}

fn words(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn set(ranges: &[(u32, u32)]) -> UidSet {
    UidSet::from_ranges(ranges.iter().copied())
}

#[test]
fn status_responses_are_read_with_every_part_missing() {
    for (text, kind, code, words) in [
        ("OK ready", StatusKind::Ok, None, "ready"),
        ("ok", StatusKind::Ok, None, ""),
        ("BAD", StatusKind::Bad, None, ""),
        ("BYE   later ", StatusKind::Bye, None, "later"),
        ("NO [ALERT]full", StatusKind::No, Some(Code::Alert), "full"),
        ("OK [UIDVALIDITY 5] x", StatusKind::Ok, Some(Code::UidValidity(5)), "x"),
        ("OK [UIDNEXT 9]", StatusKind::Ok, Some(Code::UidNext(9)), ""),
        (
            "OK [HIGHESTMODSEQ 715194045007] x",
            StatusKind::Ok,
            Some(Code::HighestModSeq(715_194_045_007)),
            "x",
        ),
        ("OK [NOMODSEQ] x", StatusKind::Ok, Some(Code::NoModSeq), "x"),
        ("OK [READ-ONLY] x", StatusKind::Ok, Some(Code::ReadOnly), "x"),
        ("OK [closed] x", StatusKind::Ok, Some(Code::Closed), "x"),
        (
            "OK [CAPABILITY IMAP4rev1  idle] x",
            StatusKind::Ok,
            Some(Code::Capability(words(&["IMAP4REV1", "IDLE"]))),
            "x",
        ),
        (
            "OK [PERMANENTFLAGS (\\Seen \\*)] x",
            StatusKind::Ok,
            Some(Code::PermanentFlags(flags(&["\\Seen"]), true)),
            "x",
        ),
        (
            "OK [COPYUID 7 1:2,9 5,3:4] x",
            StatusKind::Ok,
            Some(Code::CopyUid(7, vec![(1, 2), (9, 9)], vec![(5, 5), (3, 4)])),
            "x",
        ),
        ("OK [COPYUID 7 ] x", StatusKind::Ok, Some(Code::Other("COPYUID".into(), "7".into())), "x"),
        ("OK [APPENDUID 7 2,4] x", StatusKind::Ok, Some(Code::AppendUid(7, set(&[(2, 2), (4, 4)]))), "x"),
        ("NO [MODIFIED 7,9] x", StatusKind::No, Some(Code::Modified(set(&[(7, 7), (9, 9)]))), "x"),
        (
            "NO [BADCHARSET (\"a]b\")] x",
            StatusKind::No,
            Some(Code::Other("BADCHARSET".into(), "(\"a]b\")".into())),
            "x",
        ),
        ("NO [X \"open] x", StatusKind::No, Some(Code::Other("X".into(), "\"open".into())), "x"),
        ("OK [never closed", StatusKind::Ok, None, "[never closed"),
        ("OK [] x", StatusKind::Ok, Some(Code::Other(String::new(), String::new())), "x"),
    ] {
        let expected = StatusResponse { kind, code, text: words.to_owned() };
        assert_eq!(read(text), Untagged::Status(expected), "{text}");
    }
    let Untagged::Status(status) = untagged(b" OK [ALERT] caf\xe9") else { panic!() };
    assert_eq!(status.text, "café");
}

#[test]
fn tagged_lines_are_told_from_nonsense() {
    let (tag, status) = tagged(b"A7 NO [OVERQUOTA] full").unwrap();
    assert_eq!((tag.as_str(), status.kind), ("A7", StatusKind::No));
    assert_eq!(status.code, Some(Code::Other("OVERQUOTA".into(), String::new())));
    assert!(tagged(b"A7 OK").is_some());
    for nonsense in [&b"A7"[..], b"", b"A7 MAYBE", b"\xff OK", b"HTTP/1.1 400 Bad"] {
        assert!(tagged(nonsense).is_none());
    }
}

#[test]
fn lists_of_words_may_hold_too_much_space() {
    assert_eq!(read("CAPABILITY  IMAP4rev2   Idle "), Untagged::Capability(words(&["IMAP4REV2", "IDLE"])));
    assert_eq!(read("ENABLED"), Untagged::Enabled(vec![]));
    assert_eq!(read("FLAGS (\\Seen \"quoted\")"), Untagged::Flags(flags(&["\\Seen", "quoted"])));
    assert_eq!(read("ID NIL"), Untagged::Id(vec![]));
    assert_eq!(read("ID ()"), Untagged::Id(vec![]));
    let id = vec![("name".to_owned(), "Cyrus".to_owned()), ("os".to_owned(), String::new())];
    assert_eq!(read("ID (\"name\" \"Cyrus\" \"os\" NIL)"), Untagged::Id(id));
}

#[test]
fn folders_are_listed_in_many_forms() {
    for (text, attributes, delimiter, name) in [
        ("LIST (\\HasNoChildren) \"/\" INBOX", &["\\hasnochildren"][..], Some('/'), "INBOX"),
        ("LIST () NIL flat", &[], None, "flat"),
        ("LIST () \".\" \"a \\\"b\\\"\"", &[], Some('.'), "a \"b\""),
        ("LIST () \"/\" {3}\r\na b", &[], Some('/'), "a b"),
        ("LIST () \"\\\\\" \"a\"", &[], Some('\\'), "a"),
        ("LIST () \"\\\" \"a\"", &[], Some('\\'), "a"),
        ("LIST () \"/\" \"\"", &[], Some('/'), ""),
        ("LIST (NoBackslash) \"/\" a", &["nobackslash"], Some('/'), "a"),
        ("LIST () \"/\" a (\"CHILDINFO\" (\"SUBSCRIBED\"))", &[], Some('/'), "a"),
        ("LIST () \"/\" NIL", &[], Some('/'), "NIL"),
        ("LSUB () \"/\" a[b]", &[], Some('/'), "a[b]"),
    ] {
        let name = name.as_bytes().to_vec();
        assert_eq!(
            read(text),
            Untagged::List(ListedFolder { name, delimiter, attributes: words(attributes) }),
            "{text}"
        );
    }
    assert_eq!(read("LIST () \"/\""), Untagged::Unknown("LIST".into()));
    assert_eq!(
        read("NAMESPACE ((\"INBOX.\" \".\" \"X\" (\"y\"))(\"\" NIL)) NIL ((\"#\" \"/\"))"),
        Untagged::Namespace(vec![(b"INBOX.".to_vec(), Some('.')), (vec![], None)])
    );
    assert_eq!(read("NAMESPACE NIL NIL NIL"), Untagged::Namespace(vec![]));
}

#[test]
fn counts_are_read_past_items_nobody_asked_for() {
    let expected = FolderStatus {
        name: b"a b".to_vec(),
        messages: Some(3),
        deleted: Some(1),
        ..FolderStatus::default()
    };
    assert_eq!(
        read("STATUS \"a b\" (MESSAGES 3 MAILBOXID (F1) SIZE 99999999999 DELETED 1)"),
        Untagged::FolderStatus(expected)
    );
    assert_eq!(
        read("STATUS x ()"),
        Untagged::FolderStatus(FolderStatus { name: b"x".to_vec(), ..FolderStatus::default() })
    );
    assert_eq!(read("STATUS x"), Untagged::Unknown("STATUS".into()));
}

#[test]
fn numbers_that_do_not_fit_are_unknown() {
    assert_eq!(read("17 EXISTS "), Untagged::Exists(17));
    assert_eq!(read("4 EXPUNGE"), Untagged::Expunge(4));
    for text in [
        "4294967296 EXISTS",
        "-1 EXISTS",
        "1 RECENT",
        "1 STORE (FLAGS ())",
        "THREAD (1)(2 3)",
        "COPY 1 2",
        "X",
        "",
    ] {
        assert!(matches!(read(text), Untagged::Unknown(_)), "{text}");
    }
}

#[test]
fn searches_answer_in_order() {
    let found = |numbers: &[u32], modseq| Untagged::Search { numbers: numbers.to_vec(), modseq };
    assert_eq!(read("SEARCH"), found(&[], None));
    assert_eq!(read("SEARCH 9  2 "), found(&[9, 2], None));
    assert_eq!(read("SORT 3 1 2 (MODSEQ 917162500)"), found(&[3, 1, 2], Some(917_162_500)));
    assert_eq!(read("SEARCH 1 x"), Untagged::Unknown("SEARCH".into()));
    let expected =
        Esearch { uid: true, all: vec![(5, 7), (2, 2)], count: Some(4), max: Some(7), ..Esearch::default() };
    assert_eq!(
        read("ESEARCH (TAG \"A1\") UID COUNT 4 PARTIAL (1:2 5:6) MAX 7 ALL 5:7,2"),
        Untagged::Esearch(expected)
    );
    assert_eq!(
        read("ESEARCH (TAG \"A1\") UID"),
        Untagged::Esearch(Esearch { uid: true, ..Esearch::default() })
    );
    assert_eq!(
        read("VANISHED (EARLIER) 41,43:45"),
        Untagged::Vanished { earlier: true, uids: set(&[(41, 41), (43, 45)]) }
    );
    assert_eq!(read("VANISHED 1"), Untagged::Vanished { earlier: false, uids: set(&[(1, 1)]) });
}

#[test]
fn unknown_and_broken_items_leave_their_neighbours_whole() {
    for (items, malformed) in [
        ("", false),
        ("X-FOO (\"a)b\" ((c))) ", false),
        ("X-FOO {3}\r\n)) ", false),
        ("EMAILID (M1) THREADID NIL ", false),
        ("(MODSEQ (7)) ((PREVIEW NIL)) ", false),
        ("BINARY.SIZE[1] 5 ", false),
        ("SAVEDATE \"01-Jan-2024 00:00:00 +0000\" ", false),
        ("INTERNALDATE NIL ", false),
        ("BODY NIL ENVELOPE NIL BODYSTRUCTURE NIL ", false),
        ("MODSEQ (-1) ", false),
        ("BODY[1] {2}\r\n)( (BODY[2] ) ", false),
        ("MODSEQ 7 ", true),
        ("RFC822.SIZE -1 ", true),
        ("ENVELOPE \"x\" ", true),
        ("FLAGS NIL ", true),
    ] {
        let fetch = fetch(&format!("({items} UID 4  FLAGS (\\Seen) )"));
        assert_eq!((fetch.uid, fetch.flags), (Some(Uid(4)), Some(flags(&["\\Seen"]))), "{items}");
        assert_eq!(fetch.malformed, malformed, "{items}");
    }
    for broken in ["", "UID 4", "(UID 4 ENVELOPE (\"open", "(UID x)", "(UID 4 PREVIEW)"] {
        assert!(fetch(broken).malformed, "{broken}");
    }
}

#[test]
fn fetched_values_are_exact() {
    let fetch = fetch(
        "(UID 7 MODSEQ (18446744073709551615) RFC822.SIZE 5000000000 PREVIEW NIL BODY[] NIL \
         BODY[1.mime]<0> {4}\r\na\r\n) BODY[2]<0.100> \"q\\\\\" BINARY[3] ~{2}\r\n\0x BODY[HEADER.FIELDS (TO \"CC\")] x)",
    );
    assert_eq!((fetch.modseq, fetch.size, fetch.preview), (Some(u64::MAX), Some(5_000_000_000), Some(None)));
    let sections: Vec<_> =
        fetch.sections.iter().map(|s| (s.name.as_str(), s.origin, s.data.as_deref())).collect();
    assert_eq!(
        sections,
        [
            ("", None, None),
            ("1.MIME", Some(0), Some(&b"a\r\n)"[..])),
            ("2", Some(0), Some(b"q\\")),
            ("3", None, Some(b"\0x")),
            ("HEADER.FIELDS (TO \"CC\")", None, Some(b"x")),
        ]
    );
    assert!(!fetch.malformed);
}

#[test]
fn envelopes_may_be_short_long_or_hollow() {
    for (text, subject, senders) in [
        ("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)", None, 0),
        ("(\"d\" \"s\" () NIL NIL NIL NIL NIL NIL \"<m>\")", Some("s"), 0),
        ("(\"d\" {3}\r\na)b ((\"n\" NIL \"u\" \"h\")) NIL NIL NIL NIL NIL NIL NIL)", Some("a)b"), 1),
        ("(\"d\" \"s\" ((\"n\" NIL \"u\")(NIL NIL \"v\" \"h\" \"extra\")) NIL)", Some("s"), 2),
        ("(\"d\" \"s\" \"no list\" NIL NIL NIL NIL NIL NIL NIL \"more\" (\"x\"))", Some("s"), 0),
        ("(\"d\" (\"no\" string) NIL NIL NIL NIL NIL NIL NIL NIL)", None, 0),
        ("()", None, 0),
    ] {
        let envelope = fetch(&format!("(ENVELOPE {text} UID 1)")).envelope.unwrap();
        assert_eq!(envelope.subject.as_deref(), subject.map(str::as_bytes), "{text}");
        assert_eq!(envelope.from.len(), senders, "{text}");
    }
}

#[test]
fn structures_keep_part_specifiers_in_step() {
    let root = structure(
        "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"QUOTED-PRINTABLE\" 10 2 NIL (\"INLINE\" NIL) NIL NIL)\
         (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) \
         ((\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 1 1)(\"IMAGE\" \"PNG\" NIL \"<i@x>\" NIL \"BASE64\" 5) \"RELATED\") 9)\
         (\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"8BIT\" 9 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) \
         (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) 3) \"MIXED\" (\"BOUNDARY\" \"b\") NIL NIL)",
    );
    assert_eq!((root.part.as_str(), root.subtype.as_str(), root.children.len()), ("", "mixed", 3));
    let [text, nested, global] = &root.children[..] else { panic!() };
    assert_eq!((text.part.as_str(), text.encoding.as_str(), text.size), ("1", "quoted-printable", 10));
    assert_eq!(text.params, [("charset".to_owned(), b"utf-8".to_vec())]);
    assert_eq!(text.disposition.as_ref().unwrap().kind, "inline");
    assert_eq!(
        (nested.part.as_str(), nested.envelope.as_ref().unwrap().subject.as_deref()),
        ("2", Some(&b"inner"[..]))
    );
    let related = &nested.children[0];
    assert_eq!(related.children.iter().map(|part| part.part.as_str()).collect::<Vec<_>>(), ["2.1", "2.2"]);
    assert_eq!(related.children[1].id.as_deref(), Some(&b"<i@x>"[..]));
    assert_eq!(global.children[0].part, "3.1");
    assert_eq!(structure("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)").part, "1");
}

#[test]
fn broken_structures_are_read_as_far_as_they_go() {
    for (text, media_type, children) in [
        ("(\"TEXT\" \"PLAIN\" NIL NIL NIL NIL 0 0)", "text/plain", 0),
        ("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" NIL NIL)", "text/plain", 0),
        ("(\"TEXT\" \"PLAIN\" (\"CHARSET\" NIL) NIL NIL \"7BIT\" 1 -1)", "text/plain", 0),
        ("(\"TEXT\" \"PLAIN\" () NIL NIL \"7BIT\" 1)", "text/plain", 0),
        ("(TEXT PLAIN NIL NIL NIL \"7BIT\" 1 1)", "text/plain", 0),
        ("(NIL NIL NIL NIL NIL \"7BIT\" 0 NIL NIL NIL NIL)", "text/plain", 0),
        ("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 0)", "message/rfc822", 0),
        (
            "(\"IMAGE\" \"PNG\" NIL NIL NIL \"BASE64\" 5 NIL NIL NIL NIL \"x\" (\"y\" (\"z\")))",
            "image/png",
            0,
        ),
        (
            "((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) (\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 1 1) \"MIXED\")",
            "multipart/mixed",
            2,
        ),
        ("( \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL)", "multipart/mixed", 0),
        ("(\"MULTIPART\" \"MIXED\")", "multipart/mixed", 0),
    ] {
        let part = structure(text);
        assert_eq!(format!("{}/{}", part.kind, part.subtype), media_type, "{text}");
        assert_eq!(part.children.len(), children, "{text}");
    }
    for (text, disposition) in [
        ("(\"attachment\")", "attachment"),
        ("\"inline\"", "inline"),
        ("(\"ATTACHMENT\" (\"FILENAME\" \"a\\b\"))", "attachment"),
    ] {
        let part = structure(&format!(
            "(\"TEXT\" \"PLAIN\" (\"NAME\" \"a\\b\") NIL NIL \"7BIT\" 1 1 NIL {text} NIL NIL)"
        ));
        assert_eq!(part.disposition.unwrap().kind, disposition, "{text}");
        assert_eq!(part.params[0].1, b"a\\b");
    }
}

#[test]
fn depth_parts_and_addresses_are_bounded() {
    let leaf = "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
    let deep = format!("{}{leaf}{}", "(".repeat(100_000), " \"MIXED\")".repeat(100_000));
    let mut part = &structure(&deep);
    let mut depth = 0;
    while let Some(child) = part.children.first() {
        (part, depth) = (child, depth + 1);
    }
    assert_eq!(depth, 50);
    assert_eq!(structure(&format!("({} \"MIXED\")", leaf.repeat(5000))).children.len(), 999);
    let many = "(NIL NIL \"u\" \"h\")".repeat(10_001);
    let envelope = fetch(&format!("(ENVELOPE (NIL NIL ({many}) NIL))")).envelope.unwrap();
    assert_eq!(envelope.from.len(), 10_000);
}

proptest! {
    #[test]
    fn no_octets_make_it_panic(octets: Vec<u8>) {
        untagged(&octets);
        tagged(&octets);
    }

    #[test]
    fn no_likely_response_makes_it_panic(
        text in "( |1|FETCH|LIST|STATUS|ESEARCH|OK|BODYSTRUCTURE|ENVELOPE|FLAGS|BODY\\[\\]|\\(|\\)|\\[|\\]|\"|\\\\|NIL|\\{[0-9]\\}\r\n|~|a|:|,){0,80}",
    ) {
        read(&text);
        fetch(&text);
        fetch(&format!("(BODYSTRUCTURE ({text}"));
    }
}
