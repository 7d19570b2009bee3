//! Who writes in the demo.

use crate::mail::Person;

pub(super) const ADA: Person = ("Ada Lovelace", super::ADA);
pub(super) const GRACE: Person = ("Grace Hopper", super::GRACE);
pub(super) const MARY: Person = ("Mary Somerville", "mary@somerville.example");
pub(super) const CHARLES: Person = ("Charles Babbage", "charles@engine.example");
pub(super) const YUKI: Person = ("佐藤 雪", "yuki@photo.example");
pub(super) const LEILA: Person = ("ليلى حداد", "leila@beirut.example");
pub(super) const NOAM: Person = ("נועם לוי", "noam@haifa.example");
pub(super) const OLGA: Person = ("Ольга Смирнова", "olga@neva.example");
pub(super) const MEI: Person = ("陈美", "mei@tea.example");
pub(super) const JUERGEN: Person = ("Jürgen Groß", "juergen@garten.example");
pub(super) const ZOE: Person = ("Zoë Beaumont", "zoe@velo.example");
pub(super) const ELENI: Person = ("Ελένη Παππά", "eleni@aegean.example");
pub(super) const PRIYA: Person = ("प्रिया शर्मा", "priya@pune.example");
pub(super) const MINJUN: Person = ("김민준", "minjun@hanok.example");
pub(super) const ANAN: Person = ("อนันต์ ใจดี", "anan@market.example");
pub(super) const LUCIA: Person = ("Lucía Núñez", "lucia@sierra.example");

/// The other one of the two accounts.
pub(super) fn other(owner: Person) -> Person {
    if owner == ADA { GRACE } else { ADA }
}
