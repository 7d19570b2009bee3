use super::*;
use postern_shared::{
    ids::MessageKey,
    writing::{Answer, Answers},
};
use std::io::Cursor;

pub(super) fn person(name: &str, email: &str) -> Address {
    Address { name: name.to_owned(), email: email.to_owned() }
}

pub(super) fn draft() -> Draft {
    Draft {
        from: person("Ada", "ada@x.test"),
        to: vec![person("Grace", "grace@x.test")],
        subject: "Lunch".to_owned(),
        text: DraftText::Plain("Hello".to_owned()),
        ..Draft::default()
    }
}

pub(super) fn file(id: u32, name: &str, media_type: &str, inline: bool) -> DraftFile {
    DraftFile { id: FileId(id), name: name.to_owned(), media_type: media_type.to_owned(), size: 0, inline }
}

pub(super) fn built(draft: &Draft, contents: &[(u32, &[u8])], purpose: Purpose) -> Vec<u8> {
    let contents = contents.iter().map(|(id, content)| (FileId(*id), Cursor::new(*content))).collect();
    let mut out = Vec::new();
    build(
        Outgoing { draft, message_id: "0123456789abcdef@x.test", date: 1_735_894_800, contents, purpose },
        &mut out,
    )
    .unwrap();
    out
}

fn sent(draft: &Draft) -> String {
    String::from_utf8(built(draft, &[], Purpose::Sending)).unwrap()
}
