//! What is sent says the same to Python's parser, to mail-parser and to our own reader.

use crate::stage::{Writer, message};
use mail_parser::{MessageParser, MimeHeaders};
use postern_shared::{
    address::Address,
    command::AccountCommand,
    ids::{DraftId, FileId},
    reply::Reply,
    writing::{Draft, DraftFile, DraftText},
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error::{Error, Result},
    fake_smtp::{FakeSmtp, Manner},
    gateway::{Gateway, Settings},
    process,
    session::Session,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{
    io::Write,
    process::{Command, Stdio},
};

const MARY: &str = "mary@demo.test";

/// Prints what Python's parser sees as JSON, and what it finds wrong.
const PYTHON: &str = r#"
import email, email.policy, hashlib, json, sys
sys.stdout.reconfigure(encoding='utf-8', errors='replace')
message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
people = lambda name: [[a.display_name, a.addr_spec] for field in message.get_all(name, []) for a in field.addresses]
body = message.get_body(('plain',))
json.dump({
    'subject': str(message['subject'] or ''),
    'from': people('from'), 'to': people('to'), 'cc': people('cc'),
    'text': body.get_content() if body else '',
    'files': [[part.get_filename(), part.get_content_type(), hashlib.sha256(part.get_payload(decode=True) or b'').hexdigest()]
              for part in message.iter_attachments()] if message.is_multipart() else [],
    'defects': [repr(defect) for part in message.walk() for defect in part.defects]
        + [repr(defect) for field in message.values() for defect in field.defects],
}, sys.stdout, ensure_ascii=False)
"#;

/// What a message says.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Said {
    subject: String,
    from: Vec<(String, String)>,
    to: Vec<(String, String)>,
    cc: Vec<(String, String)>,
    text: String,
    /// Name, type and digest of each.
    files: Vec<(String, String, String)>,
    #[serde(default)]
    defects: Vec<String>,
}

fn person(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

fn pairs(people: &[Address]) -> Vec<(String, String)> {
    people.iter().map(|person| (person.name.clone(), person.email.clone())).collect()
}

/// Names without spaces: Python before 3.13 puts one between two encoded words, which RFC 2047 §6.2 forbids.
fn spaceless(mut said: Said) -> Said {
    for (name, _) in said.from.iter_mut().chain(&mut said.to).chain(&mut said.cc) {
        name.retain(|c| c != ' ');
    }
    said
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A draft with its files, as it is meant.
fn meant(draft: &Draft, files: &[Vec<u8>]) -> Said {
    let DraftText::Plain(text) = &draft.text else { panic!("plain text") };
    let said = draft.files.iter().zip(files);
    // Domains go in their ASCII form.
    let cc =
        draft.cc.iter().map(|person| (person.name.clone(), person.email.replace("bücher", "xn--bcher-kva")));
    Said {
        subject: draft.subject.clone(),
        from: pairs(std::slice::from_ref(&draft.from)),
        to: pairs(&draft.to),
        cc: cc.collect(),
        text: text.trim_end().to_owned(),
        files: said
            .map(|(file, bytes)| (file.name.clone(), file.media_type.clone(), digest(bytes)))
            .collect(),
        defects: Vec::new(),
    }
}

/// As Python reads it.
fn python(message: &[u8]) -> Result<Said> {
    let mut child = Command::new(process::program("python3")?)
        .args(["-c", PYTHON])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child.stdin.take().unwrap().write_all(message)?;
    let output = child.wait_with_output()?;
    let mut said: Said = serde_json::from_slice(&output.stdout)?;
    said.text = unflowed(&said.text);
    Ok(said)
}

/// As mail-parser reads it.
fn mail_parser(message: &[u8]) -> Said {
    let message = MessageParser::default().parse(message).unwrap();
    let people = |people: Option<&mail_parser::Address<'_>>| {
        let all = people.into_iter().flat_map(mail_parser::Address::iter);
        let pair = |one: &mail_parser::Addr<'_>| {
            (one.name().unwrap_or_default().to_owned(), one.address().unwrap_or_default().to_owned())
        };
        all.map(pair).collect()
    };
    let file = |part: &mail_parser::MessagePart<'_>| {
        let kind = part.content_type().unwrap();
        let media_type = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
        (part.attachment_name().unwrap_or_default().to_owned(), media_type, digest(part.contents()))
    };
    Said {
        subject: message.subject().unwrap_or_default().to_owned(),
        from: people(message.from()),
        to: people(message.to()),
        cc: people(message.cc()),
        text: unflowed(&message.body_text(0).unwrap_or_default()),
        files: message.attachments().map(file).collect(),
        defects: Vec::new(),
    }
}

/// The paragraphs of a flowed text (RFC 3676 §4).
fn unflowed(text: &str) -> String {
    let mut out = String::new();
    let text = text.replace("\r\n", "\n");
    for line in text.trim_end_matches('\n').split('\n') {
        let line = line.strip_prefix(' ').unwrap_or(line);
        out.push_str(line);
        if !line.ends_with(' ') || line == "-- " {
            out.push('\n');
        }
    }
    out.trim_end().to_owned()
}

fn drafts() -> Vec<Draft> {
    let long = "A rather long subject with words in it ".repeat(12);
    let wide = "Ein sehr langer Betreff über Äpfel, Öl und Übermut, 長い件名、длинная тема ".repeat(6);
    let subjects = [
        "",
        "Plain",
        "Grüße aus Köln",
        "日本語の件名",
        "مرحبا بالعالم",
        "🎉 party 🎉",
        "=?utf-8?q?not_encoded?=",
        "a  b   c",
        "Quotes \" and \\ and (parentheses) and <angles>",
        long.trim_end(),
        wide.trim_end(),
    ];
    let unbroken = "x".repeat(300);
    let names = [
        "",
        "Grace Hopper",
        "Hopper, Grace",
        "Grace \"Amazing\" Hopper",
        "O'Brien (Bob)",
        "Jürgen Groß",
        "佐藤 雪",
        "grace@hopper.test",
        "back\\slash",
        "Ελένη Παππά με ένα πολύ μακρύ όνομα που δεν χωράει σε μία γραμμή κανενός μηνύματος",
    ];
    let lengthy = "word ".repeat(400);
    let texts = [
        "Hello",
        "From here on\n From there\n> a quote\n.\n..\n-- \nsignature",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich\n\nund zurück",
        lengthy.trim_end(),
        unbroken.as_str(),
        "tab\there\nand a line\n\n\n\nafter three empty ones",
    ];
    let mut drafts = Vec::new();
    for (at, subject) in subjects.iter().enumerate() {
        let mut draft = message(&[], subject);
        draft.from = person(names[at % names.len()], MARY);
        draft.to = names.iter().skip(at % 3).map(|name| person(name, "grace@x.test")).collect();
        draft.cc = vec![person(names[(at + 5) % names.len()], "bob@bücher.test")];
        draft.text = DraftText::Plain(texts[at % texts.len()].to_owned());
        drafts.push(draft);
    }
    drafts
}

const FILES: [(&str, &str); 6] = [
    ("notes.txt", "text/plain"),
    ("Übersicht für März.pdf", "application/pdf"),
    ("日本語の長い長い長い長い長い長い長い長い長い長い長い名前.png", "image/png"),
    ("with \"quotes\"; and=signs.bin", "application/octet-stream"),
    ("emoji 🎉.zip", "application/zip"),
    ("a'b%20c.html", "text/html"),
];

/// Sends all drafts by POP3, so that the copies in Sent are read by our own reader.
#[tokio::test]
async fn what_is_sent_says_the_same_to_every_parser() -> Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[MARY])).await?;
    let smtp = FakeSmtp::start(Manner::default()).await?;
    let settings = Settings::pop3(dovecot.pop3_port()).sending(smtp.port(), "none");
    let gateway = Gateway::start(settings).await?;
    let mut mary = Writer::of(Session::start_pop3(&gateway, MARY).await?).await?;
    for (number, mut draft) in (1_u32..).zip(drafts()) {
        let id = DraftId(number.into());
        let mut files = Vec::new();
        for (at, (name, media_type)) in FILES.iter().enumerate().take(number as usize % (FILES.len() + 1)) {
            // mail-parser reads text as text.
            let any = if media_type.starts_with("text/") { 0x40..0x7f } else { 0..0xff };
            let bytes: Vec<u8> = any.cycle().step_by(7).take(100 * at + 1).collect();
            let file = DraftFile {
                id: FileId(u32::try_from(at).unwrap_or_default() + 1),
                name: (*name).to_owned(),
                media_type: (*media_type).to_owned(),
                size: bytes.len() as u64,
                inline: false,
            };
            mary.upload(id, &file, &bytes, bytes.len()).await?;
            draft.files.push(file);
            files.push(bytes);
        }
        mary.sends(id, &draft).await?;
        let taken = smtp.takes(number as usize).await?;
        let wire = &taken[number as usize - 1].content;
        let shown = String::from_utf8_lossy(wire).into_owned();
        let expected = meant(&draft, &files);
        assert_eq!(mail_parser(wire), expected, "mail-parser: {shown}");
        assert_eq!(spaceless(python(wire)?), spaceless(meant(&draft, &files)), "Python: {shown}");
        assert!(shown.lines().all(|line| line.len() <= 998), "{shown}");

        let sent = mary.wire.holds("Sent", number).await?;
        let row = mary.wire.rows(&sent).await?.swap_remove(0);
        let reply = mary.wire.account(AccountCommand::OpenMessage { key: row.key.clone() }).await?;
        let Reply::Message(opened) = reply else {
            return Err(Error::Unexpected { what: "OpenMessage".to_owned(), got: format!("{reply:?}") });
        };
        let ours = (row.subject, pairs(&row.from), pairs(&opened.to), pairs(&opened.cc));
        let Said { subject, from, to, cc, .. } = expected;
        // A list has no room for more than one space between words.
        let subject = subject.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(ours, (subject, from, to, cc), "our reader: {shown}");
        let names: Vec<_> = opened.attachments.iter().map(|file| file.name.clone()).collect();
        // Names are shown as they can be saved.
        let meant: Vec<_> = draft.files.iter().map(|file| file.name.replace('"', "_")).collect();
        assert_eq!(names, meant, "our reader: {shown}");
    }
    Ok(())
}
