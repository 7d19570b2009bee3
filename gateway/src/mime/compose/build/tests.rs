use super::*;
use mail_parser::{Message, MessageParser, MimeHeaders};
use postern_shared::{
    ids::{MessageKey, Uid, UidValidity},
    writing::{Answer, Answers},
};
use std::io::Cursor;

const MESSAGE_ID: &str = "0123456789abcdef@x.test";

fn person(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

fn draft(text: DraftText, files: Vec<DraftFile>) -> Draft {
    Draft {
        from: person("Ada", "ada@x.test"),
        to: vec![person("Grace", "grace@x.test")],
        subject: "Lunch".to_owned(),
        text,
        files,
        ..Draft::default()
    }
}

fn plain(text: &str) -> DraftText {
    DraftText::Plain(text.to_owned())
}

fn file(id: u32, name: &str, media_type: &str, inline: bool) -> DraftFile {
    DraftFile { id: FileId(id), name: name.to_owned(), media_type: media_type.to_owned(), size: 0, inline }
}

fn written(draft: &Draft, contents: &[(u32, &[u8])]) -> (String, Built) {
    let contents = contents.iter().map(|(id, content)| (FileId(*id), Cursor::new(*content))).collect();
    let mut out = Vec::new();
    let date = 1_735_894_800;
    let outgoing = Outgoing { draft, message_id: MESSAGE_ID, date, contents, purpose: Purpose::Sending };
    let built = build(outgoing, &mut out).unwrap();
    (String::from_utf8(out).unwrap(), built)
}

/// The tree of media types: `a(b,c)`.
fn tree(message: &Message<'_>, part: u32) -> String {
    let part = message.part(part).unwrap();
    let kind = part.content_type().unwrap();
    let name = format!("{}/{}", kind.ctype(), kind.subtype().unwrap());
    match part.sub_parts() {
        Some(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| tree(message, *part)).collect();
            format!("{name}({})", parts.join(","))
        }
        None => name,
    }
}

#[test]
fn a_plain_letter_is_all_there_is() {
    let (message, built) = written(&draft(plain("Hello\n"), Vec::new()), &[]);
    assert_eq!(
        message,
        "Date: Fri, 3 Jan 2025 09:00:00 +0000\r\nFrom: \"Ada\" <ada@x.test>\r\nTo: \"Grace\" <grace@x.test>\r\n\
         Message-ID: <0123456789abcdef@x.test>\r\nSubject: Lunch\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=\"utf-8\"; format=\"flowed\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\nHello\r\n"
    );
    assert_eq!(built, Built::default());
}

#[test]
fn parts_nest_as_readers_expect() {
    let picture = r#"<p>See <img src="/api/accounts/a/drafts/1/files/1"></p>"#;
    let html = |html: &str| DraftText::Html(html.to_owned());
    let inline = || file(1, "a.png", "image/png", true);
    let beside = || file(2, "b.pdf", "application/pdf", false);
    let contents: &[(u32, &[u8])] = &[(1, b"png"), (2, b"pdf")];
    let alternative = "multipart/alternative(text/plain,text/html)";
    let related = "multipart/alternative(text/plain,multipart/related(text/html,image/png))";
    for (text, files, expected) in [
        (plain("a"), vec![beside()], "multipart/mixed(text/plain,application/pdf)".to_owned()),
        (plain("a"), vec![inline()], "multipart/mixed(text/plain,image/png)".to_owned()),
        (html("a"), Vec::new(), alternative.to_owned()),
        (html("a"), vec![beside()], format!("multipart/mixed({alternative},application/pdf)")),
        (html(picture), vec![inline()], related.to_owned()),
        (html(picture), vec![inline(), beside()], format!("multipart/mixed({related},application/pdf)")),
        // A picture that was taken out of the text does not go.
        (html("a"), vec![inline()], alternative.to_owned()),
        // What is not uploaded yet is left out.
        (plain("a"), vec![file(3, "c", "text/plain", false)], "text/plain".to_owned()),
    ] {
        let (message, _) = written(&draft(text, files), contents);
        let parsed = MessageParser::new().parse(&message).unwrap();
        assert_eq!(tree(&parsed, 0), expected, "{message}");
    }
}

#[test]
fn pictures_are_found_by_their_content_id_and_nothing_else_is_loaded() {
    let html = r#"<img src="/api/accounts/a/drafts/1/files/1" alt="A cat"><img src="https://x.test/track">
        <img src="/api/accounts/a/drafts/1/files/9"><p style="background:url(https://x.test/b)">Hi</p>"#;
    let draft = draft(DraftText::Html(html.to_owned()), vec![file(1, "cat.png", "image/png", true)]);
    let (message, _) = written(&draft, &[(1, b"png")]);
    let parsed = MessageParser::new().parse(&message).unwrap();
    let html = parsed.body_html(0).unwrap();
    assert!(html.contains("src=\"cid:1.0123456789abcdef@x.test\""), "{html}");
    assert!(!html.contains("x.test/") && !html.contains("/api/") && !html.contains("style"), "{html}");
    assert_eq!(parsed.attachment(0).unwrap().content_id(), Some("1.0123456789abcdef@x.test"));
    assert_eq!(parsed.body_text(0).unwrap(), "[A cat]\r\n\r\nHi\r\n");
}

#[test]
fn a_message_passed_on_as_a_file_stays_what_it_is() {
    let rfc822 = || draft(plain("a"), vec![file(1, "a.eml", "message/rfc822", false)]);
    let seven: &[u8] = b"Subject: a\n\nb\r\n.\n";
    let (message, built) = written(&rfc822(), &[(1, seven)]);
    assert!(
        message.contains("Content-Transfer-Encoding: 7bit\r\n\r\nSubject: a\r\n\r\nb\r\n.\r\n\r\n--"),
        "{message}"
    );
    assert_eq!(built, Built::default());
    let (message, built) = written(&rfc822(), &[(1, "Subject: ä\r\n\r\n".as_bytes())]);
    assert!(message.contains("Content-Transfer-Encoding: 8bit\r\n\r\nSubject: ä\r\n"), "{message}");
    // RFC 2045 §6.4: what is around it says so too.
    assert_eq!(message.matches("Content-Transfer-Encoding: 8bit").count(), 2, "{message}");
    assert_eq!(built, Built { eight_bit: true, utf8_headers: false });
    let long = [b"a".as_slice(); 999].concat();
    for unfit in [&b"a\rb"[..], b"a\0b", b"a\r", &long] {
        let (message, _) = written(&rfc822(), &[(1, unfit)]);
        assert!(!message.contains("message/rfc822"), "{message}");
        let parsed = MessageParser::new().parse(&message).unwrap();
        assert_eq!(parsed.attachment(0).unwrap().contents(), unfit);
    }
}

#[test]
fn kinds_of_files_say_nothing_but_their_kind() {
    for kind in
        ["text/html; charset=x", "a", "multipart/mixed", "message/partial", "a/b\r\nBcc: x", "", "/", "Ä/ö"]
    {
        let draft = draft(plain("a"), vec![file(1, "a", kind, false)]);
        let (message, _) = written(&draft, &[(1, b"x")]);
        assert!(message.contains("\r\nContent-Type: application/octet-stream; name=\"a\"\r\n"), "{message}");
    }
}

#[test]
fn conversations_keep_their_thread() {
    let ids = (0..80).map(|number| format!("<{number}@x.test>"));
    let hostile = ["<a@x.test>\r\nBcc: b@x.test", "", "<ä@x.test>", "<a b@x.test>"].map(str::to_owned);
    let answers = Answers {
        key: Some(MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) }),
        how: Answer::Reply,
        message_id: Some("<79@x.test>".to_owned()),
        references: hostile.into_iter().chain(ids).collect(),
    };
    let draft = Draft { answers: Some(answers), ..draft(plain("a"), Vec::new()) };
    let (message, _) = written(&draft, &[]);
    let parsed = MessageParser::new().parse(&message).unwrap();
    assert_eq!(parsed.in_reply_to().as_text(), Some("79@x.test"));
    let references = parsed.references().as_text_list().unwrap();
    assert_eq!(references.len(), REFERENCES_LIMIT);
    assert_eq!((&*references[0], &*references[1], &*references[49]), ("0@x.test", "31@x.test", "79@x.test"));
    assert!(!message.contains("Bcc"), "{message}");
}

#[test]
fn domains_are_in_ascii_and_local_parts_beyond_it_are_told() {
    let to = |email: &str| Draft { to: vec![person("", email)], ..draft(plain("a"), Vec::new()) };
    let (message, built) = written(&to("grace@bücher.test"), &[]);
    assert!(message.contains("\r\nTo: <grace@xn--bcher-kva.test>\r\n"), "{message}");
    assert_eq!(built, Built::default());
    let (message, built) = written(&to("größe@x.test"), &[]);
    assert!(message.contains("\r\nTo: <größe@x.test>\r\n"), "{message}");
    assert_eq!(built, Built { eight_bit: true, utf8_headers: true });
    let (message, _) = written(&to("a@x.test>\r\nBcc: <b@x.test"), &[]);
    assert!(!message.contains("\nBcc"), "{message}");
}

#[test]
fn the_same_draft_is_the_same_message() {
    let files = vec![file(1, "a.pdf", "application/pdf", false)];
    let draft = draft(DraftText::Html("<p>a</p>".to_owned()), files);
    assert_eq!(written(&draft, &[(1, b"x")]).0, written(&draft, &[(1, b"x")]).0);
}

#[test]
fn files_that_cannot_be_read_are_errors() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    impl Seek for Broken {
        fn seek(&mut self, _: io::SeekFrom) -> io::Result<u64> {
            Ok(0)
        }
    }
    let draft = draft(plain("a"), vec![file(1, "a", "image/png", false)]);
    let contents = vec![(FileId(1), Broken)];
    let outgoing =
        Outgoing { draft: &draft, message_id: MESSAGE_ID, date: 0, contents, purpose: Purpose::Keeping };
    let error = build(outgoing, &mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
}
