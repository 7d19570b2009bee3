//! What is built here says the same to everybody: to Python's email, to mail-parser, to the gateway's own reader.

mod cases;
mod readers;

use postern_gateway::mime::{
    compose::{
        build::{Outgoing, Purpose, build},
        flowed::flow,
        plain::text_of_html,
    },
    file_name::cut,
};
use postern_shared::{
    address::Address,
    ids::FileId,
    writing::{Draft, DraftFile, DraftText},
};
use readers::{File, Python, Read, mail_parser, ours};
use sha2::{Digest, Sha256};
use std::io::Cursor;

const MESSAGE_ID: &str = "00112233445566778899aabbccddeeff@x.test";

/// A draft's file and what it holds.
struct Content(u32, Vec<u8>);

fn built(draft: &Draft, contents: &[Content], purpose: Purpose) -> Vec<u8> {
    let contents = contents.iter().map(|Content(id, content)| (FileId(*id), Cursor::new(content))).collect();
    let mut message = Vec::new();
    let outgoing = Outgoing { draft, message_id: MESSAGE_ID, date: 1_735_894_800, contents, purpose };
    build(outgoing, &mut message).unwrap();
    message
}

/// What everybody shall read.
fn expected(draft: &Draft, contents: &[Content]) -> Read {
    let people = |list: &[Address]| -> Vec<(String, String)> {
        list.iter().map(|address| (one_line(&address.name), address.email.clone())).collect()
    };
    let (text, html) = match &draft.text {
        DraftText::Plain(text) => (text.clone(), false),
        DraftText::Html(html) => (text_of_html(&cleaned(html)), true),
    };
    let files = draft.files.iter().filter_map(|file| {
        let Content(_, content) = contents.iter().find(|Content(id, _)| *id == file.id.0)?;
        Some(File {
            name: Some(cut(&one_line(&file.name))).filter(|name| !name.is_empty()),
            media_type: file.media_type.clone(),
            content_id: (file.inline && html).then(|| format!("<{}.{MESSAGE_ID}>", file.id)),
            sha256: Some(hash(content)),
        })
    });
    Read {
        subject: one_line(&draft.subject),
        from: people(std::slice::from_ref(&draft.from)),
        to: people(&draft.to),
        cc: people(&draft.cc),
        bcc: Vec::new(),
        message_id: format!("<{MESSAGE_ID}>"),
        text: flow(&cleaned(&text)).replace("\r\n", "\n").trim_end_matches('\n').to_owned(),
        files: files.collect(),
    }
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}

fn cleaned(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_ascii_control()).collect()
}

fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every line is one that mail may have (RFC 5322 §2.1.1, RFC 5321 §2.3.8).
fn assert_lines(message: &[u8]) {
    let text = String::from_utf8_lossy(message);
    assert!(text.ends_with("\r\n"));
    for line in text.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
    }
}

fn assert_same(python: &mut Python, draft: &Draft, contents: &[Content]) {
    let message = built(draft, contents, Purpose::Sending);
    let source = String::from_utf8_lossy(&message);
    assert_lines(&message);
    let expected = expected(draft, contents);
    let (told, defects) = python.read(&message);
    assert_eq!(defects, Vec::<String>::new(), "Python finds fault with {source}");
    assert_eq!(told, expected, "Python reads {source}");
    assert_eq!(mail_parser(&message), expected, "mail-parser reads {source}");
    assert_eq!(ours(&message), readers::as_we_tell(&expected), "the gateway reads {source}");
}

fn person(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

fn letter() -> Draft {
    Draft {
        from: person("Ada Lovelace", "ada@x.test"),
        to: vec![person("Grace", "grace@x.test")],
        subject: "Lunch".to_owned(),
        text: DraftText::Plain("Hello".to_owned()),
        ..Draft::default()
    }
}

fn file(id: u32, name: &str, media_type: &str) -> DraftFile {
    let (name, media_type) = (name.to_owned(), media_type.to_owned());
    DraftFile { id: FileId(id), name, media_type, size: 0, inline: false }
}
