use super::*;
use crate::imap::command::*;
use postern_shared::flags::Flag;

fn capable(names: &[&str], enabled: &[&str]) -> Capabilities {
    let mut capabilities = Capabilities::new(names.iter().map(|name| (*name).to_owned()));
    capabilities.enable(enabled.iter().map(|name| (*name).to_owned()));
    capabilities
}

/// The octets sent, with `|` where the server has to ask for a literal.
fn wire(lines: Result<Vec<Line>, EncodeError>) -> String {
    let mut out = String::new();
    for line in lines.unwrap() {
        out.push_str(&line.text);
        if let Some(literal) = line.literal {
            out.push_str(if literal.synchronising { "|" } else { "\r\n" });
            out.push_str(&String::from_utf8_lossy(&literal.octets));
        }
    }
    out
}

fn plain(said: &Command) -> String {
    wire(command(said, &Capabilities::default()))
}

fn name(text: &str) -> MailboxName {
    MailboxName(text.into())
}

fn set(text: &str) -> SequenceSet {
    SequenceSet(text.to_owned())
}

fn search(key: SearchKey) -> Command {
    Command::Search { returns: None, key }
}

#[test]
fn commands_are_said_as_the_rfcs_have_them() {
    let day = Day { year: 2024, month: 2, day: 9 };
    let deleted = Flags::one(Flag::Deleted);
    let flags = Flags::from_iter([Flag::Seen, Flag::Junk]);
    let text = |text: &str| text.to_owned();
    for (said, expected) in [
        (Command::Capability, "CAPABILITY"),
        (Command::Id(vec![(text("name"), text("a \"b\""))]), "ID (\"name\" \"a \\\"b\\\"\")"),
        (Command::Enable(vec!["QRESYNC", "CONDSTORE"]), "ENABLE QRESYNC CONDSTORE"),
        (Command::List { extended: false, status: vec![] }, "LIST \"\" \"*\""),
        (
            Command::List { extended: true, status: vec![StatusItem::Messages, StatusItem::Unseen] },
            "LIST \"\" \"*\" RETURN (SUBSCRIBED CHILDREN STATUS (MESSAGES UNSEEN))",
        ),
        (
            Command::Status(name("a b"), vec![StatusItem::UidNext, StatusItem::Deleted]),
            "STATUS \"a b\" (UIDNEXT DELETED)",
        ),
        (Command::Select(name("INBOX"), SelectMode::Plain), "SELECT \"INBOX\""),
        (Command::Select(name("INBOX"), SelectMode::CondStore), "SELECT \"INBOX\" (CONDSTORE)"),
        (
            Command::Select(name("x"), SelectMode::QResync { validity: 7, modseq: 90 }),
            "SELECT \"x\" (QRESYNC (7 90))",
        ),
        (
            Command::Fetch {
                uid: true,
                set: set("1:*"),
                items: vec![FetchItem::Flags],
                changed_since: Some(ChangedSince { modseq: 12, vanished: true }),
            },
            "UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12 VANISHED)",
        ),
        (
            Command::Fetch {
                uid: false,
                set: set("4,6:9"),
                items: vec![
                    FetchItem::Section { section: text("1.2"), partial: Some((65_536, 65_536)) },
                    FetchItem::Section { section: text(""), partial: None },
                    FetchItem::HeaderFields(vec!["REFERENCES", "TO"]),
                ],
                changed_since: None,
            },
            "FETCH 4,6:9 (BODY.PEEK[1.2]<65536.65536> BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (REFERENCES TO)])",
        ),
        (
            Command::Store { set: set("5"), add: true, flags: deleted.clone() },
            "UID STORE 5 +FLAGS (\\Deleted)",
        ),
        (
            Command::Store { set: set("5"), add: false, flags: flags.clone() },
            "UID STORE 5 -FLAGS (\\Seen $Junk)",
        ),
        (Command::UidExpunge(set("1:3")), "UID EXPUNGE 1:3"),
        (Command::Move(set("1"), name("Old \"x\\y\"")), "UID MOVE 1 \"Old \\\"x\\\\y\\\"\""),
        (Command::Rename(name("a"), name("b")), "RENAME \"a\" \"b\""),
        (search(SearchKey::And(vec![])), "UID SEARCH ALL"),
        (search(SearchKey::Has(deleted)), "UID SEARCH DELETED"),
        (search(SearchKey::Has(flags)), "UID SEARCH (SEEN KEYWORD $Junk)"),
        (search(SearchKey::Not(Box::new(SearchKey::Uid(set("3"))))), "UID SEARCH NOT UID 3"),
        (
            search(SearchKey::And(vec![
                SearchKey::Or(
                    Box::new(SearchKey::From(text("a"))),
                    Box::new(SearchKey::And(vec![SearchKey::Since(day), SearchKey::Before(day)])),
                ),
                SearchKey::To(text("b")),
            ])),
            "UID SEARCH OR FROM \"a\" (SINCE 9-Feb-2024 BEFORE 9-Feb-2024) OR OR TO \"b\" CC \"b\" BCC \"b\"",
        ),
        (
            Command::Search {
                returns: Some(vec![SearchReturn::All, SearchReturn::Count]),
                key: SearchKey::Header("LIST-ID", text("x")),
            },
            "UID SEARCH RETURN (ALL COUNT) HEADER LIST-ID \"x\"",
        ),
        (
            Command::Sort {
                returns: None,
                reverse: true,
                by: SortCriterion::Date,
                key: SearchKey::Larger(9),
            },
            "UID SORT (REVERSE DATE) UTF-8 LARGER 9",
        ),
    ] {
        assert_eq!(plain(&said), expected);
    }
}

#[test]
fn texts_never_break_out_of_their_argument() {
    let subject = |text: &str| search(SearchKey::Subject(text.to_owned()));
    for (text, expected) in [
        ("x\r\nA9 DELETE INBOX", "UID SEARCH SUBJECT {18}|x\r\nA9 DELETE INBOX"),
        ("\" ALL", "UID SEARCH SUBJECT \"\\\" ALL\""),
        ("\\", "UID SEARCH SUBJECT \"\\\\\""),
        ("grün", "UID SEARCH CHARSET UTF-8 SUBJECT {5}|grün"),
    ] {
        assert_eq!(plain(&subject(text)), expected);
    }
    assert_eq!(command(&subject("a\0b"), &Capabilities::default()), Err(EncodeError::Nul));
    assert_eq!(plain(&Command::Create(MailboxName(b"a\nb".to_vec()))), "CREATE {3}|a\nb");
    let raw = command(&Command::Delete(MailboxName(b"\xff".to_vec())), &Capabilities::default()).unwrap();
    assert_eq!(raw[0].literal.as_ref().unwrap().octets, b"\xff");
}

#[test]
fn what_the_server_can_decides_how_texts_go() {
    let said = search(SearchKey::Subject("grün".to_owned()));
    let unasked = capable(&["LITERAL+"], &[]);
    assert_eq!(wire(command(&said, &unasked)), "UID SEARCH CHARSET UTF-8 SUBJECT {5+}\r\ngrün");
    let utf8 = capable(&[], &["UTF8=ACCEPT"]);
    assert_eq!(wire(command(&said, &utf8)), "UID SEARCH SUBJECT \"grün\"");
    assert_eq!(wire(command(&Command::Create(name("grün")), &utf8)), "CREATE \"grün\"");
    let special = Command::List { extended: true, status: vec![] };
    assert_eq!(
        wire(command(&special, &capable(&["SPECIAL-USE"], &[]))),
        "LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED CHILDREN)",
    );
}

#[test]
fn what_is_no_syntax_is_refused() {
    let none = Capabilities::default();
    for text in ["", "1 ALL", "1\r\n", "a"] {
        assert_eq!(command(&Command::UidExpunge(set(text)), &none), Err(EncodeError::Set), "{text}");
    }
    for keyword in ["a b", "x\r\ny", "(", "é", "\\*", "\\"] {
        let mut flags = Flags::new();
        flags.insert_name(keyword);
        let said = Command::Store { set: set("1"), add: true, flags };
        assert_eq!(command(&said, &none), Err(EncodeError::Flag), "{keyword}");
    }
    for section in ["1]", "1 2", "HEADER.FIELDS (X)", "\r\n"] {
        let items = vec![FetchItem::Section { section: section.to_owned(), partial: None }];
        let said = Command::Fetch { uid: true, set: set("1"), items, changed_since: None };
        assert_eq!(command(&said, &none), Err(EncodeError::Section), "{section}");
    }
    let said = Command::Store { set: set("1"), add: true, flags: Flags::new() };
    assert_eq!(command(&said, &none), Err(EncodeError::NoFlags));
}

#[test]
fn messages_are_appended_as_they_are() {
    let flags = Flags::one(Flag::Draft);
    let says = |message: &[u8], capabilities: &Capabilities| {
        wire(append(&name("Drafts"), &flags, Some(1_704_067_200), message, 0, capabilities))
    };
    let none = Capabilities::default();
    assert_eq!(
        says(b"A: b\r\n\r\n\0", &none),
        "APPEND \"Drafts\" (\\Draft) \"01-Jan-2024 00:00:00 +0000\" {9}|A: b\r\n\r\n\0",
    );
    let utf8 = capable(&["LITERAL+"], &["UTF8=ACCEPT"]);
    assert!(says("A: ü\r\n\r\n".as_bytes(), &utf8).ends_with(" UTF8 (~{9+}\r\nA: ü\r\n\r\n)"));
    assert!(says("A: b\r\n\r\nü".as_bytes(), &utf8).ends_with(" {10+}\r\nA: b\r\n\r\nü"));
}
