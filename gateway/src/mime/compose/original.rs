//! A message as answering it has to know it: whom it came from and went to, which conversation it is part of, what it
//! says.

use super::{answer::Original, quote::Quote};
use crate::{
    imap::{
        charset,
        convert::{addresses, header_text},
    },
    mime::{
        calendar,
        charset_of_html::charset_of_html,
        detail::detail,
        enriched,
        header_fields::raw_fields,
        scan::{Scanner, address_list},
        select::{BodyPlan, TextFormat, TextPart},
        text::{Flow, to_html, unflow},
    },
};
use postern_shared::{
    address::Address,
    body::MessageDetail,
    flags::Flags,
    ids::{MessageKey, Uid},
};

/// Message-IDs of a conversation that are kept: more than any real one has.
const REFERENCES_LIMIT: usize = 200;

/// Addresses read of one field.
const ADDRESSES_LIMIT: usize = 1_000;

/// A message, or its beginning, as far as writing has to know it.
#[derive(Clone, Debug)]
pub struct Received {
    /// What its envelope says.
    pub detail: MessageDetail,
    /// What it says.
    pub text: Quote,
    /// References, or In-Reply-To where there are none; oldest first, each with its angle brackets.
    pub references: Vec<String>,
    /// In-Reply-To.
    pub in_reply_to: Option<String>,
    /// Mail-Followup-To.
    pub followup_to: Vec<Address>,
    /// The address of List-Post (RFC 2369 §3.4).
    pub list_post: Option<Address>,
    /// Its Date in words, by the clock of its sender.
    pub sent: Option<String>,
}

impl Received {
    /// Reads a message, or its beginning. It takes time linear in its size.
    pub fn read(key: MessageKey, source: &[u8]) -> Self {
        let mut scanner = Scanner::new();
        scanner.push(source);
        let layout = scanner.finish().layout;
        let detail = detail(key, &layout.fetch(Uid(1), Flags::default(), 0));
        let mut plan = BodyPlan::of(layout.structure.as_ref());
        let read = |part: &TextPart| {
            let place = layout.place(&part.part).unwrap_or(0..layout.size);
            let place = usize::try_from(place.start).ok()?..usize::try_from(place.end).ok()?;
            source.get(place).map(|content| text_of(part, content))
        };
        let mut text = whole(&plan.body, read);
        if let Some(spare) = plan.by_spare().filter(|_| text.is_blank()) {
            plan = spare;
            text = whole(&plan.body, read);
        }
        let field = |name: &str| {
            let found = raw_fields(source).find(|field| field.is(name))?;
            Some(header_text(found.value))
        };
        let list = |name: &str| -> Vec<Address> {
            let found = raw_fields(source).find(|field| field.is(name));
            found.map(|field| addresses(&address_list(field.value, ADDRESSES_LIMIT))).unwrap_or_default()
        };
        let in_reply_to = field("In-Reply-To").and_then(|value| ids(&value).pop());
        let mut references = field("References").map(|value| ids(&value)).unwrap_or_default();
        if references.is_empty() {
            references.extend(in_reply_to.clone());
        }
        Self {
            detail,
            text,
            references,
            in_reply_to,
            followup_to: list("Mail-Followup-To"),
            list_post: field("List-Post").as_deref().and_then(posting_address),
            sent: field("Date").as_deref().and_then(calendar::date_in_words),
        }
    }

    /// What answering has to know of it.
    pub fn original(self) -> Original {
        let Self { detail, text, references, followup_to, list_post, sent, .. } = self;
        Original {
            subject: detail.subject,
            from: detail.from,
            reply_to: detail.reply_to,
            to: detail.to,
            cc: detail.cc,
            followup_to,
            list_post,
            message_id: detail.message_id,
            references,
            sent,
            quote: text,
            files: Vec::new(),
        }
    }
}

impl Quote {
    /// Whether there is nothing to read.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Plain(text) => text.trim().is_empty(),
            Self::Html(html) => html.trim().is_empty(),
        }
    }

    /// Both, one below the other: HTML if one of them is.
    fn followed_by(self, other: Self) -> Self {
        match (self, other) {
            (Self::Plain(first), Self::Plain(second)) => {
                Self::Plain(format!("{}\n\n{second}", first.trim_end()))
            }
            (first, second) => Self::Html(format!("{}<br>{}", first.into_html(), second.into_html())),
        }
    }

    fn into_html(self) -> String {
        match self {
            Self::Html(html) => html,
            Self::Plain(text) => to_html(&text, Flow::Fixed),
        }
    }
}

/// The texts of all parts as one: HTML if any of them is.
fn whole(parts: &[TextPart], read: impl Fn(&TextPart) -> Option<Quote>) -> Quote {
    let mut all: Option<Quote> = None;
    for text in parts.iter().filter_map(read) {
        all = Some(match all {
            Some(before) => before.followed_by(text),
            None => text,
        });
    }
    all.unwrap_or_default()
}

fn text_of(part: &TextPart, content: &[u8]) -> Quote {
    let bytes = part.encoding.decode(content);
    let told = part.charset.as_deref();
    let text = || charset::decode(&bytes, told);
    match part.format {
        TextFormat::Html => {
            Quote::Html(charset::decode(&bytes, charset_of_html(told, &bytes).as_deref()).into_owned())
        }
        TextFormat::Enriched(dialect) => Quote::Html(enriched::to_html(&text(), dialect)),
        TextFormat::Plain(Flow::Flowed { delsp }) => Quote::Plain(unflow(&text(), delsp)),
        TextFormat::Plain(Flow::Fixed) => Quote::Plain(text().replace("\r\n", "\n")),
        // A card is for machines; the message says the same in words.
        TextFormat::Card(_) => Quote::default(),
    }
}

/// The Message-IDs in a field, with their angle brackets.
fn ids(value: &str) -> Vec<String> {
    let pieces = value.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    let ids: Vec<_> = pieces.map(|(id, _)| format!("<{}>", id.trim())).take(REFERENCES_LIMIT).collect();
    ids.into_iter().filter(|id| id.len() > 2).collect()
}

/// The address to post to, where posting is allowed.
fn posting_address(value: &str) -> Option<Address> {
    let links = value.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    let mut found = links.filter_map(|(link, _)| link.trim().strip_prefix("mailto:"));
    let email = found.next()?.split('?').next().unwrap_or_default();
    let email = percent_encoding::percent_decode_str(email).decode_utf8().ok()?.into_owned();
    (email.contains('@') && !email.contains(char::is_control)).then(|| Address { name: String::new(), email })
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::ids::UidValidity;

    fn read(source: &str) -> Received {
        let key = MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) };
        Received::read(key, source.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn headers_that_answers_go_by() {
        let read = read(
            "From: Ada <ada@x.test>\nReply-To: desk@x.test\nTo: bob@x.test\nSubject: =?utf-8?q?caf=C3=A9?=\n\
             Message-ID: <3@x.test>\nReferences: <1@x.test>\n <2@x.test>\nIn-Reply-To: <2@x.test>\n\
             Mail-Followup-To: list@x.test, \"Carol, C\" <carol@x.test>\nList-Post: <mailto:list%2Ba@x.test?subject=x> (all)\n\
             Date: Wed, 25 Nov 2026 10:01:00 +0900\n\nhello\n",
        );
        assert_eq!(read.references, ["<1@x.test>", "<2@x.test>"]);
        assert_eq!(read.in_reply_to.as_deref(), Some("<2@x.test>"));
        assert_eq!(read.followup_to.len(), 2);
        assert_eq!(read.followup_to[1].name, "Carol, C");
        assert_eq!(read.list_post.as_ref().unwrap().email, "list+a@x.test");
        assert_eq!(read.sent.as_deref(), Some("Wednesday, 25 November 2026 at 10:01"));
        let original = read.original();
        assert_eq!((original.subject.as_str(), original.reply_to[0].email.as_str()), ("café", "desk@x.test"));
        assert_eq!(original.quote, Quote::Plain("hello\n".to_owned()));
    }

    #[test]
    fn what_is_not_there_is_empty_and_posting_may_be_closed() {
        for source in ["", "\n\n", "From: a@x.test\nList-Post: NO\nReferences: none\nDate: soon\n\n"] {
            let read = read(source);
            assert!(read.references.is_empty() && read.list_post.is_none() && read.sent.is_none());
        }
        let first = read("In-Reply-To: <1@x.test> from yesterday\n\n");
        assert_eq!(first.references, ["<1@x.test>"]);
    }

    #[test]
    fn the_text_is_the_one_people_read() {
        let flowed = "Content-Type: text/plain; format=flowed\n\nlong \nline\n> quoted \n> too\n";
        assert_eq!(read(flowed).text, Quote::Plain("long line\n> quoted too".to_owned()));
        let alternative = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>rich\n--b--\n";
        assert_eq!(read(alternative).text, Quote::Html("<p>rich".to_owned()));
        let mixed = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html\n\n<p>two\n--b--\n";
        let Quote::Html(both) = read(mixed).text else { panic!() };
        assert!(both.contains("one") && both.contains("<p>two"));
        let encoded = "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9";
        assert_eq!(read(encoded).text, Quote::Plain("café".to_owned()));
    }
}
