//! Mail as a busy person's mailbox holds it, the same at every run: plain text, HTML with a plain twin, attachments,
//! threads, several scripts and charsets, and every flag.

use crate::dovecot::maildir::Marks;
use fastrand::Rng;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, content_type::ContentType},
    mime::MimePart,
};

/// Names of senders, some of which need encoding.
const GIVEN: [&str; 16] = [
    "Amina",
    "Bram",
    "Chiara",
    "Dmitri",
    "Eun-ji",
    "Fatou",
    "Gustav",
    "Hanna",
    "Ines",
    "Jürgen",
    "Kaveh",
    "Łucja",
    "Mateo",
    "Ngozi",
    "佐藤",
    "Ольга",
];
const FAMILY: [&str; 12] = [
    "Abebe",
    "Bergström",
    "Castillo",
    "de Vries",
    "Eriksen",
    "Fontaine",
    "Green",
    "Huang",
    "Ivanova",
    "Janssen",
    "Okafor",
    "Романенко",
];
/// What mail is about.
const WORDS: [&str; 48] = [
    "delivery",
    "ticket",
    "rehearsal",
    "garden",
    "estimate",
    "harvest",
    "committee",
    "lecture",
    "ferry",
    "kitchen",
    "warranty",
    "chapter",
    "orchestra",
    "deadline",
    "parcel",
    "workshop",
    "invoice",
    "landlord",
    "bridge",
    "survey",
    "recipe",
    "passport",
    "volunteer",
    "archive",
    "heating",
    "training",
    "window",
    "library",
    "summary",
    "picnic",
    "engine",
    "sketch",
    "membership",
    "harbour",
    "appointment",
    "translation",
    "battery",
    "concert",
    "mountain",
    "budget",
    "holiday",
    "server",
    "printer",
    "neighbour",
    "signature",
    "orchard",
    "railway",
    "question",
];
/// How many of the last messages a reply may answer.
const RECENT: usize = 150;
/// When the first message arrived, in seconds since 1970, and how far apart they are.
const FIRST: u64 = 1_500_000_000;
const APART: u64 = 2_500;

/// One message and how it lies in its folder.
#[derive(Clone, Debug)]
pub struct Letter {
    /// When it arrived, in seconds since 1970.
    pub received: u64,
    /// Its flags.
    pub marks: Marks,
    /// All of it, with CRLF line ends.
    pub source: Vec<u8>,
}

/// An endless row of messages, oldest first.
#[derive(Debug)]
pub struct Letters {
    random: Rng,
    number: u64,
    recent: Vec<Origin>,
}

/// What a reply refers to.
#[derive(Clone, Debug)]
struct Origin {
    id: String,
    subject: String,
}

impl Letters {
    /// The messages of a seed: the same seed gives the same messages.
    pub fn new(seed: u64) -> Self {
        Self { random: Rng::with_seed(seed), number: 0, recent: Vec::new() }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.u32(..100) < percent
    }

    fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).filter_map(|_| self.random.choice(WORDS)).collect();
        words.join(" ")
    }

    fn paragraphs(&mut self, count: usize) -> Vec<String> {
        let mut paragraph = || {
            let length = self.random.usize(15..70);
            format!("About the {}.", self.words(length))
        };
        (0..count).map(|_| paragraph()).collect()
    }

    fn person(&mut self) -> Address<'static> {
        let given = self.random.choice(GIVEN).unwrap_or_default();
        let family = self.random.choice(FAMILY).unwrap_or_default();
        let (mailbox, domain) = (self.random.u32(..3_000), self.random.u32(..50));
        Address::new_address(
            Some(format!("{given} {family}")),
            format!("person{mailbox}@domain{domain}.example"),
        )
    }

    fn people(&mut self) -> Address<'static> {
        let count = self.random.usize(1..7);
        Address::new_list((0..count).map(|_| self.person()).collect())
    }

    fn subject(&mut self) -> String {
        let length = self.random.usize(2..10);
        let subject = format!("The {}", self.words(length));
        if self.chance(6) { format!("{subject} – Grüße, 100 €") } else { subject }
    }

    fn marks(&mut self) -> Marks {
        Marks {
            draft: false,
            flagged: self.chance(5),
            answered: self.chance(15),
            seen: self.chance(85),
            deleted: self.chance(2),
        }
    }

    /// A message without a body, and what a reply to it refers to.
    fn envelope(&mut self, received: u64) -> (MessageBuilder<'static>, Origin) {
        let answered = if self.chance(40) { self.random.choice(&self.recent).cloned() } else { None };
        let id = format!("{}.{:x}@relay.example", self.number, self.random.u64(..));
        let mut message = MessageBuilder::new()
            .from(self.person())
            .to(self.person())
            .date(i64::try_from(received).unwrap_or_default())
            .message_id(id.clone());
        if self.chance(25) {
            message = message.cc(self.people());
        }
        let Some(origin) = answered else {
            let subject = self.subject();
            return (message.subject(subject.clone()), Origin { id, subject });
        };
        let message = message
            .subject(format!("Re: {}", origin.subject))
            .in_reply_to(origin.id.clone())
            .references(origin.id);
        (message, Origin { id, subject: origin.subject })
    }

    fn body(&mut self) -> MimePart<'static> {
        match self.random.u32(..100) {
            0..35 => self.plain(),
            35..40 => self.latin(),
            40..82 => self.alternative(),
            _ => self.with_attachment(),
        }
    }

    fn plain(&mut self) -> MimePart<'static> {
        let count = self.random.usize(1..9);
        MimePart::new("text/plain", self.paragraphs(count).join("\r\n\r\n") + "\r\nÀ bientôt\r\n")
    }

    fn latin(&mut self) -> MimePart<'static> {
        let count = self.random.usize(1..5);
        let mut text = self.paragraphs(count).join("\r\n").into_bytes();
        text.extend(b"\r\nA\xf1o nuevo\r\n");
        MimePart::new(ContentType::new("text/plain").attribute("charset", "iso-8859-1"), text)
    }

    fn alternative(&mut self) -> MimePart<'static> {
        let plain = self.plain();
        let count = self.random.usize(2..28);
        let number = self.number;
        let html = format!(
            "<html><head><style>.text {{ color: #234 }}</style></head><body><p class=text>{}</p>\
             <a href=\"https://news.example/{number}\">More</a>\
             <img src=\"https://counter.example/seen?{number}\" width=1 height=1></body></html>\r\n",
            self.paragraphs(count).join("</p>\r\n<p class=text>")
        );
        let boundary = format!("twin-{number}");
        let kind = ContentType::new("multipart/alternative").attribute("boundary", boundary);
        MimePart::new(kind, vec![plain, MimePart::new("text/html", html)])
    }

    fn with_attachment(&mut self) -> MimePart<'static> {
        const SIZES: [usize; 4] = [900, 5_000, 18_000, 50_000];
        let text = self.alternative();
        let mut bytes = vec![0; self.random.choice(SIZES).unwrap_or_default()];
        self.random.fill(&mut bytes);
        let (kind, ending) = if self.chance(80) { ("application/pdf", "pdf") } else { ("image/png", "png") };
        let file = MimePart::new(kind, bytes).attachment(format!("{}.{ending}", self.words(1)));
        let boundary = format!("bundle-{}", self.number);
        let kind = ContentType::new("multipart/mixed").attribute("boundary", boundary);
        MimePart::new(kind, vec![text, file])
    }
}

impl Iterator for Letters {
    type Item = Letter;

    fn next(&mut self) -> Option<Letter> {
        let received = FIRST + self.number * APART;
        let (message, origin) = self.envelope(received);
        let body = self.body();
        // Writing into memory does not fail.
        let source = message.body(body).write_to_vec().unwrap_or_default();
        if self.recent.len() == RECENT {
            self.recent.remove(0);
        }
        self.recent.push(origin);
        self.number += 1;
        Some(Letter { received, marks: self.marks(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_mail_and_all_of_its_kinds() {
        let mail: Vec<Letter> = Letters::new(7).take(400).collect();
        let again = Letters::new(7).take(400).map(|letter| letter.source);
        assert!(mail.iter().map(|letter| letter.source.clone()).eq(again));
        let holds = |text: &str| {
            mail.iter().filter(|letter| String::from_utf8_lossy(&letter.source).contains(text)).count()
        };
        for kind in
            ["text/html", "multipart/mixed", "iso-8859-1", "References: ", "Cc: ", "Subject: =?utf-8?"]
        {
            assert!(holds(kind) > 5, "{kind}: {}", holds(kind));
        }
        assert!(mail.iter().any(|letter| letter.marks.deleted));
    }
}
