//! Attachments over HTTP: whole, resumed, previewed, packed, from a real server and from mail that lives here.

use crate::stage::ADA;
use postern_shared::{body::TextPreview, ids::MessageKey};
use postern_tests::{
    dovecot::{Dovecot, Setup, maildir::Marks},
    error::{Error, Result},
    gateway::{Gateway, Settings},
    mail::Mail,
    picture,
    session::Session,
};
use reqwest::{Method, RequestBuilder, StatusCode, Url, header};
use std::{fs, io::Cursor, io::Read};
use zip::ZipArchive;

/// A message that a signed-in person looks at.
pub struct Opened {
    session: Session,
    base: String,
    gateway: Gateway,
    dovecot: Dovecot,
}

impl Opened {
    /// Delivers a message and reads it by IMAP.
    pub async fn imap(message: &[u8]) -> Result<Self> {
        let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
        dovecot.maildir(ADA, "INBOX")?.put(1_700_000_000, Marks::default(), message)?;
        let gateway = Gateway::start(Settings::plain(dovecot.imap_port())).await?;
        let session = Session::start(&gateway, ADA).await?;
        Self::first(session, gateway, dovecot).await
    }

    /// Delivers a message and downloads it by POP3.
    pub async fn pop3(message: &[u8]) -> Result<Self> {
        let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
        dovecot.deliver(ADA, &[message.to_vec()]).await?;
        let gateway = Gateway::start(Settings::pop3(dovecot.pop3_port())).await?;
        let session = Session::start_pop3(&gateway, ADA).await?;
        Self::first(session, gateway, dovecot).await
    }

    async fn first(session: Session, gateway: Gateway, dovecot: Dovecot) -> Result<Self> {
        let mut wire = session.socket().await?;
        let inbox = wire.holds("Inbox", 1).await?;
        let MessageKey { folder, validity, uid } = wire.rows(&inbox).await?.remove(0).key;
        let unexpected =
            |error: url::ParseError| Error::Unexpected { what: "a URL".into(), got: error.to_string() };
        let mut url = Url::parse("http://gateway.test").map_err(unexpected)?;
        let segments =
            [session.account.as_str(), "messages", folder.as_str(), &validity.to_string(), &uid.to_string()];
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(["api", "accounts"]).extend(segments);
        }
        Ok(Self { session, base: url.path().to_owned(), gateway, dovecot })
    }

    /// A request below the message's address.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.session.request(Method::GET, &format!("{}/{path}", self.base))
    }
}

fn letter(subject: &str) -> Mail {
    let mut mail = Mail::new(("Grace", "grace@demo.test"), ("Ada", ADA), subject, "Words.");
    mail.id = "1@downloads.demo.test".to_owned();
    mail.sent = 1_700_000_000;
    mail
}

/// Bytes that are like no others nearby.
fn content(length: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..length).map(|_| random.u8(..)).collect()
}

fn told(response: &reqwest::Response, name: header::HeaderName) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn downloads_go_on_where_they_broke_off() -> Result<()> {
    let file = content(2_500_000);
    let mut mail = letter("A file");
    mail.files.push(("application/octet-stream", "data.bin".into(), file.clone()));
    for opened in [Opened::imap(&mail.to_bytes()?).await?, Opened::pop3(&mail.to_bytes()?).await?] {
        let whole = opened.get("parts/2").send().await?;
        assert_eq!(whole.status(), StatusCode::OK);
        assert_eq!(told(&whole, header::ACCEPT_RANGES), "bytes");
        assert_eq!(
            told(&whole, header::CONTENT_DISPOSITION),
            "attachment; filename=\"data.bin\"; filename*=UTF-8''data.bin"
        );
        assert!(told(&whole, header::CONTENT_SECURITY_POLICY).starts_with("sandbox"));
        assert_eq!(told(&whole, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        let etag = told(&whole, header::ETAG);
        assert!(etag.starts_with('"'), "{etag}");
        assert!(whole.bytes().await? == file);

        let last = file.len() - 1;
        for (range, first, end) in [
            ("bytes=0-99".to_owned(), 0, 99),
            ("bytes=1000001-1000009".to_owned(), 1_000_001, 1_000_009),
            ("bytes=2400000-".to_owned(), 2_400_000, last),
            ("bytes=-5".to_owned(), last - 4, last),
            (format!("bytes={last}-99999999"), last, last),
        ] {
            let part = opened
                .get("parts/2")
                .header(header::RANGE, &range)
                .header(header::IF_RANGE, &etag)
                .send()
                .await?;
            assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(told(&part, header::CONTENT_RANGE), format!("bytes {first}-{end}/{}", file.len()));
            assert_eq!(told(&part, header::CONTENT_LENGTH), (end - first + 1).to_string());
            assert_eq!(told(&part, header::ETAG), etag);
            assert!(part.bytes().await? == file[first..=end], "{range}");
        }
        let beyond =
            opened.get("parts/2").header(header::RANGE, format!("bytes={}-", file.len())).send().await?;
        assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(told(&beyond, header::CONTENT_RANGE), format!("bytes */{}", file.len()));
        for (range, tag) in [("bytes=0-1,5-6", etag.as_str()), ("bytes=0-1", "\"other\"")] {
            let whole = opened
                .get("parts/2")
                .header(header::RANGE, range)
                .header(header::IF_RANGE, tag)
                .send()
                .await?;
            assert_eq!(whole.status(), StatusCode::OK, "{range} {tag}");
            assert!(whole.bytes().await? == file);
        }
        let head = opened.session.request(Method::HEAD, &format!("{}/parts/2", opened.base)).send().await?;
        assert_eq!(
            (head.status(), told(&head, header::CONTENT_LENGTH)),
            (StatusCode::OK, file.len().to_string())
        );
        assert_eq!(told(&head, header::ETAG), etag);
        assert_eq!(opened.get("parts/9").send().await?.status(), StatusCode::NOT_FOUND);
    }
    Ok(())
}

#[tokio::test]
async fn a_range_is_right_before_anybody_read_the_whole() -> Result<()> {
    let file = content(1_500_000);
    let mut mail = letter("A file");
    mail.files.push(("application/octet-stream", "data.bin".into(), file.clone()));
    mail.files.push(("text/plain", "plain.txt".into(), b"seven bits".to_vec()));
    let opened = Opened::imap(&mail.to_bytes()?).await?;
    let part = opened.get("parts/2").header(header::RANGE, "bytes=1400000-1400003").send().await?;
    assert_eq!(told(&part, header::CONTENT_RANGE), "bytes 1400000-1400003/1500000");
    assert!(part.bytes().await? == file[1_400_000..=1_400_003]);
    let part = opened.get("parts/3").header(header::RANGE, "bytes=6-").send().await?;
    assert_eq!(part.bytes().await?, "bits");
    Ok(())
}

#[tokio::test]
async fn all_attachments_come_in_one_archive() -> Result<()> {
    let mut mail = letter("Minutes: März/April");
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("a.pdf", content(300_000)),
        ("A.pdf", content(10)),
        ("Größe 💡.txt", b"text".to_vec()),
        ("../../etc/passwd", vec![]),
    ];
    for (name, bytes) in &files {
        mail.files.push(("application/octet-stream", (*name).into(), bytes.clone()));
    }
    for opened in [Opened::imap(&mail.to_bytes()?).await?, Opened::pop3(&mail.to_bytes()?).await?] {
        let response = opened.get("attachments.zip").send().await?;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(told(&response, header::CONTENT_TYPE), "application/zip");
        assert!(told(&response, header::CONTENT_DISPOSITION).ends_with("''Minutes_%20M%C3%A4rz_April.zip"));
        let bytes = response.bytes().await?;
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names = ["a.pdf", "A (2).pdf", "Größe 💡.txt", "_.._etc_passwd"];
        assert_eq!(archive.len(), names.len());
        for (index, (name, (_, content))) in names.iter().zip(&files).enumerate() {
            let mut entry = archive.by_index(index).unwrap();
            assert_eq!(entry.name().unwrap(), *name);
            let mut found = Vec::new();
            entry.read_to_end(&mut found)?;
            assert!(found == *content, "{name}");
        }
    }
    let opened = Opened::imap(&letter("Nothing").to_bytes()?).await?;
    assert_eq!(opened.get("attachments.zip").send().await?.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn an_archive_that_breaks_is_no_archive() -> Result<()> {
    let mut mail = letter("Files");
    for name in ["a.bin", "b.bin"] {
        mail.files.push(("application/octet-stream", name.into(), content(8_000_000)));
    }
    let mut opened = Opened::imap(&mail.to_bytes()?).await?;
    let mut response = opened.get("attachments.zip").send().await?;
    assert!(response.chunk().await?.is_some());
    opened.dovecot.kill();
    let rest = async {
        while response.chunk().await?.is_some() {}
        Ok::<_, reqwest::Error>(())
    };
    assert!(rest.await.is_err(), "the archive ended as if it were whole");
    Ok(())
}

#[tokio::test]
async fn previews_are_of_few_types_and_isolated() -> Result<()> {
    let mut mail = letter("Looking");
    let pdf = b"%PDF-1.4\n%%EOF".to_vec();
    let html = "<script>alert(1)</script>".repeat(50_000);
    mail.files.push(("text/html", "page.html".into(), html.clone().into_bytes()));
    mail.files.push(("image/png", "photo.png".into(), picture::landscape(40, 30, 1)?));
    mail.files.push(("application/pdf", "paper.pdf".into(), pdf.clone()));
    mail.files.push(("audio/x-wav", "sound.wav".into(), b"RIFF....WAVE".to_vec()));
    mail.files.push(("image/png", "broken.png".into(), b"no image".to_vec()));
    mail.files.push(("application/x-msdownload", "a.exe".into(), b"MZ".to_vec()));
    mail.files.push(("application/pdf", "trick.html".into(), html.into_bytes()));
    let opened = Opened::imap(&mail.to_bytes()?).await?;

    let text: TextPreview = opened.get("parts/2/preview").send().await?.json().await?;
    assert!(text.cut && text.text.len() == 1024 * 1024 && text.text.starts_with("<script>"));

    let image = opened.get("parts/3/preview").send().await?;
    assert_eq!(told(&image, header::CONTENT_TYPE), "image/png");
    assert!(told(&image, header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    assert!(told(&image, header::CACHE_CONTROL).contains("no-store"));
    assert!(image.bytes().await?.starts_with(b"\x89PNG"));

    // A PDF is at an address that needs no cookie.
    let shown = opened.get("parts/4/preview").send().await?;
    let address = shown.url().clone();
    assert!(address.path().starts_with("/api/previews/"), "{address}");
    let bare = reqwest::get(address.clone()).await?;
    assert_eq!(
        (bare.status(), told(&bare, header::CONTENT_TYPE)),
        (StatusCode::OK, "application/pdf".to_owned())
    );
    assert!(told(&bare, header::CONTENT_DISPOSITION).starts_with("inline"));
    assert_eq!(told(&bare, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(told(&bare, header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
    assert!(told(&bare, header::CACHE_CONTROL).contains("no-store"));
    assert_eq!(bare.bytes().await?, pdf);
    let forged = address.as_str().trim_end_matches(|c| c != '/').to_owned() + "AAAA";
    assert_eq!(reqwest::get(forged).await?.status(), StatusCode::UNAUTHORIZED);

    let sound = opened.get("parts/5/preview").header(header::RANGE, "bytes=0-3").send().await?;
    assert_eq!(
        (sound.status(), told(&sound, header::CONTENT_TYPE)),
        (StatusCode::PARTIAL_CONTENT, "audio/wav".to_owned())
    );
    assert_eq!(sound.bytes().await?, "RIFF");

    for (part, status) in [(6, 422), (7, 415), (8, 415), (1, 200), (9, 404)] {
        let answer = opened.get(&format!("parts/{part}/preview")).send().await?;
        assert_eq!(answer.status().as_u16(), status, "part {part}");
    }
    Ok(())
}

/// The most memory a process ever held, in kilobytes.
fn peak(id: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    Ok(line.trim().trim_end_matches(" kB").parse().unwrap_or(u64::MAX))
}

#[tokio::test]
async fn a_hundred_megabytes_pass_through_flat_memory() -> Result<()> {
    const SIZE: usize = 100_000_000;
    let mut mail = letter("Large");
    mail.files.push(("application/octet-stream", "small.bin".into(), content(1_000_000)));
    mail.files.push(("application/octet-stream", "large.bin".into(), content(SIZE)));
    let opened = Opened::imap(&mail.to_bytes()?).await?;
    opened.get("parts/2").send().await?.bytes().await?;
    opened.get("attachments.zip").header(header::RANGE, "bytes=0-").send().await?.chunk().await?;
    let before = peak(opened.gateway.id())?;
    let mut response = opened.get("parts/3").send().await?;
    let mut length = 0;
    while let Some(chunk) = response.chunk().await? {
        length += chunk.len();
    }
    assert_eq!(length, SIZE);
    let grown = peak(opened.gateway.id())? - before;
    assert!(grown < 16_000, "{grown} kB more");
    Ok(())
}
