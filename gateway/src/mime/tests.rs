//! From a message's bytes to its page: the whole way, as mail that lives here goes it.

use super::{
    links::Links,
    page::{FetchedPart, PageOptions, Rendered, Theme, render},
    scan::{Layout, Scanner},
    select::{BodyPlan, find},
    unpack,
};
use crate::imap::response::{BodyPart, Fetch};
use postern_shared::{flags::Flags, ids::Uid};
use proptest::prelude::*;

struct Mail {
    bytes: Vec<u8>,
    layout: Layout,
    fetch: Fetch,
}

impl Mail {
    fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let mut scanner = Scanner::new();
        scanner.push(&bytes);
        let layout = scanner.finish().layout;
        let fetch = layout.fetch(Uid(1), Flags::default(), 0);
        Self { bytes, layout, fetch }
    }

    fn content(&self, part: &str) -> Vec<u8> {
        let place = self.layout.place(part).unwrap_or_default();
        self.bytes[place.start as usize..place.end as usize].to_vec()
    }

    fn render(&self, plan: &BodyPlan) -> Rendered {
        let fetched =
            |part: &str| FetchedPart { part: part.into(), data: self.content(part), complete: true };
        let parts: Vec<_> = plan.body.iter().map(|part| fetched(&part.part)).collect();
        let picture_url = |part: &str| Some(format!("/picture/{part}"));
        render(
            plan,
            &parts,
            &PageOptions {
                theme: Theme::System,
                picture_url: &picture_url,
                images: None,
                links: Links::default(),
                alone: true,
            },
        )
    }

    /// The page of the message, or of one attached to it.
    fn page(&self, part: &str) -> Option<String> {
        let plan = BodyPlan::of_message(&self.fetch, part)?;
        let rendered = self.render(&plan);
        let spare = plan.by_spare().filter(|_| rendered.blank);
        let html = spare.map_or(rendered.html, |spare| self.render(&spare).html);
        html.split_once("<body>").map(|(_, body)| body.to_owned())
    }
}

/// What there is to see.
fn words(page: &str) -> String {
    let texts = page.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text.trim()));
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
}

fn read(message: &[u8]) -> String {
    words(&Mail::new(message).page("").unwrap())
}

#[test]
fn charsets_as_mailers_get_them_wrong() {
    let table: &[(&[u8], &str)] = &[
        (b"Content-Type: text/plain\r\n\r\ngr\xfc\xdfe aus K\xf6ln", "grüße aus Köln"),
        (b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\x93quoted\x94 \x80 5", "“quoted” € 5"),
        (b"Content-Type: text/plain; charset=gb2312\r\n\r\n\xd6\xd0\x87\x85", "中噮"),
        (b"Content-Type: text/plain; charset=utf-8\r\n\r\ngr\xfc\xdfe aus K\xf6ln", "grüße aus Köln"),
        (b"Content-Type: text/plain; charset=utf-7\r\n\r\na+AOk-b", "aéb"),
        (b"Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\n5ABiAA==", "äb"),
        (b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n//7kAGIA", "äb"),
        (b"Content-Type: text/plain\r\n\r\n\xef\xbb\xbfmark", "mark"),
        (b"Content-Type: text/html\r\n\r\n<meta charset=koi8-r><p>\xf0\xf2", "ПР"),
        (b"Content-Type: text/plain; charset=\"utf-8\r\n\r\nna\xc3\xafve", "naïve"),
        (b"Subject: x\r\rbare\rCR", "bare\nCR"),
        (b"Subject: x\r\n\r\nn\0ul", "nul"),
        (b"", "This message has no text."),
    ];
    for (message, text) in table {
        assert_eq!(read(message), *text, "{}", String::from_utf8_lossy(message));
    }
}

#[test]
fn multiparts_of_every_kind_show_their_text() {
    let multi = |subtype: &str, parts: &[&str]| {
        let parts: String = parts.iter().map(|part| format!("--b\r\n{part}\r\n")).collect();
        format!("Content-Type: multipart/{subtype}; boundary=b\r\n\r\n{parts}--b--\r\n")
    };
    let (plain, html) = ("\r\nplain words", "Content-Type: text/html\r\n\r\n<p>html words</p>");
    let empty_html = "Content-Type: text/html\r\n\r\n<html><body><p>&nbsp;</p></body></html>";
    let table = [
        (multi("alternative", &[plain, html]), "html words"),
        (multi("alternative", &[plain, empty_html]), "plain words"),
        (multi("alternative", &[plain, "Content-Type: text/html\r\n\r\n"]), "plain words"),
        (multi("alternative", &[plain, "Content-Type: text/x-amp-html\r\n\r\nno"]), "plain words"),
        (multi("mixed", &[plain, html]), "plain words|html words"),
        (multi("parallel", &[plain, html]), "plain words|html words"),
        (multi("unheard-of", &[plain]), "plain words"),
        (multi("related", &[html, "Content-Type: text/css\r\n\r\nno"]), "html words"),
        (
            multi(
                "mixed",
                &["Content-Type: text/markdown\r\n\r\n# md", "Content-Type: text/x-note\r\n\r\nnote"],
            ),
            "# md|note",
        ),
        (multi("mixed", &["Content-Type: text/enriched\r\n\r\n<bold>rich</bold>"]), "rich"),
        (
            multi(
                "signed; protocol=\"application/pgp-signature\"",
                &[plain, "Content-Type: application/pgp-signature\r\n\r\nx"],
            ),
            "This message carries an OpenPGP signature (PGP/MIME). Postern does not check signatures: to check it, \
             download the message and open it in a program that does.|plain words",
        ),
        (
            "Content-Type: message/partial; number=2; total=3\r\n\r\nSubject: x\r\n\r\ny".to_owned(),
            "This is piece 2 of 3 of a message that was sent in several. Only all of them together make the message: \
             download them and put them together in a mail program that can.",
        ),
        (
            "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nbare file".to_owned(),
            "bare file",
        ),
    ];
    for (message, text) in table {
        assert_eq!(read(message.as_bytes()), text, "{message}");
    }
}

#[test]
fn attached_messages_have_pages_of_their_own() {
    let mail = Mail::new(
        "Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: one\r\n\r\nfirst\r\n--d\r\n\r\nSubject: two\r\n\
         Content-Type: message/rfc822\r\n\r\nSubject: three\r\n\r\ndeep\r\n--d--\r\n",
    );
    assert_eq!(mail.page("1").map(|page| words(&page)).as_deref(), Some("first"));
    let two = mail.page("2").map(|page| words(&page));
    assert_eq!(two.as_deref(), Some("This message has no text. What it brings is in its attachments."));
    assert_eq!(mail.page("2.1").map(|page| words(&page)).as_deref(), Some("deep"));
    assert_eq!(mail.page("3"), None);
}

#[test]
fn nesting_and_numbers_are_bounded() {
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(40_000);
    let boundaries: String = (0..20_000)
        .map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n"))
        .collect();
    let parts =
        format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\nwords\r\n".repeat(5_000));
    for message in [messages, boundaries, parts] {
        let mail = Mail::new(message);
        assert!(!words(&mail.page("").unwrap()).is_empty());
        unpack::packed(&mail.fetch);
        assert_eq!(find(mail.fetch.structure.as_ref().unwrap(), "9.9.9"), None);
    }
}

fn visit(part: &BodyPart, mail: &Mail) {
    if let Some(page) = mail.page(&part.part) {
        assert!(!words(&page).is_empty() || page.contains("<img"), "{page}");
    }
    unpack::unpack(part, &mail.content(&part.part));
    part.children.iter().for_each(|child| visit(child, mail));
}

fn check(message: Vec<u8>) {
    let mail = Mail::new(message);
    let page = mail.page("").unwrap();
    assert!(!words(&page).is_empty() || page.contains("<img"), "{page}");
    mail.fetch.structure.iter().for_each(|structure| visit(structure, &mail));
}

proptest! {
    #[test]
    fn any_bytes_have_a_page(message in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(message);
    }

    #[test]
    fn anything_like_a_message_has_a_page(message in "(Content-Type: |Content-Transfer-Encoding: |Content-Disposition: |text/|html|plain|calendar|enriched|multipart/|mixed|alternative|related|report|encrypted|message/|rfc822|partial|delivery-status|application/|ms-tnef|pkcs7-mime|; |boundary=b|charset=|utf-7|utf-16|base64|quoted-printable|attachment|\r\n|\r\n\r\n|\n|--b|--|BEGIN:VCALENDAR|BEGIN:VEVENT|Final-Recipient: x|<p>|<|>|\\PC){0,60}") {
        check(message.into_bytes());
    }
}
