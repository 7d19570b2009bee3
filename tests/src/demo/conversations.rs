//! Conversations: letters that answer each other.

use super::{DAY, HOUR, Placed, people::*};
use crate::mail::{Mail, Person};
use fastrand::Rng;

/// A conversation: its subject, the other side, the age of its first letter in days, the folder, and what is said
/// in turn, the other side first.
struct Talk {
    subject: &'static str,
    with: Person,
    days: u64,
    folder: &'static str,
    said: &'static [&'static str],
}

const TALKS: &[Talk] = &[
    Talk {
        subject: "The mill is turning",
        with: CHARLES,
        days: 1,
        folder: "INBOX",
        said: &[
            "The new column of figure wheels came from the workshop this morning, and for the first time the carry \
             runs through all fifty digits without a jam.\n\nWill you come on Thursday and see it? Bring your notes on \
             the operation cards.",
            "Thursday it is. I have a small programme ready that should make it sweat: forty steps, two loops, one of \
             them inside the other.",
            "Two loops! Then I shall oil it twice.",
            "And please count the cards before I come: last time number 17 was upside down.",
            "All 40 counted, 17 the right way up. Tea at four.",
        ],
    },
    Talk {
        subject: "Cycling along the canal on Sunday?",
        with: ZOE,
        days: 3,
        folder: "INBOX",
        said: &[
            "The towpath is open again as far as the third lock. 34 km, flat, two bakeries. Are you in?",
            "In. Which of the two bakeries?",
            "Both, of course.",
        ],
    },
    Talk {
        subject: "Draft of the translation, with my notes at the end",
        with: MARY,
        days: 6,
        folder: "INBOX",
        said: &[
            "I have read all seven of your notes. Note G is longer than the paper itself and ten times as interesting; \
             I would not cut a line.\n\nTwo small things: the table needs a heading for its third column, and in step \
             21 the sign is wrong.",
            "You are right about step 21. I found it at two in the morning and could not sleep for laughing.",
        ],
    },
    Talk {
        subject: "Garden: what to plant along the north wall",
        with: JUERGEN,
        days: 12,
        folder: "INBOX",
        said: &[
            "Dort oben ist es kühl und halbschattig: Farne, Storchschnabel, eine Kletterhortensie. Die Erde ist gut, \
             nur der Frost bleibt lang.\n\nSoll ich Ableger mitbringen?",
            "Sehr gern! Von der Hortensie bitte zwei.",
            "Abgemacht. Samstag gegen zehn.",
        ],
    },
    Talk {
        subject: "Moving the server on the weekend of the 14th",
        with: PRIYA,
        days: 16,
        folder: "Work/Projects/Machine room",
        said: &[
            "Plan for the move:\n\n1. Friday 18:00 last backup\n2. Saturday 07:00 power off, carry, power on\n3. Saturday \
             12:00 tests\n4. Sunday is for what we forgot",
            "I put myself down for 2 and 4. Who has the key of the new room?",
            "The key is with the porter. I wrote your name on the list.",
            "One more thing for 4: the label printer.",
        ],
    },
    Talk {
        subject: "Minutes of the reading circle",
        with: ELENI,
        days: 24,
        folder: "Archive",
        said: &[
            "We read chapters three to five. Agreed: nobody trusts the lighthouse keeper. Next time at Mary's, chapters \
             six to nine.",
            "I trust the lighthouse keeper.",
        ],
    },
    Talk {
        subject: "Your question about compilers",
        with: GRACE,
        days: 2,
        folder: "INBOX",
        said: &[
            "You asked whether a machine could ever write its own programme. It can copy one out, at least: I taught \
             mine to take the pieces from a drawer and put them in order. It makes fewer mistakes than I do.",
            "And who checks the drawer?",
            "That is the question, isn't it? For now: me, with a pencil.",
        ],
    },
    Talk {
        subject: "Hut in the mountains, last week of August",
        with: LUCIA,
        days: 40,
        folder: "Travel",
        said: &[
            "La cabaña está libre del 24 al 31. Hay leña, hay agua, no hay teléfono.",
            "No telephone! Book it at once.",
        ],
    },
];

/// What is said again in older conversations, to fill the archive.
const OLDER: &[(&str, &str)] = &[
    ("Photographs from the harbour", "Twelve of them are sharp. The gulls did not keep still."),
    ("Invoice for the piano tuning", "Paid today, thank you. The low F is much better."),
    ("Lost umbrella", "Black, wooden handle, a small repair near the tip. Did it stay with you?"),
    ("Recipe", "Two lemons, not three. And let it stand overnight, whatever the book says."),
    ("Timetable", "The 8:12 does not run on Mondays any more; the 8:27 does."),
    ("Thank you", "What a lovely evening. Mary still sings the song about the goat."),
    ("Question about table 4", "Is the second column in feet or in fathoms? It matters to the ship."),
    ("Choir", "Rehearsal moves to the small hall. Altos, please bring a pencil."),
];

pub(super) fn all(owner: Person, now: u64, rng: &mut Rng) -> Vec<Placed> {
    let talks = TALKS.iter().filter(|talk| talk.with != owner).flat_map(|talk| turns(talk, owner, now));
    let mut letters: Vec<Placed> = talks.collect();
    for month in 1..=8 {
        for (subject, text) in OLDER {
            let from = [MARY, CHARLES, ZOE, ELENI, JUERGEN, PRIYA][rng.usize(..6)];
            let mut letter = Mail::new(from, owner, *subject, *text);
            letter.sent = now - month * 30 * DAY - rng.u64(..20 * DAY);
            letter.marks.seen = true;
            letter.marks.answered = rng.u8(..4) == 0;
            letter.marks.flagged = rng.u8(..12) == 0;
            letters.push((if month % 2 == 0 { "Archive" } else { "INBOX" }, letter));
        }
    }
    letters
}

fn turns(talk: &Talk, owner: Person, now: u64) -> Vec<Placed> {
    let mut letters: Vec<Placed> = Vec::new();
    for (turn, text) in talk.said.iter().enumerate() {
        let mine = turn % 2 == 1;
        let author = if mine { owner } else { talk.with };
        let mut letter = match letters.last() {
            Some((_, before)) => before.answer(author, text),
            None => Mail::new(author, owner, talk.subject, *text),
        };
        letter.id = format!("{}.{turn}.{}", talk.days, owner.1.replace('@', ".talk@"));
        letter.sent = now - talk.days * DAY + turn as u64 * (3 * HOUR + 700);
        let last = turn + 1 == talk.said.len();
        letter.marks.seen = mine || !last || talk.days > 5;
        letter.marks.answered = !mine && !last;
        letter.marks.flagged = turn == 0 && talk.days.is_multiple_of(3);
        letters.push((if mine { "Sent" } else { talk.folder }, letter));
    }
    letters
}
