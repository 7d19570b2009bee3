//! Attachments in the reading pane: the list, looking at each kind, saving all of them, with mouse and keyboard.

use crate::stage::{ADA, Stage};
use postern_tests::{
    browser::{Key, Name},
    dovecot::maildir::Marks,
    error::Result,
    mail::Mail,
    page::Page,
    picture, wait,
};
use serde_json::json;
use std::{fs::File, io::Read};
use zip::ZipArchive;

fn letter(subject: &str) -> Mail {
    let mut mail = Mail::new(("Grace", "grace@demo.test"), ("Ada", ADA), subject, "Words.");
    mail.id = "1@attachments.demo.test".to_owned();
    mail.sent = 1_700_000_000;
    mail
}

/// A page that shows the message.
async fn open(mail: &Mail) -> Result<(Stage, Page)> {
    let stage = Stage::with_mail(0).await?;
    stage.dovecot.maildir(ADA, "INBOX")?.put(mail.sent, Marks::default(), &mail.to_bytes()?)?;
    let page = stage.page().await?;
    page.click_row(&mail.subject).await?;
    page.see("list", "Attachments").await?;
    Ok((stage, page))
}

/// A fifth of a second of silence (RIFF, 8,000 samples a second).
fn silence() -> Vec<u8> {
    const SAMPLES: u32 = 1_600;
    let mut wave = b"RIFF".to_vec();
    wave.extend((36 + SAMPLES).to_le_bytes());
    wave.extend(b"WAVEfmt ");
    wave.extend(16u32.to_le_bytes());
    for number in [1u16, 1] {
        wave.extend(number.to_le_bytes());
    }
    for number in [8_000u32, 8_000] {
        wave.extend(number.to_le_bytes());
    }
    for number in [1u16, 8] {
        wave.extend(number.to_le_bytes());
    }
    wave.extend(b"data");
    wave.extend(SAMPLES.to_le_bytes());
    wave.extend(std::iter::repeat_n(128, SAMPLES as usize));
    wave
}

/// One page with a word on it, which tries to send something when it opens.
fn paper() -> Vec<u8> {
    let drawing = "BT /F1 24 Tf 60 260 Td (Paper) Tj ET";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(this.submitForm\\('/api/session'\\))>>>>"
            .to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font\
         /Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{drawing}\nendstream", drawing.len()),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let end = file.len();
    file.extend(format!("xref\n0 5\n{table}trailer<</Size 5/Root 1 0 R>>\nstartxref\n{end}\n%%EOF").bytes());
    file
}

/// Waits until a script's value is true.
async fn see_true(page: &Page, what: &str, script: &str) -> Result<()> {
    wait::until(what, async || page.run(script, Vec::new()).await, |value| *value == true).await?;
    Ok(())
}

#[tokio::test]
async fn attachments_are_looked_at_one_after_the_other() -> Result<()> {
    let mut mail = letter("Things to look at");
    mail.files.push(("image/png", "photo.png".into(), picture::landscape(320, 200, 40)?));
    mail.files.push((
        "text/html",
        "page.html".into(),
        "<h1>größe</h1><script>document.title='owned'</script>".into(),
    ));
    mail.files.push(("application/zip", "packed.zip".into(), b"PK".to_vec()));
    mail.files.push(("application/pdf", "paper.pdf".into(), paper()));
    mail.files.push(("audio/wav", "silence.wav".into(), silence()));
    let (stage, page) = open(&mail).await?;
    page.see("button", "Download packed.zip").await?;
    assert!(page.all("button", "Preview packed.zip").await?.is_empty());
    page.see_text(".attachment-head", "5 attachments").await?;
    assert!(page.accessibility_faults().await?.is_empty(), "{:?}", page.accessibility_faults().await?);

    page.click("button", "Preview photo.png").await?;
    page.see("dialog", "Preview photo.png").await?;
    see_true(&page, "the photo", "return document.querySelector('dialog img')?.naturalWidth === 320").await?;
    page.see_text(".preview-place", "1 of 4").await?;
    page.press(Key::Right).await?;
    page.see("dialog", "Preview page.html").await?;
    page.see_text("dialog pre", "<h1>größe</h1><script>").await?;
    assert_eq!(page.count("dialog h1, dialog script").await?, 0);
    page.see("button", "Download page.html").await?;
    assert!(page.accessibility_faults().await?.is_empty(), "{:?}", page.accessibility_faults().await?);

    page.click("button", "Next attachment").await?;
    page.see("dialog", "Preview paper.pdf").await?;
    let shown = "const frame = document.querySelector('dialog iframe'); \
        return frame?.contentWindow.location.pathname.startsWith('/api/previews/') ?? false";
    see_true(&page, "the paper", shown).await?;
    // The viewer is a program apart: there is nothing of the page in the frame but the place where it stands.
    let inside = "const inside = document.querySelector('dialog iframe').contentDocument; \
        return inside === null || inside.scripts.length === 0 && inside.contentType === 'application/pdf'";
    see_true(&page, "nothing of the paper in this origin", inside).await?;

    page.click("button", "Next attachment").await?;
    page.see("dialog", "Preview silence.wav").await?;
    let seekable = "const sound = document.querySelector('dialog audio'); \
        return sound.duration > 0.1 && sound.seekable.length === 1 && sound.seekable.end(0) > 0.1";
    see_true(&page, "the recording", seekable).await?;
    page.press(Key::Left).await?;
    page.see("dialog", "Preview paper.pdf").await?;
    page.click("button", "Close").await?;
    page.see_none("dialog", Name::Any).await?;

    // The same with the keyboard alone: the focus comes back to where it was.
    page.run("document.querySelector('[aria-label=\"Preview page.html\"]').focus()", Vec::new()).await?;
    page.press(Key::Enter).await?;
    page.see("dialog", "Preview page.html").await?;
    page.press(Key::Escape).await?;
    page.see_none("dialog", Name::Any).await?;
    see_true(
        &page,
        "the focus",
        "return document.activeElement.getAttribute('aria-label') === 'Preview page.html'",
    )
    .await?;
    assert!(page.driver().title().await?.contains("Postern"));
    assert!(!stage.gateway.log().contains("panicked"));
    Ok(())
}

#[tokio::test]
async fn all_of_them_are_saved_at_once() -> Result<()> {
    let mut mail = letter("Two files");
    mail.files.push(("text/plain", "one.txt".into(), b"1".to_vec()));
    mail.files.push(("text/plain", "one.txt".into(), b"2".to_vec()));
    let (_stage, page) = open(&mail).await?;
    let folder = tempfile::tempdir()?;
    let behavior = json!({ "behavior": "allow", "downloadPath": folder.path() });
    page.cdp("Browser.setDownloadBehavior", behavior).await?;
    page.click("button", "Download all").await?;
    let path = folder.path().join("Two files.zip");
    wait::until("the archive", async || Ok(path.exists()), |exists| *exists).await?;
    let mut archive = ZipArchive::new(File::open(path)?).unwrap();
    for (index, (name, content)) in [("one.txt", "1"), ("one (2).txt", "2")].into_iter().enumerate() {
        let mut entry = archive.by_index(index).unwrap();
        assert_eq!(entry.name().unwrap(), name);
        let mut found = String::new();
        entry.read_to_string(&mut found)?;
        assert_eq!(found, content);
    }
    Ok(())
}

#[tokio::test]
async fn long_lists_and_long_names_fit_a_phone() -> Result<()> {
    let mut mail = letter("Many files");
    mail.files.push(("image/jpeg", "photo\u{202e}gpj.exe".into(), b"x".to_vec()));
    mail.files.push(("application/pdf", "דוח שנתי לשנת העבודה.pdf".into(), b"x".to_vec()));
    mail.files.push((
        "application/pdf",
        format!("{} end.pdf", "very long name ".repeat(12)).into(),
        b"x".to_vec(),
    ));
    for number in 1..=12 {
        mail.files.push(("application/octet-stream", format!("file {number}.bin").into(), vec![0; 1_000]));
    }
    let (_stage, page) = open(&mail).await?;
    page.see("button", "Download photogpj.exe").await?;
    page.see("button", "Download דוח שנתי לשנת העבודה.pdf").await?;
    page.see_none("button", "Download file 12.bin").await?;
    assert_eq!(page.count(".attachments .attachment").await?, 8);
    page.click("button", "Show all 15").await?;
    page.see("button", "Download file 12.bin").await?;
    page.be_a_phone().await?;
    page.see("button", "Download file 1.bin").await?;
    assert_eq!(page.sideways().await?, 0);
    // The extension of the longest name is in sight.
    let ending = "const endings = [...document.querySelectorAll('.attachment-extension')]; \
        return endings.every(ending => ending.getBoundingClientRect().right <= innerWidth)";
    see_true(&page, "every extension", ending).await?;
    Ok(())
}
