//! Reading: what a real server tells of a message becomes its headers, its body, its attachments.

use crate::looker::{Looker, TRUSTED, accounts, folder, login};
use postern_gateway::{
    accounts::handle::{AccountHandle, Piece},
    mime::{
        links::Links,
        page::{FetchedPart, PageOptions, Theme, render},
        select::{BodyPlan, download},
    },
};
use postern_shared::{
    body::BodyKind,
    command::AccountCommand,
    error::{ErrorCode, Failure},
    ids::{MessageKey, Uid},
    reply::Reply,
    sender::{SenderWarning, Verdict},
};
use postern_tests::{
    dovecot::{Dovecot, Setup},
    error,
};

const ADA: &str = "ada@demo.test";

/// A part's content as it stands in the mail.
async fn fetch(handle: &AccountHandle, key: &MessageKey, piece: Piece) -> Result<Vec<u8>, Failure> {
    let mut chunks = handle.piece(key.clone(), piece).await?;
    let mut data = Vec::new();
    while let Some(chunk) = chunks.recv().await {
        data.extend_from_slice(&chunk?);
    }
    Ok(data)
}

/// The page for a message's body.
async fn page(handle: &AccountHandle, key: &MessageKey) -> Result<String, Failure> {
    let structure = handle.structure(key.clone()).await?;
    let plan = BodyPlan::of(structure.structure.as_ref());
    let mut parts = Vec::new();
    for part in &plan.body {
        let data = fetch(handle, key, Piece::Part(part.part.clone())).await?;
        parts.push(FetchedPart { part: part.part.clone(), data, complete: true });
    }
    let picture_url = |part: &str| Some(format!("/picture/{part}"));
    let options = PageOptions {
        theme: Theme::System,
        picture_url: &picture_url,
        images: None,
        links: Links::default(),
        alone: true,
    };
    Ok(render(&plan, &parts, &options).html)
}

/// HTML with a picture of its own and one from elsewhere, in alternative to text, signed off by a file with a name
/// in pieces.
const LETTER: &str = "From: Grace <grace@demo.test>\r\n\
    To: Ada <ada@demo.test>\r\n\
    Subject: =?iso-8859-1?q?caf=E9?= plans\r\n\
    MIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=mixed\r\n\
    \r\n\
    --mixed\r\n\
    Content-Type: multipart/related; boundary=related\r\n\
    \r\n\
    --related\r\n\
    Content-Type: multipart/alternative; boundary=alternative\r\n\
    \r\n\
    --alternative\r\n\
    Content-Type: text/plain\r\n\
    \r\n\
    only text\r\n\
    --alternative\r\n\
    Content-Type: text/html; charset=iso-8859-1\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\
    \r\n\
    <p onclick=3D\"x\">caf=E9<script>x</script><img src=3D\"cid:logo@demo.test\"><img=\r\n \
    src=3D\"https://tracker.test/1\"></p>\r\n\
    --alternative--\r\n\
    --related\r\n\
    Content-Type: image/png; name=logo.png\r\n\
    Content-ID: <logo@demo.test>\r\n\
    Content-Transfer-Encoding: base64\r\n\
    \r\n\
    iVBORw0KGgo=\r\n\
    --related--\r\n\
    --mixed\r\n\
    Content-Type: text/plain\r\n\
    Content-Disposition: attachment; filename*0*=utf-8''na%C3%AF; filename*1=\"ve.txt\"\r\n\
    Content-Transfer-Encoding: base64\r\n\
    \r\n\
    aGVsbG8=\r\n\
    --mixed--\r\n";

#[tokio::test]
async fn a_letter_is_read_part_by_part() -> error::Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    dovecot.client(ADA).await?.append("INBOX", "", LETTER.as_bytes()).await?;
    let handle = accounts().sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let view = one.open(folder("INBOX")).await;
    one.until(|one| one.lists[&view].rows.iter().flatten().count() == 1).await;
    let summary = one.lists[&view].rows[0].clone().unwrap();
    assert!(summary.has_attachment);

    let key = summary.key;
    let Reply::Message(detail) = one.ask(AccountCommand::OpenMessage { key: key.clone() }).await else {
        panic!("no message");
    };
    assert_eq!((detail.subject.as_str(), detail.body), ("café plans", BodyKind::Html));
    assert_eq!(detail.from[0].email, "grace@demo.test");
    let [logo, attachment] = &detail.attachments[..] else { panic!("{:?}", detail.attachments) };
    assert!(logo.minor && logo.name == "logo.png" && !attachment.minor);
    assert_eq!((attachment.part.as_str(), attachment.name.as_str()), ("2", "naïve.txt"));

    let page = page(&handle, &key).await.unwrap();
    assert!(page.contains("<div class=\"_body\"><p>café<img src=\"/picture/1.2\"><img></p>"), "{page}");
    assert!(page.contains("1 remote image is not loaded"), "{page}");

    let structure = handle.structure(key.clone()).await.unwrap();
    let download = download(structure.structure.as_ref().unwrap(), "2").unwrap();
    let content = fetch(&handle, &key, Piece::Part("2".into())).await.unwrap();
    assert_eq!(download.encoding.decode(&content), b"hello");
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_gone_is_said_to_be() -> error::Result<()> {
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    dovecot.client(ADA).await?.append("INBOX", "", LETTER.as_bytes()).await?;
    let handle = accounts().sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle.clone(), 1).await;
    let view = one.open(folder("INBOX")).await;
    one.until(|one| one.lists[&view].rows.iter().flatten().count() == 1).await;
    let key = one.lists[&view].rows[0].clone().unwrap().key;
    let gone = MessageKey { uid: Uid(key.uid.0 + 1), ..key };
    let Reply::Failed(failure) = one.ask(AccountCommand::OpenMessage { key: gone }).await else {
        panic!("there is no such message");
    };
    assert_eq!(failure.code, ErrorCode::NoSuchMessage);
    Ok(())
}

#[tokio::test]
async fn who_sent_it_is_told_by_our_servers_alone() -> error::Result<()> {
    let verified = format!("Authentication-Results: {TRUSTED};\r\n\tdkim=pass header.d=bank.test\r\n");
    let received = "Received: from x by evil.test; Mon, 1 Jan 2024 00:00:00 +0000\r\n";
    let letter = |top: &str, name: &str| {
        format!("{top}From: {name} <a@bank.test>\r\nReply-To: b@evil.test\r\nSubject: x\r\n\r\nx\r\n")
    };
    let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
    let mut client = dovecot.client(ADA).await?;
    let forged = letter(&format!("{received}{verified}"), "\"c@d.test\"");
    for mail in [letter(&format!("{verified}{received}"), "A"), forged, letter("", "A")] {
        client.append("INBOX", "", mail.as_bytes()).await?;
    }
    let handle = accounts().sign_in(login(&dovecot, ADA)).await.unwrap();
    let mut one = Looker::attach(handle, 1).await;
    let view = one.open(folder("INBOX")).await;
    one.until(|one| one.lists[&view].rows.iter().flatten().count() == 3).await;
    let mut keys: Vec<MessageKey> =
        one.lists[&view].rows.iter().flatten().map(|row| row.key.clone()).collect();
    keys.sort_by_key(|key| key.uid);
    let mut told = Vec::new();
    for key in keys {
        let Reply::Message(detail) = one.ask(AccountCommand::OpenMessage { key }).await else {
            panic!("no message");
        };
        told.push((detail.authentication.map(|found| (found.verdict, found.dkim.len())), detail.warnings));
    }
    let elsewhere = SenderWarning::RepliesElsewhere("b@evil.test".into());
    let named = SenderWarning::NameHoldsAddress("c@d.test".into());
    assert_eq!(
        told,
        [
            (Some((Verdict::Genuine, 1)), vec![elsewhere.clone()]),
            (None, vec![named, elsewhere.clone()]),
            (None, vec![elsewhere]),
        ]
    );
    Ok(())
}
