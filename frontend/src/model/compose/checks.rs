//! What is asked before a message goes, and what keeps it from going.

use super::recipients::is_valid;
use postern_shared::{address::Address, writing::Draft};

/// More people than this in To and Cc see each other's addresses, which is rarely wanted.
const MANY: usize = 20;

/// The beginnings of words that speak of a file: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
/// Swedish, Danish and Norwegian, Czech, Russian, Turkish. The longer words first: they are what is quoted.
const ATTACHED: [&str; 26] = [
    "attached",
    "attachment",
    "enclosed",
    "angehängt",
    "angehaengt",
    "anhang",
    "anbei",
    "beigefügt",
    "pièce jointe",
    "pièces jointes",
    "ci-joint",
    "adjunt",
    "allegat",
    "em anexo",
    "anexei",
    "bijlage",
    "bijgevoegd",
    "załącz",
    "w załączeniu",
    "bifoga",
    "bilaga",
    "vedhæft",
    "vedlagt",
    "přílo",
    "прикреп",
    "ekteki",
];

/// Why a message does not go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is for nobody.
    Nobody,
    /// Mail cannot go to this.
    Invalid(String),
    /// It is larger than the server takes, in bytes.
    TooLarge(u64),
    /// A file is still on its way.
    Uploading,
}

impl Refusal {
    /// What to say.
    pub fn text(&self) -> String {
        match self {
            Self::Nobody => "Say who the message is for.".to_owned(),
            Self::Invalid(address) => format!("“{address}” is not an address. Correct it or take it out."),
            Self::TooLarge(limit) => {
                format!(
                    "The message is larger than the {} MB that the mail server takes. Attach less.",
                    limit / 1_000_000
                )
            }
            Self::Uploading => "A file is still being attached. Wait for it, or cancel it.".to_owned(),
        }
    }
}

/// What keeps a message from going. `size_limit` is in bytes.
pub fn refusal(draft: &Draft, size_limit: Option<u64>, uploading: bool) -> Option<Refusal> {
    let mut all = recipients(draft);
    if let Some(address) = all.clone().find(|address| !is_valid(&address.email)) {
        return Some(Refusal::Invalid(address.email.clone()));
    }
    if all.next().is_none() {
        return Some(Refusal::Nobody);
    }
    if uploading {
        return Some(Refusal::Uploading);
    }
    let files: u64 = draft.files.iter().map(|file| file.size).sum();
    size_limit.filter(|limit| on_the_way(files) > *limit).map(Refusal::TooLarge)
}

/// What a file of so many bytes takes at least in a message: base64 makes four of three.
pub fn on_the_way(bytes: u64) -> u64 {
    bytes / 3 * 4
}

/// What should be asked before a message goes. `own` is what was written, without what is quoted.
pub fn doubts(draft: &Draft, own: &str) -> Vec<String> {
    let mut doubts = Vec::new();
    if speaks_of_file(&draft.subject, own) && draft.files.iter().all(|file| file.inline) {
        doubts.push("The message speaks of a file, but nothing is attached.".to_owned());
    }
    if draft.subject.trim().is_empty() {
        doubts.push("The subject is empty.".to_owned());
    }
    let seen = draft.to.len() + draft.cc.len();
    if seen > MANY {
        doubts
            .push(format!("All {seen} people in To and Cc will see each other's addresses. Bcc hides them."));
    }
    doubts
}

/// Everybody a message is for.
pub fn recipients(draft: &Draft) -> impl Iterator<Item = &Address> + Clone {
    draft.to.iter().chain(&draft.cc).chain(&draft.bcc)
}

fn speaks_of_file(subject: &str, own: &str) -> bool {
    // The subject of an answer is the other one's.
    let answer = subject.contains(':');
    let text = if answer { own.to_lowercase() } else { format!("{subject}\n{own}").to_lowercase() };
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    ATTACHED.iter().any(|word| text.match_indices(word).any(|(at, _)| begins(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::{ids::FileId, writing::DraftFile};

    fn to(email: &str) -> Address {
        Address { name: String::new(), email: email.to_owned() }
    }

    fn draft() -> Draft {
        Draft { to: vec![to("bob@demo.test")], subject: "Hello".to_owned(), ..Draft::default() }
    }

    fn file(size: u64, inline: bool) -> DraftFile {
        DraftFile { id: FileId(1), name: "a.pdf".into(), media_type: "application/pdf".into(), size, inline }
    }

    #[test]
    fn what_keeps_a_message_from_going() {
        assert_eq!(refusal(&draft(), None, false), None);
        assert_eq!(refusal(&Draft::default(), None, false), Some(Refusal::Nobody));
        let wrong = Draft { bcc: vec![to("bob at demo")], ..draft() };
        assert_eq!(refusal(&wrong, None, false), Some(Refusal::Invalid("bob at demo".to_owned())));
        assert!(Refusal::Invalid("bob at demo".to_owned()).text().contains("bob at demo"));
        assert_eq!(refusal(&draft(), None, true), Some(Refusal::Uploading));
        let large = Draft { files: vec![file(30_000_000, false)], ..draft() };
        assert_eq!(refusal(&large, Some(40_000_000), false), None);
        assert_eq!(refusal(&large, Some(39_000_000), false), Some(Refusal::TooLarge(39_000_000)));
    }

    #[test]
    fn files_that_are_spoken_of() {
        for text in [
            "See the attached file",
            "im Anhang findest du",
            "Anbei die Rechnung",
            "en pièce jointe",
            "(Adjunto)",
        ] {
            assert_eq!(doubts(&draft(), text).len(), 1, "{text}");
        }
        for text in ["", "unattached", "Handbuchanhang"] {
            assert!(doubts(&draft(), text).is_empty(), "{text}");
        }
        let answer = Draft { subject: "Re: the attached file".to_owned(), ..draft() };
        assert!(doubts(&answer, "Thanks").is_empty());
        assert_eq!(doubts(&Draft { subject: "Attached: a file".replace(':', ""), ..draft() }, "").len(), 1);
        let with = |inline| Draft { files: vec![file(1, inline)], ..draft() };
        assert!(doubts(&with(false), "attached").is_empty());
        assert_eq!(doubts(&with(true), "attached").len(), 1);
    }

    #[test]
    fn subjects_and_crowds() {
        assert_eq!(doubts(&Draft { subject: " ".to_owned(), ..draft() }, "").len(), 1);
        let crowd = |count: usize| Draft { to: vec![to("a@b.test"); count], ..draft() };
        assert!(doubts(&crowd(20), "").is_empty());
        assert_eq!(doubts(&crowd(21), "").len(), 1);
        assert!(doubts(&Draft { bcc: vec![to("a@b.test"); 50], ..draft() }, "").is_empty());
    }
}
