//! A folder of mail: each message delivered to a real server, opened by IMAP and from the store that POP3 fills, in
//! Chromium. Faults are what must never be; remarks are worth a look.

mod words;

use crate::{
    browser::{Browser, BrowserOptions},
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::{AtPath, Error, Result},
    frames::{AT_ONCE, Frames, Shown},
    gateway::{Gateway, Settings},
    hostile::SANDBOX,
    session::{Session, sign_in, sign_in_pop3},
    sink::Sink,
    wait::DEADLINE,
};
use postern_shared::{ids::MessageKey, session::SignIn, summary::Summary};
use std::{
    collections::{BTreeSet, HashMap},
    fmt, fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Who reads it by IMAP.
const IMAP: &str = "imap@corpus.test";
/// Who reads it by POP3.
const POP3: &str = "pop3@corpus.test";

/// What the browser's console says where something in a body was stopped only by policy or sandbox.
const STOPPED: [&str; 4] = ["Blocked script", "Content Security Policy", "Refused to", "Blocked form"];

/// Hosts that Chromium asks by itself, whatever it shows.
const ITS_OWN: [&str; 5] =
    ["google.com", "googleapis.com", "gstatic.com", "gvt1.com", "googleusercontent.com"];

/// What came of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The file, from the folder on.
    pub name: String,
    /// What must never be.
    pub faults: BTreeSet<String>,
    /// What is worth a look.
    pub remarks: BTreeSet<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, texts) in [("FAULT", &self.faults), ("note", &self.remarks)] {
            for text in texts {
                writeln!(out, "{kind} {}: {text}", self.name)?;
            }
        }
        Ok(())
    }
}

/// One message of the folder.
struct Letter {
    name: String,
    source: Vec<u8>,
}

/// Opens every message of a folder. What concerns no single message stands in a report of its own.
pub async fn run(folder: &Path) -> Result<Vec<Report>> {
    let letters = read(folder)?;
    let mut reports: Vec<Report> =
        letters.iter().map(|letter| Report { name: letter.name.clone(), ..Report::default() }).collect();
    let dovecot = deliver(&letters).await?;
    let gateway = Gateway::start(Settings::both(dovecot.imap_port(), dovecot.pop3_port())).await?;
    let sink = Sink::start().await?;
    // Every other host is the sink.
    let rules = format!("--host-resolver-rules=MAP * 127.0.0.1:{}, EXCLUDE localhost", sink.port());
    let options = BrowserOptions { arguments: vec![rules], ..BrowserOptions::default() };
    let browser = Browser::start_with(options).await?;
    let mut looker = Looker { gateway: &gateway, browser: &browser, sink: &sink, reports: &mut reports };

    let by_imap = looker.look("IMAP", sign_in(IMAP, PASSWORD), &by_imap(&gateway, &letters).await?).await?;
    let kept = by_pop3(&gateway, &letters).await?;
    let by_pop3 = looker.look("POP3", sign_in_pop3(POP3, PASSWORD), &kept).await?;
    for (index, letter) in letters.iter().enumerate() {
        let (imap, pop3) = (words::plain(&by_imap[index].text), words::plain(&by_pop3[index].text));
        let report = &mut reports[index];
        if imap != pop3 {
            report.remarks.insert(format!("IMAP shows {:?}, POP3 {:?}", beginning(&imap), beginning(&pop3)));
        }
        report.remarks.extend(words::remark(&letter.source, &imap));
    }
    let mut house = Report { name: "(the gateway)".to_owned(), ..Report::default() };
    house.faults.extend(gateway.log().lines().filter(|line| line.contains("panicked")).map(str::to_owned));
    reports.push(house);
    Ok(reports)
}

/// Looks at one account's mail.
struct Looker<'a> {
    gateway: &'a Gateway,
    browser: &'a Browser,
    sink: &'a Sink,
    reports: &'a mut [Report],
}

impl Looker<'_> {
    /// Opens every message; what each shows, in the folder's order.
    async fn look(&mut self, way: &str, sign_in: SignIn, keys: &[MessageKey]) -> Result<Vec<Shown>> {
        let frames = Frames::enter(self.browser, self.gateway, sign_in).await?;
        // What the app itself says before anything is opened is not the mail's.
        self.browser.console().await?;
        self.sink.take();
        let mut all = Vec::with_capacity(keys.len());
        for batch in keys.chunks(AT_ONCE) {
            let (first, urls) = (all.len(), batch.iter().map(|key| frames.body(key)).collect::<Vec<_>>());
            let seen = frames.open(&urls, Some(SANDBOX), DEADLINE - Duration::from_secs(5)).await?;
            let shown = frames.shown().await?;
            let statuses = frames.statuses(&urls).await?;
            let reports = &mut self.reports[first..first + batch.len()];
            for ((report, shown), status) in reports.iter_mut().zip(&shown).zip(statuses) {
                report
                    .faults
                    .extend(faults(shown, status).into_iter().map(|fault| format!("{way}: {fault}")));
            }
            // These came from one of the batch.
            let asked = self.sink.take().into_iter().filter(|asked| !is_its_own(asked));
            let asked = asked.map(|asked| format!("somebody was asked for {asked}"));
            let console = self.browser.console().await?.into_iter();
            let (stopped, said): (Vec<_>, Vec<_>) =
                console.partition(|line| STOPPED.iter().any(|word| line.contains(word)));
            let disturbed =
                seen.disturbed.map(|how| format!("the page around the frames was disturbed: {how}"));
            let report = &mut reports[0];
            let near = |text: String| format!("{way}, or one of the {} behind it: {text}", batch.len() - 1);
            report.faults.extend(asked.chain(stopped).chain(disturbed).map(near));
            report.remarks.extend(said.into_iter().map(near));
            all.extend(shown);
        }
        if all.len() < keys.len() {
            let got = format!("{} of {}", all.len(), keys.len());
            return Err(Error::Unexpected { what: "every message in a frame".to_owned(), got });
        }
        Ok(all)
    }
}

/// Whether the browser asked for its own sake.
fn is_its_own(asked: &str) -> bool {
    let host = asked.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    ITS_OWN.iter().any(|own| host.ends_with(own))
}

/// What must never be.
fn faults(shown: &Shown, status: u16) -> Vec<String> {
    let mut faults: Vec<String> =
        shown.banned.iter().map(|element| format!("{element:?} is in it")).collect();
    if status != 200 {
        faults.push(format!("answered with {status}"));
    }
    if words::plain(&shown.text).is_empty() && shown.pictures == 0 {
        faults.push("blank".to_owned());
    }
    faults
}

fn beginning(text: &str) -> String {
    text.chars().take(120).collect()
}

/// Every file of a folder and those below, but for what speaks about them.
fn read(folder: &Path) -> Result<Vec<Letter>> {
    let (mut folders, mut files) = (vec![folder.to_owned()], Vec::<PathBuf>::new());
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).at(&next)? {
            let path = entry.at(&next)?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort_unstable();
    let mut letters = Vec::with_capacity(files.len());
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        let bare = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !["LICENSE", "NOTICE", "README"].iter().any(|beginning| bare.starts_with(beginning)) {
            letters.push(Letter { name, source: fs::read(&file).at(file)? });
        }
    }
    if letters.is_empty() {
        return Err(Error::Unexpected { what: "the folder".to_owned(), got: "no file".to_owned() });
    }
    Ok(letters)
}

/// A server with all of it in two inboxes.
async fn deliver(letters: &[Letter]) -> Result<Dovecot> {
    let dovecot = Dovecot::start(Setup::new(&[IMAP, POP3])).await?;
    for user in [IMAP, POP3] {
        let mut inbox = dovecot.maildir(user, "INBOX")?;
        for (index, letter) in letters.iter().enumerate() {
            inbox.put(1_700_000_000 + index as u64, Marks::default(), &letter.source)?;
        }
    }
    Ok(dovecot)
}

/// The messages as IMAP has them, in the order of `letters`: that of their UIDs.
async fn by_imap(gateway: &Gateway, letters: &[Letter]) -> Result<Vec<MessageKey>> {
    let session = Session::start(gateway, IMAP).await?;
    let mut keys: Vec<MessageKey> =
        rows(&session, letters.len()).await?.into_iter().map(|row| row.key).collect();
    keys.sort_unstable_by_key(|key| key.uid);
    Ok(keys)
}

/// The messages as they were downloaded, in the order of `letters`: what each is, its source tells.
async fn by_pop3(gateway: &Gateway, letters: &[Letter]) -> Result<Vec<MessageKey>> {
    let session = Session::start_pop3(gateway, POP3).await?;
    let mut kept = HashMap::new();
    for row in rows(&session, letters.len()).await? {
        kept.insert(bare(&session.source(&row.key).await?), row.key);
    }
    let key = |letter: &Letter| {
        kept.get(&bare(&letter.source)).cloned().ok_or_else(|| Error::Unexpected {
            what: format!("{} in the store", letter.name),
            got: "another source".to_owned(),
        })
    };
    letters.iter().map(key).collect()
}

/// A source without what travelling changes: the kind of its line ends, and how many stand at its end.
fn bare(source: &[u8]) -> Vec<u8> {
    let mut bare: Vec<u8> = source.iter().copied().filter(|byte| *byte != b'\r').collect();
    while bare.last() == Some(&b'\n') {
        bare.pop();
    }
    bare
}

async fn rows(session: &Session, count: usize) -> Result<Vec<Summary>> {
    let mut wire = session.socket().await?;
    let inbox = wire.holds("Inbox", u32::try_from(count).unwrap_or(u32::MAX)).await?;
    wire.rows(&inbox).await
}
