//! "Has attachment" as a person means it: structures as mailers send them, told by a real server and found in mail that
//! lives here. Row and reading pane agree.

use crate::looker::{Looker, accounts, folder, login};
use postern_gateway::{
    imap::convert::has_attachment,
    mime::{scan::Scanner, select::BodyPlan},
};
use postern_shared::{body::Attachment, command::AccountCommand, reply::Reply};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error,
};
use std::collections::HashMap;

const ADA: &str = "ada@demo.test";

/// A part of so many bytes, with lines as base64 has them.
fn part(headers: &str, bytes: usize) -> String {
    let lines = vec!["QUJD".repeat(19); bytes.div_ceil(78)].join("\r\n");
    format!("Content-Type: {headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n{lines}\r\n")
}

fn attached(media_type: &str, name: &str, bytes: usize) -> String {
    part(
        &format!("{media_type}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\""),
        bytes,
    )
}

fn inline(media_type: &str, name: &str, bytes: usize) -> String {
    part(&format!("{media_type}; name=\"{name}\"\r\nContent-Disposition: inline; filename=\"{name}\""), bytes)
}

/// A picture that HTML refers to.
fn embedded(media_type: &str, name: &str, id: &str, disposition: &str, bytes: usize) -> String {
    let headers = format!(
        "{media_type}; name=\"{name}\"\r\nContent-ID: <{id}>\r\nContent-Disposition: {disposition}; filename=\"{name}\""
    );
    part(&headers, bytes)
}

fn plain() -> String {
    "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n".to_owned()
}

fn html() -> String {
    "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n".to_owned()
}

fn calendar() -> String {
    "Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\n".to_owned()
}

fn multi(subtype: &str, parts: &[String]) -> String {
    // What is around is always longer than what is in it.
    let boundary = format!("b{}", parts.iter().map(String::len).sum::<usize>());
    let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}\r\n")).collect();
    format!("Content-Type: multipart/{subtype}; boundary={boundary}\r\n\r\n{parts}--{boundary}--\r\n")
}

fn texts() -> String {
    multi("alternative", &[plain(), html()])
}

/// What the mail is, and what a person would say is attached to it.
type Case = (&'static str, String, &'static [&'static str]);

fn cases() -> Vec<Case> {
    let outlook_logo =
        || embedded("image/png", "image001.png", "image001.png@01DA1234.5678", "inline", 9_000);
    let signature = || attached("application/pkcs7-signature", "smime.p7s", 5_000);
    let report = |kind: &str, about: String| {
        multi(
            &format!("report; report-type={kind}"),
            &[plain(), format!("Content-Type: message/{kind}\r\n\r\nA: b\r\n"), about],
        )
    };
    vec![
        ("Gmail, text", texts(), &[]),
        ("Gmail, a document", multi("mixed", &[texts(), attached("application/msword", "offer.doc", 30_000)]), &["offer.doc"]),
        (
            "Gmail, an image pasted into the text",
            multi("related", &[texts(), embedded("image/png", "image.png", "ii_lx1abc0", "attachment", 90_000)]),
            &[],
        ),
        (
            "Google Calendar, an invitation and its twin",
            multi("mixed", &[multi("alternative", &[plain(), html(), calendar()]), attached("application/ics", "invite.ics", 2_000)]),
            &[],
        ),
        ("Outlook, an invitation", multi("alternative", &[plain(), html(), calendar()]), &[]),
        ("a calendar sent on purpose", multi("mixed", &[plain(), attached("text/calendar", "holidays.ics", 9_000)]), &["holidays.ics"]),
        ("Outlook, a logo in the signature", multi("related", &[texts(), outlook_logo()]), &[]),
        (
            "Outlook, a logo and a PDF",
            multi("mixed", &[multi("related", &[texts(), outlook_logo()]), attached("application/pdf", "report.pdf", 50_000)]),
            &["report.pdf"],
        ),
        ("Exchange, made plain, its logo left behind", multi("mixed", &[plain(), inline("image/png", "image001.png", 9_000)]), &[]),
        (
            "Exchange, a footer made a file of",
            multi("mixed", &[plain(), attached("application/pdf", "agenda.pdf", 20_000), attached("text/plain", "ATT00001.txt", 300)]),
            &["agenda.pdf"],
        ),
        ("Exchange, nothing but such a footer", multi("mixed", &[texts(), attached("text/html", "ATT00001.htm", 300)]), &[]),
        (
            "Apple Mail, a photo between two lines",
            multi("mixed", &[plain(), inline("image/jpeg", "IMG_0001.jpeg", 200_000), plain()]),
            &["IMG_0001.jpeg"],
        ),
        (
            "Apple Mail, a PDF shown in HTML",
            multi("alternative", &[plain(), multi("mixed", &[html(), inline("application/pdf", "plan.pdf", 40_000), html()])]),
            &["plan.pdf"],
        ),
        (
            "Apple Mail, a photo beside HTML",
            multi("alternative", &[plain(), multi("mixed", &[html(), embedded("image/jpeg", "IMG_0002.jpeg", "A1@apple", "inline", 200_000), html()])]),
            &["IMG_0002.jpeg"],
        ),
        (
            "Apple Mail, a photo that its HTML shows",
            multi("alternative", &[plain(), multi("related", &[html(), embedded("image/jpeg", "IMG_0003.jpeg", "A2@apple", "inline", 200_000)])]),
            &[],
        ),
        ("iOS, a photo without a word", multi("mixed", &[inline("image/jpeg", "image0.jpeg", 200_000), plain()]), &["image0.jpeg"]),
        ("iOS, a contact that was shared", multi("mixed", &[plain(), attached("text/vcard", "Grace Hopper.vcf", 900)]), &["Grace Hopper.vcf"]),
        ("a photo and nothing else", inline("image/jpeg", "a.jpg", 9_000), &["a.jpg"]),
        (
            "Thunderbird, signed, with card and key",
            multi("signed; protocol=\"application/pgp-signature\"", &[
                multi("mixed", &[plain(), attached("text/x-vcard", "ada.vcf", 400), attached("application/pgp-keys", "OpenPGP_0x1.asc", 3_000)]),
                attached("application/pgp-signature", "OpenPGP_signature.asc", 800),
            ]),
            &[],
        ),
        ("Thunderbird, a patch", multi("mixed", &[plain(), inline("text/x-patch", "0001-fix.patch", 2_000)]), &["0001-fix.patch"]),
        ("S/MIME, signed", multi("signed; protocol=\"application/pkcs7-signature\"", &[texts(), signature()]), &[]),
        ("S/MIME, within a list's footer", multi("mixed", &[multi("signed", &[plain(), signature()]), plain()]), &[]),
        ("S/MIME, the signature's type lost", multi("mixed", &[plain(), attached("application/octet-stream", "smime.p7s", 5_000)]), &[]),
        ("PGP, encrypted", multi("encrypted", &[part("application/pgp-encrypted", 20), attached("application/octet-stream", "encrypted.asc", 900)]), &[]),
        ("a mailing list's footer", multi("mixed", &[texts(), plain()]), &[]),
        ("a pixel that counts readers", multi("mixed", &[html(), part("image/gif", 60)]), &[]),
        (
            "a newsletter",
            multi("related", &[html(), part("image/png\r\nContent-ID: <1@news>", 9_000), part("image/png\r\nContent-ID: <2@news>", 90_000)]),
            &[],
        ),
        ("a logo beside the HTML that shows it", multi("mixed", &[html(), embedded("image/png", "logo.png", "logo@corp", "inline", 9_000)]), &[]),
        ("a small screenshot sent as a file", multi("mixed", &[plain(), attached("image/png", "Screenshot 1.png", 9_000)]), &["Screenshot 1.png"]),
        ("a bounce", report("delivery-status", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n".to_owned()), &[]),
        ("a receipt", report("disposition-notification", part("text/rfc822-headers", 80)), &[]),
        (
            "a message forwarded as a file",
            multi("mixed", &[plain(), "Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=\"old.eml\"\r\n\r\nSubject: x\r\n\r\ny\r\n".to_owned()]),
            &["old.eml"],
        ),
        ("a scanner's PDF", attached("application/pdf", "scan.pdf", 20_000), &["scan.pdf"]),
        ("voice mail", multi("mixed", &[plain(), attached("audio/wav", "msg0001.wav", 30_000)]), &["msg0001.wav"]),
        (
            "an old Mac's file with its resources",
            multi("mixed", &[plain(), multi("appledouble", &[attached("application/applefile", "photo.jpg", 900), attached("image/jpeg", "photo.jpg", 90_000)])]),
            &["photo.jpg"],
        ),
    ]
}

fn letter(subject: &str, content: &str) -> Vec<u8> {
    format!("From: Grace <grace@demo.test>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n{content}")
        .into_bytes()
}

fn main_names(attachments: &[Attachment]) -> Vec<String> {
    attachments.iter().filter(|found| !found.minor).map(|found| found.name.clone()).collect()
}

#[test]
fn mail_that_lives_here_tells_what_a_person_would() {
    for (subject, content, expected) in cases() {
        let mut scanner = Scanner::new();
        scanner.push(&letter(subject, &content));
        let structure = scanner.finish().layout.structure.unwrap();
        assert_eq!(main_names(&BodyPlan::of(Some(&structure)).attachments), expected, "{subject}");
        assert_eq!(has_attachment(&structure), !expected.is_empty(), "{subject}");
    }
}

#[tokio::test]
async fn a_servers_mail_tells_what_a_person_would() -> error::Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut client = dovecot.client(ADA).await?;
    let cases = cases();
    for (subject, content, _) in &cases {
        client.append("INBOX", "", &letter(subject, content)).await?;
    }
    let handle = accounts().sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle, 1).await;
    let view = one.open(folder("INBOX")).await;
    one.until(|one| one.lists[&view].rows.iter().flatten().count() == cases.len()).await;
    let rows: HashMap<String, _> =
        one.lists[&view].rows.iter().flatten().map(|row| (row.subject.clone(), row.clone())).collect();
    for (subject, _, expected) in cases {
        let row = &rows[subject];
        assert_eq!(row.has_attachment, !expected.is_empty(), "{subject}");
        let Reply::Message(detail) = one.ask(AccountCommand::OpenMessage { key: row.key.clone() }).await
        else {
            panic!("no message {subject}");
        };
        assert_eq!(main_names(&detail.attachments), expected, "{subject}");
    }
    Ok(())
}
