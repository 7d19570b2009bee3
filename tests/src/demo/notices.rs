//! What machines write: builds, receipts, reminders; and what nobody asked for.

use super::{DAY, HOUR, Placed};
use crate::mail::{Mail, Person};
use fastrand::Rng;

const BUILDS: Person = ("Build server", "builds@machine.example");
const LIBRARY: Person = ("City Library", "loans@library.example");
const SHOP: Person = ("Paper & Ink", "orders@paper-and-ink.example");
const POWER: Person = ("Stadtwerke", "rechnung@stadtwerke.example");

pub(super) fn all(owner: Person, now: u64, rng: &mut Rng) -> Vec<Placed> {
    let mut letters = Vec::new();
    for number in 0..60_u64 {
        let sent = now - number * 2 * DAY / 3 - rng.u64(..HOUR);
        let (folder, mut letter) = match number % 4 {
            0 => ("Work/Builds", build(owner, 4200 - number, rng)),
            1 => ("INBOX", loan(owner, rng)),
            2 => ("INBOX", order(owner, 90_000 - number * 7, rng)),
            _ => ("Work/Builds", build(owner, 4200 - number, rng)),
        };
        letter.sent = sent;
        letter.marks.seen = number > 6 || rng.bool();
        letter.marks.deleted = number > 0 && number % 13 == 0;
        letters.push((folder, letter));
    }
    letters.extend((0..12).map(|month| bill(owner, now, month)));
    letters.extend(SPAM.iter().enumerate().map(|(number, &(from, subject, text))| {
        let mut letter = Mail::new(from, owner, subject, text);
        letter.sent = now - number as u64 * 3 * DAY - 5 * HOUR;
        ("Junk", letter)
    }));
    letters
}

fn build(owner: Person, number: u64, rng: &mut Rng) -> Mail {
    let failed = rng.u8(..4) == 0;
    let result = if failed { "failed" } else { "passed" };
    let tests = rng.u16(380..420);
    let detail =
        if failed { "carry::runs_through_fifty_digits: expected 0, found 9" } else { "Nothing to report." };
    let mut letter = Mail::new(
        BUILDS,
        owner,
        format!("[mill] Build #{number} {result}"),
        format!("Branch   main\nTests    {tests}\nTime     {} s\n\n{detail}\n", rng.u16(60..400)),
    );
    letter.marks.flagged = failed;
    letter
}

fn loan(owner: Person, rng: &mut Rng) -> Mail {
    const BOOKS: [&str; 5] = [
        "On the Connexion of the Physical Sciences",
        "The Lighthouse Keeper's Daughter",
        "Knots, Splices and Rope Work",
        "A Short History of Tea",
        "Bees",
    ];
    let book = BOOKS[rng.usize(..BOOKS.len())];
    Mail::new(
        LIBRARY,
        owner,
        format!("Due in three days: {book}"),
        format!("Dear reader,\n\nplease return or renew:\n\n  {book}\n\nYour library"),
    )
}

fn order(owner: Person, number: u64, rng: &mut Rng) -> Mail {
    let sheets = rng.u16(1..9) * 100;
    let mut letter = Mail::new(
        SHOP,
        owner,
        format!("Your order {number} is on its way"),
        format!("{sheets} sheets of laid paper\n2 bottles of ink, blue-black\n\nThank you!"),
    );
    let csv = format!("item,quantity,price\nlaid paper,{sheets},{}.00\nink blue-black,2,9.80\n", sheets / 20);
    letter.files.push(("text/csv", format!("order-{number}.csv").into(), csv.into_bytes()));
    letter
}

fn bill(owner: Person, now: u64, month: u64) -> Placed {
    let mut letter = Mail::new(
        POWER,
        owner,
        format!("Ihre Stromrechnung Nr. {}", 77_120 - month),
        "Sehr geehrte Kundin,\n\nanbei Ihre Rechnung. Der Betrag wird abgebucht.\n\nFreundliche Grüße\nIhre Stadtwerke",
    );
    letter.files.push(("application/pdf", format!("Rechnung_März_{month}.pdf").into(), pdf("Stromrechnung")));
    letter.sent = now - (month * 30 + 4) * DAY;
    letter.marks.seen = true;
    ("Archive/Bills", letter)
}

/// A page with one line on it (ISO 32000). Readers rebuild the table of objects it leaves out.
fn pdf(line: &str) -> Vec<u8> {
    let text = format!("BT /F1 24 Tf 72 720 Td ({line}) Tj ET");
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R\
         /Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n\
         4 0 obj<</Length {}>>stream\n{text}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
        text.len()
    )
    .into_bytes()
}

const SPAM: &[(Person, &str, &str)] = &[
    (("Prize Office", "win@prizes.example"), "You have WON a lifetime of socks!!!", "Claim within 24 hours."),
    (("Dr. Wonder", "dr@wonder.example"), "Sleep 14 hours a night with this 1 herb", "Doctors are furious."),
    (
        ("Y0ur Bank", "security@y0ur-bank.example"),
        "Urgent: confirm your pass word",
        "Click here or lose everything.",
    ),
    (
        ("Cheap Lighthouses", "sales@lighthouse.example"),
        "Buy one lighthouse, get one free",
        "Only while stocks last.",
    ),
    (("Nobody", "nobody@nowhere.example"), "Re: Re: Re: as discussed", "See attached."),
    (("Crystal Ball Ltd", "future@crystal.example"), "We know you will open this", "You did."),
];
