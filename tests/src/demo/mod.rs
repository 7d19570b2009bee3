//! The demo: three accounts full of varied mail, every line of it written for this purpose.

mod conversations;
mod languages;
mod newsletters;
mod notices;
mod people;
mod specials;

use crate::{
    dovecot::Dovecot,
    error::Result,
    mail::{Mail, Person},
};
use fastrand::Rng;
use std::time::{SystemTime, UNIX_EPOCH};

/// The first account, and the fuller one.
pub const ADA: &str = "ada@demo.test";
/// The second account.
pub const GRACE: &str = "grace@demo.test";

/// The third account, to be signed in to by POP3.
pub const MARY: &str = "mary@demo.test";

/// A letter and the folder it lies in.
type Placed = (&'static str, Mail);

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Puts the demo's mail into the folders of both accounts, which have to be empty.
pub fn fill(dovecot: &Dovecot) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|now| now.as_secs()).unwrap_or_default();
    for (user, owner, seed) in [(ADA, people::ADA, 1815), (GRACE, people::GRACE, 1906)] {
        let mut rng = Rng::with_seed(seed);
        let mut letters = mailbox(owner, now, &mut rng)?;
        letters.sort_by_key(|(_, letter)| letter.sent);
        put(dovecot, user, letters)?;
    }
    Ok(())
}

/// Puts mail to be downloaded into the third account's inbox, which has to be empty.
pub fn fill_pop3(dovecot: &Dovecot) -> Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map(|now| now.as_secs()).unwrap_or_default();
    let owner = ("Mary Shelley", MARY);
    let mut letters = mailbox(owner, now, &mut Rng::with_seed(1818))?;
    // The server knows no other folder by POP3.
    letters.retain(|(folder, letter)| *folder == "INBOX" && !letter.marks.deleted && !letter.marks.flagged);
    letters.push(specials::welcome_to_pop3(owner, now));
    letters.sort_by_key(|(_, letter)| letter.sent);
    put(dovecot, MARY, letters)
}

/// All letters of an account.
fn mailbox(owner: Person, now: u64, rng: &mut Rng) -> Result<Vec<Placed>> {
    let mut letters = conversations::all(owner, now, rng);
    letters.extend(languages::all(owner, now, rng));
    letters.extend(newsletters::all(owner, now, rng));
    letters.extend(notices::all(owner, now, rng));
    letters.extend(specials::all(owner, now)?);
    Ok(letters)
}

fn put(dovecot: &Dovecot, user: &str, letters: Vec<Placed>) -> Result<()> {
    let mut folders = std::collections::HashMap::new();
    for (number, (folder, mut letter)) in letters.into_iter().enumerate() {
        if letter.id.is_empty() {
            letter.id = format!("{number}.{}", user.replace('@', ".mail@"));
        }
        if !folders.contains_key(folder) {
            folders.insert(folder, dovecot.maildir(user, folder)?);
        }
        if let Some(maildir) = folders.get_mut(folder) {
            maildir.put(letter.sent, letter.marks, &letter.to_bytes()?)?;
        }
    }
    Ok(())
}
