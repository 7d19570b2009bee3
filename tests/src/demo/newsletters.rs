//! Newsletters: HTML with tables, styles, links, and pictures that would have to be fetched from elsewhere.

use super::{DAY, HOUR, Placed};
use crate::mail::{Mail, Person};
use fastrand::Rng;

/// A newsletter: sender, name, colour, days between issues, headlines.
const PAPERS: &[(Person, &str, &str, u64, &[&str])] = &[
    (
        ("The Slow Gazette", "letters@slow-gazette.example"),
        "The Slow Gazette",
        "#7a4a1e",
        7,
        &[
            "A bridge is finished, forty years late",
            "Snail crosses the market square",
            "The library extends its opening hours to all of them",
            "Why clocks in this town disagree",
        ],
    ),
    (
        ("Seeds & Bulbs", "catalogue@seeds.example"),
        "Seeds & Bulbs",
        "#2f6b3a",
        10,
        &["Tulips: 20 % off until Sunday", "What to sow in the rain", "Your roses called: they want pruning"],
    ),
    (
        ("Night Trains", "news@night-trains.example"),
        "Night Trains of Europe",
        "#25407a",
        14,
        &["New sleeper to the sea", "Couchettes from 29", "Winter timetable: what changes"],
    ),
    (
        ("Crab Weekly", "hello@crab-weekly.example"),
        "Crab Weekly",
        "#a33b20",
        7,
        &["Borrowing without tears", "Ten small programs to read aloud", "The compiler was right again"],
    ),
];

pub(super) fn all(owner: Person, now: u64, rng: &mut Rng) -> Vec<Placed> {
    let mut letters = Vec::new();
    for (from, name, colour, days, headlines) in PAPERS {
        for issue in 0..12_u64 {
            let headline = headlines[issue as usize % headlines.len()];
            let number = 240 - issue;
            let mut letter = Mail::new(
                *from,
                owner,
                format!("{name} №{number}: {headline}"),
                format!("{headline}\n\nRead this issue on the web: https://news.example/{number}\n"),
            );
            letter.html = Some(page(name, colour, headline, number));
            letter.sent = now - issue * days * DAY - rng.u64(..4 * HOUR);
            letter.marks.seen = issue > 1 || rng.bool();
            letter.marks.deleted = issue > 0 && issue % 4 == 0;
            letters.push((if issue > 7 { "Archive" } else { "INBOX" }, letter));
        }
    }
    letters
}

fn page(name: &str, colour: &str, headline: &str, number: u64) -> String {
    let name = name.replace('&', "&amp;");
    format!(
        "<!doctype html><html><head><title>{name}</title><style>\n\
         body {{ margin: 0; background: #f4f1ea; font-family: Georgia, serif; color: #222 }}\n\
         .head {{ background: {colour}; color: #fff; padding: 24px; font-size: 26px }}\n\
         .story {{ padding: 16px 24px; line-height: 1.5 }}\n\
         .button {{ background: {colour}; color: #fff; padding: 10px 18px; border-radius: 4px; text-decoration: none }}\n\
         </style></head><body>\
         <table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\"><tr><td align=\"center\">\
         <table width=\"600\" cellspacing=\"0\" cellpadding=\"0\" style=\"background:#fff\">\
         <tr><td class=\"head\">{name} <small>№{number}</small></td></tr>\
         <tr><td><img src=\"https://news.example/banner-{number}.jpg\" width=\"600\" height=\"180\" alt=\"A wide view\"></td></tr>\
         <tr><td class=\"story\"><h2>{headline}</h2>\
         <p>It began, as these things do, on a Tuesday. By noon there was a crowd, by three there was soup, and in the \
         evening <em>somebody</em> had brought a cello.</p>\
         <p>“I have seen worse,” said the oldest inhabitant, and went home to feed the geese.</p>\
         <p><a class=\"button\" href=\"https://news.example/{number}\">Read on</a></p></td></tr>\
         <tr><td class=\"story\"><ul><li>Weather: yes</li><li>Letters to the editor: 3</li>\
         <li>Lost and found: one glove, left</li></ul></td></tr>\
         <tr><td class=\"story\" style=\"color:#777;font-size:12px\">You get this because you asked for it. \
         <a href=\"https://news.example/unsubscribe\">Unsubscribe</a>\
         <img src=\"https://count.news.example/open?n={number}\" width=\"1\" height=\"1\" alt=\"\"></td></tr>\
         </table></td></tr></table></body></html>"
    )
}
