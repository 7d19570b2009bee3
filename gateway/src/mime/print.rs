//! The page that is printed: a rendered body below its message's head, dark on light, with no more than paper needs.

use super::{
    calendar::{day, time},
    escape::escape,
};
use postern_shared::{address::Address, body::MessageDetail};

const STYLE: &str = include_str!("print.css");

/// The widest time zone there is, in minutes.
const WIDEST_ZONE: i32 = 14 * 60;

/// The page for a body that [`super::page::render`] made: the head goes in where our own markup begins the body, before
/// anything of the mail. `zone` is how many minutes the reader is ahead of UTC.
pub fn printable(page: &str, detail: &MessageDetail, zone: i32) -> String {
    let mut html = String::with_capacity(page.len() + STYLE.len() + 4096);
    let (before, rest) = split_behind(page, "<title>");
    html.push_str(before);
    escape(subject(detail), &mut html);
    let title = rest.find("</title>").unwrap_or_default();
    let (between, body) = match rest.find("<body") {
        Some(start) => rest[title..].split_at(start.saturating_sub(title)),
        None => ("", rest),
    };
    let between = between.strip_suffix("</head>").unwrap_or(between);
    html.extend([between, "<style>", STYLE, "</style></head>"]);
    let (open, content) = split_behind(body, ">");
    html.push_str(open);
    head(detail, zone, &mut html);
    html.push_str(content);
    html
}

/// A text before and after the end of a mark; all of it stands after where the mark is missing.
fn split_behind<'a>(text: &'a str, mark: &str) -> (&'a str, &'a str) {
    text.split_at(text.find(mark).map_or(0, |at| at + mark.len()))
}

fn subject(detail: &MessageDetail) -> &str {
    if detail.subject.is_empty() { "(no subject)" } else { &detail.subject }
}

fn head(detail: &MessageDetail, zone: i32, html: &mut String) {
    html.push_str("<header class=\"print-head\"><h1 dir=\"auto\">");
    escape(subject(detail), html);
    html.push_str("</h1><dl>");
    let people = [
        ("From", &detail.from),
        ("Sender", &detail.sender),
        ("To", &detail.to),
        ("Cc", &detail.cc),
        ("Bcc", &detail.bcc),
        ("Reply-To", &detail.reply_to),
    ];
    for (term, list) in people {
        line(term, list.iter().map(person), html);
    }
    line("Date", std::iter::once(date(detail.sent.unwrap_or(detail.received), zone)), html);
    line("Attachments", detail.attachments.iter().map(|attachment| attachment.name.clone()), html);
    html.push_str("</dl></header>");
}

/// A term and what belongs to it; nothing where nothing does.
fn line(term: &str, values: impl Iterator<Item = String>, html: &mut String) {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return;
    }
    html.extend(["<dt>", term, "</dt><dd>"]);
    for (at, value) in values.enumerate() {
        html.push_str(if at == 0 { "<bdi>" } else { ", <bdi>" });
        escape(&value, html);
        html.push_str("</bdi>");
    }
    html.push_str("</dd>");
}

fn person(address: &Address) -> String {
    let Address { name, email } = address;
    match (name.is_empty(), email.is_empty()) {
        (true, _) => email.clone(),
        (_, true) => name.clone(),
        // The name stays beside the address, whatever way either is written.
        _ => format!("\u{2068}{name}\u{2069} <{email}>"),
    }
}

/// A moment as the reader's clocks show it.
fn date(seconds: i64, zone: i32) -> String {
    let zone = zone.clamp(-WIDEST_ZONE, WIDEST_ZONE);
    let clock = seconds.saturating_add(i64::from(zone) * 60);
    let (sign, zone) = (if zone < 0 { '-' } else { '+' }, zone.abs());
    format!("{}, {} (UTC{sign}{:02}:{:02})", day(clock), time(clock), zone / 60, zone % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        imap::response::{BodyPart, Disposition, Fetch},
        mime::{
            detail::detail,
            links::Links,
            page::{FetchedPart, PageOptions, Theme, render},
            select::BodyPlan,
        },
    };
    use postern_shared::ids::{MessageKey, Uid, UidValidity};

    const CANARY: &str = "<img src=x onerror=alert(1)>\"'</title></style><body>";

    fn message() -> MessageDetail {
        let key = MessageKey { folder: "INBOX".into(), validity: UidValidity(1), uid: Uid(1) };
        let disposition =
            Disposition { kind: "attachment".into(), params: vec![("filename".into(), CANARY.into())] };
        let attached = BodyPart {
            part: "1".into(),
            kind: "application".into(),
            subtype: "pdf".into(),
            disposition: Some(disposition),
            ..BodyPart::default()
        };
        let address = |name: &str, email: &str| Address { name: name.into(), email: email.into() };
        MessageDetail {
            subject: CANARY.into(),
            from: vec![address(CANARY, "a@x.test")],
            to: vec![address("", "b@x.test"), address("C", "c@x.test")],
            ..detail(key, &Fetch { structure: Some(attached), ..Fetch::default() })
        }
    }

    fn body(text: &str) -> String {
        let plan = BodyPlan::of(None);
        let part = FetchedPart { part: String::new(), data: text.as_bytes().to_vec(), complete: true };
        let options = PageOptions {
            theme: Theme::Light,
            picture_url: &|_| None,
            images: None,
            links: Links::default(),
            alone: true,
        };
        render(&plan, &[part], &options).html
    }

    #[test]
    fn the_head_stands_above_the_body_and_is_text() {
        let page = printable(&body("Words <body> of the mail"), &message(), 60);
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing in {page}"));
        assert!(at("<title>&lt;img") < at("<style>:root") && at("print-head dl") < at("</head><body"));
        assert!(
            at("<body") < at("<h1 dir=\"auto\">&lt;img")
                && at("Attachments</dt><dd><bdi>_img") < at("of the mail")
        );
        assert!(at("&lt;a@x.test&gt;") < at("b@x.test</bdi>, <bdi>\u{2068}C\u{2069} &lt;c@x.test&gt;"));
        assert_eq!(page.matches("<body").count(), 1);
        assert!(!page.contains("<img") && page.ends_with("</body></html>"));
        assert!(page.contains("Thursday, 1 January 1970, 01:00 (UTC+01:00)"));
    }

    #[test]
    fn dates_are_the_readers() {
        for (seconds, zone, text) in [
            (0, 0, "Thursday, 1 January 1970, 00:00 (UTC+00:00)"),
            (1_700_000_000, 330, "Wednesday, 15 November 2023, 03:43 (UTC+05:30)"),
            (1_700_000_000, -210, "Tuesday, 14 November 2023, 18:43 (UTC-03:30)"),
            (1_700_000_000, 99_999, "Wednesday, 15 November 2023, 12:13 (UTC+14:00)"),
        ] {
            assert_eq!(date(seconds, zone), text);
        }
    }
}
