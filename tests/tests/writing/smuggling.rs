//! Whatever a person writes or pastes, one message goes, to whom it says.

use crate::stage::{BOB, Stage, is_at_rest, message};
use postern_shared::{
    address::Address,
    ids::{DraftId, FileId},
    reply::Reply,
    writing::{Draft, DraftFile, DraftText, SendState},
};
use postern_tests::error::Result;

/// Each was taken for the end of a message by some server.
pub const ENDS: [&str; 16] = [
    "\n.\n",
    "\n.\r\n",
    "\n.\r",
    "\r.\r",
    "\r.\n",
    "\r.\r\n",
    "\r\n.\r",
    "\r\n.\n",
    "\r\n.\r\n",
    "\r\n\0.\r\n",
    "\r\n.\0\r\n",
    "\n\0.\0\n",
    "\r\r\n.\r\r\n",
    "\r\n.\r\r\n",
    "\n\n.\n\n",
    "\u{85}.\u{85}",
];

/// A text that goes on, after such an end, with a message of its own.
pub fn smuggling(end: &str, to: &str) -> String {
    format!(
        "Innocent{end}MAIL FROM:<eve@demo.test>\r\nRCPT TO:<{to}>\r\nDATA\r\nSubject: smuggled\r\n\r\nGotcha{end}\
         QUIT\r\n"
    )
}

#[tokio::test]
async fn no_text_ends_its_message() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let mut number = 0;
    for end in ENDS {
        for text in [
            DraftText::Plain(smuggling(end, BOB)),
            DraftText::Html(format!("<p>Hello</p><pre>{}</pre>", smuggling(end, BOB))),
        ] {
            number += 1;
            let content = Draft { text, ..message(&[BOB], "Innocent") };
            ada.sends(DraftId(number), &content).await?;
            let taken = stage.smtp.takes(usize::try_from(number).unwrap_or(usize::MAX)).await?;
            let last = &taken[taken.len() - 1];
            assert_eq!(taken.len() as u64, number, "{end:?}");
            assert_eq!(last.as_a_careless_server_reads_it().len(), 1, "{end:?}: {}", last.text());
            assert!(last.has_clean_lines(), "{end:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_file_ends_its_message() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    for (number, end) in (1..).zip(ENDS) {
        let draft = DraftId(number);
        let bytes = smuggling(end, BOB).into_bytes();
        let mut files = Vec::new();
        for (id, media_type) in (1..).zip(["text/plain", "text/html", "message/rfc822"]) {
            let file = DraftFile {
                id: FileId(id),
                name: format!("{id}.txt{end}"),
                media_type: media_type.to_owned(),
                size: bytes.len() as u64,
                inline: false,
            };
            ada.upload(draft, &file, &bytes, bytes.len()).await?;
            files.push(file);
        }
        ada.sends(draft, &Draft { files, ..message(&[BOB], "Innocent") }).await?;
        let taken = stage.smtp.takes(usize::try_from(number).unwrap_or(usize::MAX)).await?;
        let last = &taken[taken.len() - 1];
        assert_eq!(taken.len() as u64, number, "{end:?}");
        assert_eq!(last.as_a_careless_server_reads_it().len(), 1, "{end:?}: {}", last.text());
        assert!(last.has_clean_lines(), "{end:?}");
        let parsed = mail_parser::MessageParser::default().parse(&last.content).unwrap();
        assert_eq!(parsed.attachment_count(), 3, "{end:?}: {}", last.text());
        // A message may be put on the wire line by line; any other file is the same byte for byte.
        assert_eq!(parsed.attachment(0).unwrap().contents(), bytes, "{end:?}");
        assert_eq!(parsed.attachment(1).unwrap().contents(), bytes, "{end:?}");
    }
    Ok(())
}

/// Nothing that is typed into a field of the head becomes a header or a recipient of its own.
#[tokio::test]
async fn no_field_breaks_out_of_its_header() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let breaks = ["\r\n", "\n", "\r", "\r\n ", "\r\n\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\0"];
    let name = |text: &str| Address { name: text.to_owned(), email: BOB.to_owned() };
    let mut number = 0;
    for line in breaks {
        let text = format!("Hello{line}Bcc: eve@demo.test{line}X-Evil: yes{line}{line}Body");
        let plain = message(&[BOB], "Hello");
        let drafts = [
            ("subject", Draft { subject: text.clone(), ..plain.clone() }),
            ("to", Draft { to: vec![name(&text)], ..plain.clone() }),
            ("cc", Draft { cc: vec![name(&text)], ..plain.clone() }),
            ("bcc", Draft { bcc: vec![name(&text)], ..plain.clone() }),
            ("from", Draft { from: Address { name: text.clone(), ..plain.from.clone() }, ..plain.clone() }),
        ];
        for (field, content) in drafts {
            number += 1;
            ada.sends(DraftId(number), &content).await?;
            let taken = stage.smtp.takes(usize::try_from(number).unwrap_or(usize::MAX)).await?;
            let last = &taken[taken.len() - 1];
            assert_eq!(last.to, [BOB], "{field} {line:?}");
            let message = last.text();
            let (head, _) = message.split_once("\r\n\r\n").unwrap_or((&message, ""));
            for evil in ["bcc:", "x-evil:"] {
                let broken = head.split(['\r', '\n']).any(|line| line.to_ascii_lowercase().starts_with(evil));
                assert!(!broken, "{field} {line:?}: {head}");
            }
            assert!(last.has_clean_lines(), "{field} {line:?}");
        }
    }
    Ok(())
}

/// Nor does an address: it is refused before anything is queued.
#[tokio::test]
async fn no_address_breaks_out_of_its_command() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let mut number = 0;
    for address in [
        "grace@x.test>\r\nRCPT TO:<eve@x.test",
        "grace@x.test\r\nDATA",
        "grace@x.test> SIZE=1",
        "gr\0ace@x.test",
        "grace\n@x.test",
        "grace @x.test",
        "<grace@x.test>",
    ] {
        let evil = Address { name: String::new(), email: address.to_owned() };
        let plain = message(&[BOB], "Hello");
        for content in [
            Draft { to: vec![evil.clone()], ..plain.clone() },
            Draft { bcc: vec![evil.clone()], ..plain.clone() },
            Draft { from: evil, ..plain.clone() },
        ] {
            number += 1;
            match ada.send(DraftId(number), &content).await? {
                Reply::Failed(_) => {}
                Reply::Accepted => {
                    let state = ada.stands(DraftId(number), is_at_rest).await?;
                    assert!(matches!(state, SendState::Failed { .. }), "{address:?}: {state:?}");
                }
                reply => panic!("{address:?}: {reply:?}"),
            }
        }
    }
    assert_eq!(stage.smtp.count("RCPT"), 0);
    Ok(())
}
