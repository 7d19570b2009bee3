//! Files of a draft, from their first byte to the message that is sent; contacts.

use crate::stage::{BOB, Stage, Writer, accepted, failed, is_sent, message};
use postern_shared::{
    error::ErrorCode,
    ids::{DraftId, FileId},
    reply::Reply,
    writing::{Draft, DraftFile, WritingCommand, WritingReply},
};
use postern_tests::error::Result;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

const DRAFT: DraftId = DraftId(u64::MAX);

fn file(size: usize) -> DraftFile {
    DraftFile {
        id: FileId(1),
        name: "notes.txt".to_owned(),
        media_type: "text/plain".to_owned(),
        size: size as u64,
        inline: false,
    }
}

fn path(ada: &Writer) -> String {
    format!("/api/accounts/{}/drafts/{DRAFT}/files/1", ada.session.account)
}

/// Begins, or asks where it stopped.
async fn begin(ada: &Writer, size: usize) -> Result<u64> {
    let answer = ada.session.request(Method::PUT, &path(ada)).json(&file(size)).send().await?;
    let told: Value = answer.error_for_status()?.json().await?;
    Ok(told["offset"].as_u64().unwrap())
}

/// Sends a piece; tells the status and where the next one begins.
async fn piece(ada: &Writer, offset: u64, bytes: &[u8]) -> Result<(StatusCode, u64)> {
    let request = ada.session.request(Method::PATCH, &path(ada)).header("Upload-Offset", offset);
    let answer = request.body(bytes.to_vec()).send().await?;
    let told = answer.headers().get("Upload-Offset").and_then(|offset| offset.to_str().ok()?.parse().ok());
    Ok((answer.status(), told.unwrap_or(u64::MAX)))
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped_and_the_file_is_sent() -> Result<()> {
    let mut stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let bytes = b"These are notes.\r\n".repeat(20_000);
    let content = Draft { files: vec![file(bytes.len())], ..message(&[BOB], "notes") };
    assert_eq!(begin(&ada, bytes.len()).await?, 0);
    assert_eq!(piece(&ada, 0, &bytes[..100_000]).await?, (StatusCode::NO_CONTENT, 100_000));
    assert_eq!(piece(&ada, 7, &bytes[7..]).await?, (StatusCode::CONFLICT, 100_000));
    // It is not whole: it cannot be sent, but it can be kept.
    assert_eq!(failed(ada.send(DRAFT, &content).await?)?.code, ErrorCode::BadInput);
    ada.save(DRAFT, 0, &content).await?;
    stage.gateway.kill();
    stage.gateway.restart().await?;
    let mut ada = stage.ada().await?;
    assert_eq!(begin(&ada, bytes.len()).await?, 100_000);
    let (status, offset) = piece(&ada, 100_000, &bytes[100_000..]).await?;
    assert_eq!((status, offset), (StatusCode::NO_CONTENT, bytes.len() as u64));
    let shown = ada.session.request(Method::GET, &path(&ada)).send().await?.error_for_status()?;
    assert_eq!(shown.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(shown.headers()[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(shown.bytes().await?, bytes);
    accepted(ada.send(DRAFT, &content).await?)?;
    ada.stands(DRAFT, is_sent).await?;
    let taken = stage.smtp.takes(1).await?;
    let parsed = mail_parser::MessageParser::default().parse(&taken[0].content).unwrap();
    let attached = mail_parser::MimeHeaders::attachment_name(parsed.attachment(0).unwrap());
    assert_eq!(attached, Some("notes.txt"));
    assert_eq!(parsed.attachment(0).unwrap().contents(), bytes);
    Ok(())
}

#[tokio::test]
async fn files_and_contacts_are_the_accounts_own() -> Result<()> {
    let stage = Stage::begin().await?;
    let ada = stage.ada().await?;
    let stranger = format!("/api/accounts/{BOB}/drafts/{DRAFT}/files/1");
    let contacts = format!("/api/accounts/{BOB}/contacts");
    for (method, path) in [
        (Method::PUT, &stranger),
        (Method::PATCH, &stranger),
        (Method::GET, &stranger),
        (Method::GET, &contacts),
        (Method::POST, &contacts),
    ] {
        let request = ada.session.request(method.clone(), path).header("Upload-Offset", 0);
        let status = request.json(&file(3)).send().await?.status();
        assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let elsewhere = ada.session.request(Method::PUT, &path(&ada)).json(&file(3));
    let mut elsewhere = elsewhere.build()?;
    elsewhere.headers_mut().insert(header::ORIGIN, "http://evil.example".parse().unwrap());
    assert_eq!(reqwest::Client::new().execute(elsewhere).await?.status(), StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn people_are_completed_from_contacts_and_from_mail_that_was_sent() -> Result<()> {
    let stage = Stage::begin().await?;
    let mut ada = stage.ada().await?;
    let path = format!("/api/accounts/{}/contacts", ada.session.account);
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:Grace Hopper\r\nEMAIL:grace@navy.test\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nUID:2\r\nKIND:group\r\nFN:The Gracious\r\nMEMBER:1\r\n\
        MEMBER:mailto:bob@demo.test\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nUID:3\r\nKIND:group\r\nFN:Gravediggers\r\nEND:VCARD\r\n";
    let imported = ada.session.request(Method::POST, &path).body(card).send().await?.error_for_status()?;
    assert_eq!(imported.json::<Value>().await?, json!({ "count": 3 }));
    let exported = ada.session.request(Method::GET, &path).send().await?.error_for_status()?.text().await?;
    assert!(exported.contains("Grace Hopper"), "{exported}");
    accepted(ada.send(DraftId(1), &message(&["grant@x.test"], "hello")).await?)?;
    ada.stands(DraftId(1), is_sent).await?;
    let reply = ada.ask(WritingCommand::Complete { text: "gra".to_owned() }).await?;
    let Reply::Writing(WritingReply::Addresses { addresses, groups }) = reply else { panic!("{reply:?}") };
    let mut emails: Vec<_> = addresses.iter().map(|address| address.email.as_str()).collect();
    emails.sort_unstable();
    assert_eq!(emails, ["grace@navy.test", "grant@x.test"]);
    let [group] = &*groups else { panic!("{groups:?}") };
    let members: Vec<_> = group.members.iter().map(|address| address.email.as_str()).collect();
    assert_eq!((&*group.name, &*members), ("The Gracious", &["grace@navy.test", "bob@demo.test"][..]));
    Ok(())
}
