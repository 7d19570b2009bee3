//! Those who read.

use super::{MESSAGE_ID, hash};
use ::mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};
use postern_gateway::mime::{
    compose::{flowed::flow, original::Received, plain::text_of_html, quote::Quote},
    file_name,
    scan::Scanner,
    select,
    text::unflow,
};
use postern_shared::{
    address::Address,
    ids::{MessageKey, Uid, UidValidity},
};
use postern_tests::process::program;
use serde::Deserialize;
use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Read {
    pub subject: String,
    pub from: Vec<(String, String)>,
    pub to: Vec<(String, String)>,
    pub cc: Vec<(String, String)>,
    pub bcc: Vec<(String, String)>,
    pub message_id: String,
    pub text: String,
    pub files: Vec<File>,
}

/// A file in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct File {
    pub name: Option<String>,
    pub media_type: String,
    pub content_id: Option<String>,
    /// Absent where it is a message.
    pub sha256: Option<String>,
}

#[derive(Deserialize)]
struct Told {
    #[serde(flatten)]
    read: Read,
    defects: Vec<String>,
}

/// Python, which runs as long as this is there.
pub struct Python {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Python {
    pub fn start() -> Self {
        let mut child = Command::new(program("python3").unwrap())
            .args(["-I", "-c", include_str!("reader.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    /// What it reads, and what it finds fault with.
    pub fn read(&mut self, message: &[u8]) -> (Read, Vec<String>) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{}", message.len()).unwrap();
        input.write_all(message).unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let Told { mut read, defects } = serde_json::from_str(&line).unwrap();
        read.text = read.text.replace("\r\n", "\n").trim_end_matches('\n').to_owned();
        (read, defects)
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// What mail-parser reads.
pub fn mail_parser(message: &[u8]) -> Read {
    let message = MessageParser::new().parse(message).unwrap();
    let people = |list: Option<&::mail_parser::Address<'_>>| {
        let all = list.into_iter().flat_map(|list| list.iter());
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        all.map(|address| (text(address.name()), text(address.address()))).collect()
    };
    let text = message.parts.iter().find(|part| is_text(part));
    let text = text.and_then(|part| part.text_contents()).unwrap_or_default();
    Read {
        subject: message.subject().unwrap_or_default().to_owned(),
        from: people(message.from()),
        to: people(message.to()),
        cc: people(message.cc()),
        bcc: people(message.bcc()),
        message_id: format!("<{}>", message.message_id().unwrap_or_default()),
        text: text.replace("\r\n", "\n").trim_end_matches('\n').to_owned(),
        files: message.parts.iter().filter_map(parsed_file).collect(),
    }
}

fn is_text(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Text(_)) && part.content_disposition().is_none()
}

fn parsed_file(part: &MessagePart<'_>) -> Option<File> {
    part.content_disposition()?;
    let kind = part.content_type()?;
    Some(File {
        name: part.attachment_name().map(str::to_owned),
        media_type: format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()),
        content_id: part.content_id().map(|id| format!("<{id}>")),
        sha256: (!matches!(part.body, PartType::Message(_))).then(|| hash(part.contents())),
    })
}

/// What the gateway reads.
pub fn ours(message: &[u8]) -> Read {
    let key = MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) };
    let mut scanner = Scanner::new();
    scanner.push(message);
    let layout = scanner.finish().layout;
    let structure = layout.structure.clone().unwrap();
    let Received { detail, text, .. } = Received::read(key, message);
    let people = |list: Vec<Address>| list.into_iter().map(|address| (address.name, address.email)).collect();
    let files = detail.attachments.into_iter().map(|attachment| {
        let place = layout.place(&attachment.part).unwrap();
        let content = &message[usize::try_from(place.start).unwrap()..usize::try_from(place.end).unwrap()];
        let decoded = select::download(&structure, &attachment.part).unwrap().encoding.decode(content);
        let is_message = attachment.media_type == "message/rfc822";
        File {
            name: Some(attachment.name),
            media_type: attachment.media_type,
            content_id: None,
            sha256: (!is_message).then(|| hash(&decoded)),
        }
    });
    let files = files.collect();
    Read {
        subject: words(&detail.subject),
        from: people(detail.from),
        to: people(detail.to),
        cc: people(detail.cc),
        bcc: people(detail.bcc),
        message_id: detail.message_id.unwrap_or_default(),
        text: match text {
            Quote::Plain(text) => text.trim_end_matches('\n').to_owned(),
            // It reads the HTML: what everybody else reads as the text is made of that.
            Quote::Html(html) => unflowed(&text_of_html(&html)),
        },
        files,
    }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it is once it went over the wire.
fn unflowed(text: &str) -> String {
    unflow(&flow(text).replace("\r\n", "\n"), false).trim_end_matches('\n').to_owned()
}

/// The same as the gateway tells it: a subject's words stand together, paragraphs are whole, names are made safe to save.
pub fn as_we_tell(read: &Read) -> Read {
    let mut read = read.clone();
    read.subject = words(&read.subject);
    read.text = unflow(&read.text, false).trim_end_matches('\n').to_owned();
    for file in &mut read.files {
        file.name = file.name.as_deref().map(file_name::clean);
        file.content_id = None;
    }
    assert!(read.message_id.contains(MESSAGE_ID));
    read
}
