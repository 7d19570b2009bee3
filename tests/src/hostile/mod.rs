//! Hostile mail in real browsers, with the layers that guard against it switched off one by one (security.md of the
//! design: each alone has to be enough).
//!
//! | module | subject |
//! |---|---|
//! | [`payload`] | what hostile mail tries |
//!
//! What each layer promises alone: no execution, no dialog, nothing outside of the frame changes. Sanitiser and policy
//! also promise that nobody is asked. The frame's `sandbox` attribute cannot: it knows of scripts, forms, popups and
//! navigation of the page around it, not of images, styles and frames that load.

pub mod payload;

use crate::{
    browser::{Browser, BrowserOptions, Engine},
    dovecot::{Dovecot, PASSWORD, Setup, maildir::Marks},
    error::{Error, Result},
    frames::{AT_ONCE, Frames, Seen},
    gateway::{Gateway, Settings},
    session::sign_in,
    sink::Sink,
};
use payload::Payload;
use postern_shared::ids::{FolderId, MessageKey, Uid, UidValidity};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Duration,
};

/// Who gets the mail.
const ADA: &str = "ada@demo.test";

/// The `sandbox` attribute of the app's frame.
pub const SANDBOX: &str = "allow-popups allow-popups-to-escape-sandbox";

/// How long a frame may take: long for what is small and local.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which layers are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// All three.
    All,
    /// The sanitiser alone.
    Sanitizer,
    /// The response's content security policy alone.
    Policy,
    /// The frame's `sandbox` attribute alone.
    Sandbox,
    /// None: what shows that the payloads do something.
    None,
}

impl Guard {
    /// All of them, the best guarded first.
    pub const ALL: [Guard; 5] = [Guard::All, Guard::Sanitizer, Guard::Policy, Guard::Sandbox, Guard::None];

    /// What the gateway is told to leave out.
    fn layers_off(self) -> &'static str {
        match self {
            Guard::All => "",
            Guard::Sanitizer => "policy",
            Guard::Policy => "sanitizer",
            Guard::Sandbox | Guard::None => "sanitizer,policy",
        }
    }

    fn sandbox(self) -> Option<&'static str> {
        matches!(self, Guard::All | Guard::Sandbox).then_some(SANDBOX)
    }

    /// Whether it promises that nobody is asked.
    pub fn keeps_silent(self) -> bool {
        matches!(self, Guard::All | Guard::Sanitizer | Guard::Policy)
    }
}

/// What came of the payloads under one guard, by the payloads' names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Those whose code ran.
    pub ran: BTreeSet<String>,
    /// What was asked of the sink, and by which.
    pub asked: BTreeMap<String, Vec<String>>,
    /// What disturbed the page around the frames, and which were open then.
    pub disturbed: Vec<String>,
}

impl Outcome {
    /// Whether the guard kept what it promises.
    pub fn is_kept(&self, guard: Guard) -> bool {
        self.ran.is_empty() && self.disturbed.is_empty() && (self.asked.is_empty() || !guard.keeps_silent())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ran, {} asked, {} disturbed", self.ran.len(), self.asked.len(), self.disturbed.len())
    }
}

/// The mail is there, and nobody has looked at it yet.
#[derive(Debug)]
pub struct Stage {
    dovecot: Dovecot,
    sink: Sink,
    browser: Browser,
    payloads: Vec<Payload>,
    validity: u32,
}

impl Stage {
    /// Puts each payload into a mail of its own and starts a browser.
    pub async fn set(engine: Engine, payloads: Vec<Payload>) -> Result<Self> {
        let sink = Sink::start().await?;
        let dovecot = Dovecot::start(Setup::new(&[ADA])).await?;
        let mut inbox = dovecot.maildir(ADA, "INBOX")?;
        for (index, payload) in payloads.iter().enumerate() {
            inbox.put(1_700_000_000, Marks::default(), &payload.to_mail(index + 1, &sink.url())?)?;
        }
        let validity = validity(&dovecot).await?;
        let browser = Browser::start_with(BrowserOptions { engine, ..BrowserOptions::default() }).await?;
        Ok(Self { dovecot, sink, browser, payloads, validity })
    }

    /// Opens every payload under a guard.
    pub async fn run(&self, guard: Guard) -> Result<Outcome> {
        let settings = Settings::plain(self.dovecot.imap_port());
        let gateway = Gateway::start(settings.environment("POSTERN_LAYERS_OFF", guard.layers_off())).await?;
        let frames = Frames::enter(&self.browser, &gateway, sign_in(ADA, PASSWORD)).await?;
        let mut outcome = Outcome::default();
        let all: Vec<usize> = (1..=self.payloads.len()).collect();
        for batch in all.chunks(AT_ONCE) {
            let urls: Vec<String> = batch.iter().map(|&uid| frames.body(&self.key(uid))).collect();
            let seen = frames.open(&urls, guard.sandbox(), PATIENCE).await?;
            let stays = seen.disturbed.is_none();
            self.note(&mut outcome, seen, batch);
            if stays {
                let wants = |uid: usize| self.payloads[uid - 1].wants_a_press();
                let wanting: Vec<usize> = (0..batch.len()).filter(|&at| wants(batch[at])).collect();
                frames.press(&wanting).await.or_else(dialog)?;
                self.note(&mut outcome, frames.look().await?, batch);
            }
        }
        let seen = frames.settle().await?;
        self.note(&mut outcome, seen, &[]);
        for target in self.sink.take() {
            let (number, rest) = target.trim_start_matches('/').split_once('/').unwrap_or((&target, ""));
            let name = number.parse().map_or_else(|_| "?".to_owned(), |number| self.name(number));
            if rest == "run" {
                outcome.ran.insert(name.clone());
            }
            outcome.asked.entry(name).or_default().push(target.clone());
        }
        Ok(outcome)
    }

    fn key(&self, number: usize) -> MessageKey {
        let uid = Uid(u32::try_from(number).unwrap_or_default());
        MessageKey { folder: FolderId::from("INBOX"), validity: UidValidity(self.validity), uid }
    }

    fn note(&self, outcome: &mut Outcome, seen: Seen, batch: &[usize]) {
        outcome.ran.extend(seen.ran.into_iter().map(|number| self.name(number)));
        if let Some(how) = seen.disturbed {
            let open: Vec<String> = batch.iter().map(|&number| self.name(number)).collect();
            outcome.disturbed.push(format!("{how}; open were {}", open.join(", ")));
        }
    }

    fn name(&self, number: usize) -> String {
        let payload = number.checked_sub(1).and_then(|index| self.payloads.get(index));
        payload.map_or_else(|| format!("{number}"), |payload| format!("{number} {}", payload.name))
    }
}

/// A dialog that a press opened is told by the next look.
fn dialog(error: Error) -> Result<()> {
    match error {
        Error::WebDriver(_) => Ok(()),
        error => Err(error),
    }
}

/// The UIDVALIDITY of the inbox.
async fn validity(dovecot: &Dovecot) -> Result<u32> {
    let answer = dovecot.client(ADA).await?.ok("STATUS INBOX (UIDVALIDITY)").await?;
    let lines = answer.lines.concat();
    let digits =
        lines.split("UIDVALIDITY ").nth(1).and_then(|rest| rest.split(')').next()?.trim().parse().ok());
    digits.ok_or(Error::Imap { command: "STATUS INBOX (UIDVALIDITY)".to_owned(), answer: lines })
}
