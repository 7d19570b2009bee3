use super::*;
use crate::imap::{parse, response::Untagged};
use proptest::prelude::*;

fn fetched(items: &str) -> Fetch {
    match parse::untagged(format!(" 1 FETCH ({items})").as_bytes()) {
        Untagged::Fetch(fetch) => *fetch,
        other => panic!("{other:?}"),
    }
}

fn row(items: &str) -> Summary {
    summary(&fetched(items), &FolderId("INBOX".to_owned()), UidValidity(7))
}

fn listed(list: &str) -> Vec<(String, String)> {
    let envelope =
        fetched(&format!("ENVELOPE (NIL NIL {list} NIL NIL NIL NIL NIL NIL NIL)")).envelope.unwrap();
    addresses(&envelope.from).into_iter().map(|address| (address.name, address.email)).collect()
}

#[test]
fn a_row_holds_what_people_read() {
    let row = row(
        "UID 9 FLAGS (\\Deleted) INTERNALDATE \"01-Jan-2024 00:00:00 +0000\" RFC822.SIZE 1234 PREVIEW \"Hi\" \
         ENVELOPE (\"Mon, 1 Jan 2024 01:00:00 +0100\" \"=?utf-8?q?gr=C3=BCn?=\" \
         ((\"=?utf-8?b?QWRh?=\" NIL \"ada\" \"x.test\")) NIL NIL ((NIL NIL \"grace\" \"x.test\")) NIL NIL NIL \"<m@x>\")",
    );
    assert_eq!((row.key.uid, row.key.validity), (Uid(9), UidValidity(7)));
    assert_eq!((row.subject.as_str(), row.preview.as_deref()), ("grün", Some("Hi")));
    assert_eq!(row.from, [Address { name: "Ada".to_owned(), email: "ada@x.test".to_owned() }]);
    assert_eq!(row.to[0].email, "grace@x.test");
    assert_eq!((row.sent, row.received, row.size), (Some(1_704_067_200), 1_704_067_200, 1234));
    assert!(!row.unreadable && !row.has_attachment);
}

#[test]
fn a_message_without_envelope_is_unreadable() {
    assert!(row("UID 9 FLAGS ()").unreadable);
    assert!(row("UID 9 ENVELOPE (\"unterminated").unreadable);
}

#[test]
fn addresses_come_in_many_shapes() {
    for (list, expected) in [
        ("NIL", vec![]),
        ("()", vec![]),
        ("((\"n\" NIL \"u\" \"h\"))", vec![("n", "u@h")]),
        ("((\"\\\"quoted\\\"\" NIL \"u\" \"h\"))", vec![("quoted", "u@h")]),
        ("((\"n\" NIL \"u\"))", vec![("", "u")]),
        ("((NIL NIL \"u\" \"MISSING_DOMAIN\"))", vec![("", "u")]),
        ("((\"n\" NIL \"MISSING_MAILBOX\" \"MISSING_DOMAIN\"))", vec![("n", "")]),
        ("((NIL NIL \"undisclosed\" NIL)(NIL NIL NIL NIL))", vec![("undisclosed", "")]),
        (
            "((NIL NIL \"team\" NIL)(\"a\" NIL \"a\" \"h\")(NIL NIL \"b\" \"h\")(NIL NIL NIL NIL)(NIL NIL \"c\" \"h\"))",
            vec![("a", "a@h"), ("", "b@h"), ("", "c@h")],
        ),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(name, email)| (name.to_owned(), email.to_owned())).collect();
        assert_eq!(listed(list), expected, "{list}");
    }
}

#[test]
fn dates_are_read_with_their_obsolete_forms() {
    for (date, seconds) in [
        ("Mon, 1 Jan 2024 01:00:00 +0100", Some(1_704_067_200)),
        ("1 Jan 2024 00:00:00 GMT", Some(1_704_067_200)),
        ("Mon, 01 Jan 24 00:00:00 +0000", Some(1_704_067_200)),
        ("Mon, 1 Jan 2024 00:00:00 +0000 (UTC)", Some(1_704_067_200)),
        ("Sun, 31 Dec 2023 19:00:00 EST", Some(1_704_067_200)),
        ("yesterday", None),
        ("", None),
    ] {
        assert_eq!(header_date(date.as_bytes()), seconds, "{date}");
    }
}

proptest! {
    #[test]
    fn no_date_makes_it_panic(raw in "[A-Za-z0-9 ,:+()-]{0,40}", octets: Vec<u8>) {
        header_date(raw.as_bytes());
        header_date(&octets);
    }
}
