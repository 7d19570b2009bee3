//! Mail of every make, read as a real server tells of it and as it is found here: messages in messages, reports,
//! invitations, packed files, what is encrypted, what is empty.

use crate::{
    downloads::Opened,
    stage::{ADA, Stage},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use postern_shared::body::{BodyKind, MessageDetail, Preview};
use postern_tests::{browser::Name, dovecot::maildir::Marks, error::Result};

/// A message with these headers behind its own, and that body.
fn message(rest: &str) -> Vec<u8> {
    let head = "From: Grace <grace@demo.test>\nTo: Ada <ada@demo.test>\nSubject: Foreign\n\
        Date: Tue, 14 Nov 2023 22:13:20 +0000\nMessage-ID: <1@foreign.demo.test>\nMIME-Version: 1.0\n";
    format!("{head}{rest}").replace('\n', "\r\n").into_bytes()
}

/// The message read by IMAP and by POP3.
async fn both(message: &[u8]) -> Result<[Opened; 2]> {
    Ok([Opened::imap(message).await?, Opened::pop3(message).await?])
}

async fn page(opened: &Opened, path: &str) -> Result<String> {
    let page = opened.get(path).send().await?.error_for_status()?.text().await?;
    Ok(page.split_once("<body>").map(|(_, body)| body.to_owned()).unwrap_or(page))
}

async fn attached(opened: &Opened, part: &str) -> Result<MessageDetail> {
    Ok(opened.get(&format!("attached/{part}")).send().await?.error_for_status()?.json().await?)
}

const NESTED: &str = "Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: text/plain

outer words
--outer
Content-Type: message/rfc822

From: Bob <bob@demo.test>
To: Grace <grace@demo.test>
Subject: =?utf-8?q?inner_=C3=A4?=
Content-Type: multipart/mixed; boundary=inner

--inner
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>inner gr=FC=DFe</p>
--inner
Content-Type: message/rfc822

From: Carol <carol@demo.test>
Subject: innermost

innermost words
--inner
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment; filename=notes.txt
Content-Transfer-Encoding: base64

bm90ZXM=
--inner--
--outer
Content-Type: message/rfc822
Content-Transfer-Encoding: base64

RnJvbTogRXZlIDxldmVAZGVtby50ZXN0Pg0KU3ViamVjdDogZW5jb2RlZA0KDQplbmNvZGVkIHdv
cmRzDQo=
--outer--
";

#[tokio::test]
async fn attached_messages_are_mail() -> Result<()> {
    for opened in both(&message(NESTED)).await? {
        let outer = page(&opened, "body").await?;
        assert!(outer.contains("outer words") && !outer.contains("inner"), "{outer}");

        let inner = attached(&opened, "2").await?;
        assert_eq!((inner.subject.as_str(), inner.body), ("inner ä", BodyKind::Html));
        assert_eq!(inner.from[0].email, "bob@demo.test");
        let parts: Vec<_> =
            inner.attachments.iter().map(|file| (file.part.as_str(), file.name.as_str())).collect();
        assert_eq!(parts, [("2.2", "innermost.eml"), ("2.3", "notes.txt")]);
        assert_eq!(inner.attachments[0].preview, Some(Preview::Message));
        assert!(page(&opened, "body?part=2").await?.contains("<p>inner grüße</p>"));
        assert_eq!(opened.get("parts/2.3").send().await?.text().await?, "notes");

        assert_eq!(attached(&opened, "2.2").await?.subject, "innermost");
        assert!(page(&opened, "body?part=2.2").await?.contains("innermost words"));

        // No server looks into this one.
        assert_eq!(attached(&opened, "3").await?.subject, "encoded");
        assert!(page(&opened, "body?part=3").await?.contains("encoded words"));

        assert_eq!(opened.get("attached/1").send().await?.status(), 404);
        assert_eq!(opened.get("body?part=1").send().await?.status(), 404);
    }
    Ok(())
}

const REPORT: &str = "Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

This is the mail system.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.demo.test

Final-Recipient: rfc822; bob@elsewhere.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--b
Content-Type: text/rfc822-headers

Subject: what was sent
--b--
";

const INVITATION: &str = "Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

Come to lunch.
--b
Content-Type: text/calendar; method=REQUEST; charset=utf-8
Content-Transfer-Encoding: 8bit

BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Lunch <b>ä</b>
DTSTART;TZID=Europe/Berlin:20260714T120000
DTEND;TZID=Europe/Berlin:20260714T133000
LOCATION:Mensa
ORGANIZER;CN=Grace:mailto:grace@demo.test
ATTENDEE:mailto:ada@demo.test
END:VEVENT
END:VCALENDAR
--b--
";

const ENCRYPTED: &str =
    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b

--b
Content-Type: application/pgp-encrypted

Version: 1
--b
Content-Type: application/octet-stream; name=encrypted.asc

-----BEGIN PGP MESSAGE-----
--b--
";

const EMPTY_FORM: &str = "Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

only here
--b
Content-Type: text/html

<html><head><style>p { color: red }</style></head><body><p>&nbsp;</p></body></html>
--b--
";

#[tokio::test]
async fn what_is_for_machines_is_said_in_words() -> Result<()> {
    let table: [(&str, &[&str]); 4] = [
        (
            REPORT,
            &[
                "Your message to bob@elsewhere.test could not be delivered.",
                "550 5.1.1 User unknown",
                "This is the mail system.",
            ],
        ),
        (
            INVITATION,
            &[
                "Lunch &lt;b&gt;ä&lt;/b&gt;",
                "Tuesday, 14 July 2026, 12:00 – 13:30 (Europe/Berlin)",
                "Grace &lt;grace@demo.test&gt; invites you.",
                "Come to lunch.",
            ],
        ),
        (ENCRYPTED, &["This message is encrypted with OpenPGP"]),
        (EMPTY_FORM, &["only here"]),
    ];
    for (text, wanted) in table {
        for opened in both(&message(text)).await? {
            let page = page(&opened, "body").await?;
            for words in wanted {
                assert!(page.contains(words), "{words}: {page}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn broken_mail_shows_its_words() -> Result<()> {
    let head = "From: Mallory <mallory@demo.test>\r\nSubject: broken\r\n";
    let table = [
        format!("{head}Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nwords\r\n--b--\r\n"),
        format!("{head}Content-Type: multipart/alternative; boundary=b\r\n\r\nwords\r\n"),
        format!("{head}Organization: none\r\n \r\nwords below a header without an end\r\n"),
        "words without any header\r\n".to_owned(),
    ];
    for text in table {
        for opened in both(text.as_bytes()).await? {
            let page = page(&opened, "body").await?;
            assert!(page.contains("words") && !page.contains("no text"), "{text}: {page}");
        }
    }
    let blank = format!("{head}Content-Type: text/html\r\n\r\n<p>&nbsp;</p>\r\n");
    for opened in both(blank.as_bytes()).await? {
        assert!(page(&opened, "body").await?.contains("This message has no text."));
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_texts_are_all_shown() -> Result<()> {
    let parts: String = (1..=998).map(|number| format!("--b\n\ntext {number}.\n")).collect();
    let text = format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
    for opened in both(&message(&text)).await? {
        let page = page(&opened, "body").await?;
        let missing: Vec<u32> =
            (1..=998).filter(|number| !page.contains(&format!("text {number}."))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
    Ok(())
}

/// A `winmail.dat` with one file.
fn winmail(name: &str, content: &[u8]) -> Vec<u8> {
    let attribute = |level: u8, name: u16, value: &[u8]| {
        let length = u32::try_from(value.len()).unwrap_or_default().to_le_bytes();
        [&[level][..], &name.to_le_bytes(), &[6, 0], &length, value, &[0, 0]].concat()
    };
    [
        b"\x78\x9f\x3e\x22\x01\x00".to_vec(),
        attribute(2, 0x9002, &[0; 14]),
        attribute(2, 0x8010, &[name.as_bytes(), b"\0"].concat()),
        attribute(2, 0x800f, content),
    ]
    .concat()
}

#[tokio::test]
async fn what_outlook_packed_is_unpacked() -> Result<()> {
    let packed = BASE64_STANDARD.encode(winmail("plan.txt", b"the plan"));
    let text = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\nContent-Type: application/ms-tnef; \
         name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{packed}\n--b--\n"
    );
    for opened in both(&message(&text)).await? {
        let file = opened.get("parts/2!1").send().await?.error_for_status()?;
        let disposition = file.headers()["content-disposition"].to_str().unwrap_or_default().to_owned();
        assert!(disposition.contains("plan.txt"), "{disposition}");
        assert_eq!(file.text().await?, "the plan");
    }
    Ok(())
}

#[tokio::test]
async fn an_attached_message_opens_in_the_reading_pane() -> Result<()> {
    let stage = Stage::with_mail(0).await?;
    stage.dovecot.maildir(ADA, "INBOX")?.put(1_700_000_000, Marks::default(), &message(NESTED))?;
    let page = stage.page().await?;
    page.click_row("Foreign").await?;
    page.click("button", "Preview inner ä.eml").await?;
    page.see("dialog", "Preview inner ä.eml").await?;
    page.see("heading", "inner ä").await?;
    page.see_text("dialog dl", "bob@demo.test").await?;
    page.see("button", "Download notes.txt").await?;
    page.css("iframe[title=\"Attached message body\"]").await?.enter_frame().await?;
    page.see_text("body", "inner grüße").await?;
    page.driver().enter_default_frame().await?;
    assert!(page.accessibility_faults().await?.is_empty(), "{:?}", page.accessibility_faults().await?);

    page.click("button", "Preview innermost.eml").await?;
    page.see("heading", "innermost").await?;
    page.css("iframe[title=\"Attached message body\"]").await?.enter_frame().await?;
    page.see_text("body", "innermost words").await?;
    page.driver().enter_default_frame().await?;
    page.click("button", "Back to the message around it").await?;
    page.see("heading", "inner ä").await?;
    page.click("button", "Close").await?;
    page.see_none("dialog", Name::Any).await?;
    Ok(())
}
