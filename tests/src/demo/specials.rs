//! Single letters that show something: pictures, large and oddly named attachments, very long subjects, no subject,
//! no text, drafts, and mail that is thrown away.

use super::{DAY, HOUR, MINUTE, Placed, people::*};
use crate::{
    error::Result,
    mail::{Mail, Person},
    picture::landscape,
};

pub(super) fn all(owner: Person, now: u64) -> Result<Vec<Placed>> {
    let mut letters = vec![
        welcome(owner, now),
        holiday_pictures(owner, now)?,
        postcard(owner, now)?,
        oddly_named_files(owner, now)?,
        long_subject(owner, now),
        without_subject(owner, now),
        without_text(owner, now),
    ];
    letters.extend(drafts(owner, now));
    letters.extend(thrown_away(owner, now));
    Ok(letters)
}

fn welcome(owner: Person, now: u64) -> Placed {
    let mut letter = Mail::new(
        other(owner),
        owner,
        "Welcome to Postern: try deleting this",
        "Press Delete (or d). The row stays where it is, struck through: IMAP only marks a message as deleted.\n\n\
         Press z to undo, u to take the mark off. \"Purge…\" above the list removes exactly what it counted, for good.\n\n\
         Sign in as the other account in a second window and write… well, not yet. But delete something here with \
         another mail program and watch it change there.\n",
    );
    letter.sent = now - 2 * MINUTE;
    letter.marks.flagged = true;
    ("INBOX", letter)
}

/// What the account that downloads is welcomed with.
pub(super) fn welcome_to_pop3(owner: Person, now: u64) -> Placed {
    let mut letter = Mail::new(
        other(owner),
        owner,
        "Welcome to Postern: this mail is yours",
        "It was downloaded into a store of your own; a copy stays on the server, until you choose otherwise in the \
         settings under Accounts.\n\n\
         Press Delete (or d): the message moves to Deleted Items, z brings it back. \"Empty…\" there removes it for good.\n",
    );
    letter.sent = now - 2 * MINUTE;
    ("INBOX", letter)
}

fn holiday_pictures(owner: Person, now: u64) -> Result<Placed> {
    let mut letter = Mail::new(
        ZOE,
        owner,
        "Five pictures from the ride",
        "Number three is the bakery. The other four are the way to it.",
    );
    for number in 1..=5 {
        let picture = landscape(480, 320, number * 40)?;
        letter.files.push(("image/png", format!("ride-{number}.png").into(), picture));
    }
    letter.sent = now - 5 * HOUR;
    Ok(("INBOX", letter))
}

fn postcard(owner: Person, now: u64) -> Result<Placed> {
    let mut letter =
        Mail::new(LUCIA, owner, "Postcard from the hut", "[a picture of the valley]\n\nWish you were here!");
    letter.html = Some(
        "<html><body style=\"font-family:sans-serif\"><p><img src=\"cid:valley\" width=\"480\" height=\"320\" \
         alt=\"The valley in the evening\"></p><p style=\"font-size:20px\">Wish you were here!</p></body></html>"
            .to_owned(),
    );
    letter.pictures.push(("image/png", "valley", landscape(480, 320, 150)?));
    letter.sent = now - 26 * HOUR;
    letter.marks.seen = true;
    Ok(("INBOX", letter))
}

fn oddly_named_files(owner: Person, now: u64) -> Result<Placed> {
    let mut letter = Mail::new(
        MEI,
        owner,
        "Files with names in every script",
        "One of them is large. None of them is dangerous, whatever it calls itself.",
    );
    let large: Vec<u8> = (0..2_000_000_u32).map(|number| (number % 251) as u8).collect();
    letter.files = vec![
        ("text/plain", "茶单 2024.txt".into(), "龙井\n普洱\n".as_bytes().to_vec()),
        ("text/plain", "قائمة الشاي.txt".into(), "شاي\n".as_bytes().to_vec()),
        ("text/plain", "Größe & Maße (endgültig) – Kopie (2).txt".into(), b"12 x 7\n".to_vec()),
        ("application/octet-stream", "measurements.bin".into(), large),
        ("text/html", "../../not-what-it-seems.html".into(), b"<script>alert(1)</script>".to_vec()),
        ("image/png", "leaf.png".into(), landscape(64, 64, 10)?),
    ];
    letter.sent = now - 3 * DAY;
    Ok(("INBOX", letter))
}

fn long_subject(owner: Person, now: u64) -> Placed {
    let subject = "On the question, raised by several of those present at the last meeting and by at least two who were \
        not, whether the second window from the left on the north side of the old workshop ought to be opened before, \
        during or after the oiling of the wheels, with an appendix on draughts";
    let mut letter = Mail::new(CHARLES, owner, subject, "After.");
    letter.sent = now - 4 * DAY;
    letter.marks.seen = true;
    ("INBOX", letter)
}

fn without_subject(owner: Person, now: u64) -> Placed {
    let mut letter = Mail::new(MARY, owner, "", "I forgot the subject again. Lunch tomorrow?");
    letter.sent = now - 30 * HOUR;
    ("INBOX", letter)
}

fn without_text(owner: Person, now: u64) -> Placed {
    let mut letter =
        Mail { from: Some(ANAN), to: vec![owner], subject: "(see attachment)".to_owned(), ..Mail::default() };
    letter.files.push(("text/calendar", "market.ics".into(), CALENDAR.as_bytes().to_vec()));
    letter.sent = now - 50 * HOUR;
    ("INBOX", letter)
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Postern//Demo//EN\r\nBEGIN:VEVENT\r\nUID:market@demo.test\r\n\
    DTSTAMP:20240101T080000Z\r\nDTSTART:20300105T080000Z\r\nDTEND:20300105T100000Z\r\nSUMMARY:Morning market\r\n\
    END:VEVENT\r\nEND:VCALENDAR\r\n";

fn drafts(owner: Person, now: u64) -> Vec<Placed> {
    [
        (CHARLES, "Thoughts on the carry", "What if the carry did not wait for the digit before it, but"),
        (LUCIA, "August", "Dear Lucía,\n\nabout the mule:"),
    ]
    .into_iter()
    .enumerate()
    .map(|(number, (to, subject, text))| {
        let mut letter = Mail::new(owner, to, subject, text);
        letter.sent = now - (number as u64 * 2 + 1) * DAY;
        letter.marks.draft = true;
        letter.marks.seen = true;
        ("Drafts", letter)
    })
    .collect()
}

fn thrown_away(owner: Person, now: u64) -> Vec<Placed> {
    (1..=6_u64)
        .map(|number| {
            let text = "This letter was moved here by another program.";
            let mut letter = Mail::new(ELENI, owner, format!("Old shopping list {number}"), text);
            letter.sent = now - (20 + number) * DAY;
            letter.marks.seen = true;
            ("Trash", letter)
        })
        .collect()
}
