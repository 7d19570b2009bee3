use super::*;
use mail_parser::{MessageParser, MimeHeaders};

fn person(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

fn built(draft: &Draft, contents: &[(FileId, Vec<u8>)], purpose: Purpose) -> Vec<u8> {
    let mut out = Vec::new();
    build(&Outgoing { draft, message_id: "1@x.test", date: 1_700_000_000, contents, purpose }, &mut out)
        .unwrap();
    out
}

fn draft() -> Draft {
    Draft {
        from: person("Ada", "ada@x.test"),
        to: vec![person("Grace", "grace@x.test")],
        bcc: vec![person("", "secret@x.test")],
        subject: "Lunch".to_owned(),
        text: DraftText::Plain("hi".to_owned()),
        ..Draft::default()
    }
}

#[test]
fn bcc_is_kept_and_never_sent() {
    assert!(!String::from_utf8(built(&draft(), &[], Purpose::Sending)).unwrap().contains("secret"));
    assert!(String::from_utf8(built(&draft(), &[], Purpose::Keeping)).unwrap().contains("secret"));
}

#[test]
fn nothing_of_a_draft_begins_a_header() {
    for evil in ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0\r\n\r\nX-Evil: 1"] {
        let evil_draft = Draft {
            from: person(evil, "ada@x.test"),
            to: vec![person(evil, &format!("grace@x.test{evil}"))],
            subject: evil.to_owned(),
            files: vec![DraftFile {
                id: FileId(1),
                name: evil.to_owned(),
                media_type: evil.to_owned(),
                size: 1,
                inline: false,
            }],
            ..draft()
        };
        let message = built(&evil_draft, &[(FileId(1), b"x".to_vec())], Purpose::Sending);
        let text = String::from_utf8(message).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("X-Evil")), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']), "{text:?}");
    }
}

#[test]
fn a_reader_finds_what_was_written() {
    for words in ["Lunch", "Mittagessen für Zoë", "昼食の予定", "غداء", "🥗🥪", &"長い".repeat(200)]
    {
        let written = Draft {
            from: person(words, "ada@x.test"),
            subject: words.to_owned(),
            files: vec![DraftFile {
                id: FileId(1),
                name: format!("{words}.bin"),
                media_type: "application/pdf".to_owned(),
                size: 3,
                inline: false,
            }],
            text: DraftText::Html(format!("<p>{words}</p>")),
            ..draft()
        };
        let message = built(&written, &[(FileId(1), b"\0\x01\xff".to_vec())], Purpose::Sending);
        let read = MessageParser::default().parse(&message).unwrap();
        assert_eq!(read.subject(), Some(words));
        assert_eq!(read.from().unwrap().first().unwrap().name(), Some(words));
        let file = read.attachment(0).unwrap();
        assert_eq!(file.attachment_name(), Some(format!("{words}.bin").as_str()));
        assert_eq!(file.contents(), b"\0\x01\xff");
        assert!(message.split(|byte| *byte == b'\n').all(|line| line.len() <= 999));
    }
}
