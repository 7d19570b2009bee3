//! How values become columns and come back.

use crate::{
    store::{
        StoreError,
        mail::{NewMessage, words},
    },
    sync::{order::base_subject, pop3::ledger::ContentHash},
};
use postern_shared::{
    address::Address,
    flags::{Flag, Flags},
    ids::Uid,
};
use std::collections::HashSet;

/// Sender and subject are ordered by so many characters: what is in an index has to be short.
const ORDERED_BY: usize = 200;

/// The longest word in the index, in bytes; longer ones are compared with the whole text as well.
pub(super) const LONGEST_WORD: usize = 200;

/// All different words of a message, in bytes: the database takes a little more than a million. Words behind these, at
/// the end of a text that is mostly noise, are not found.
const ALL_WORDS: usize = 900_000;

/// The text without U+0000, which PostgreSQL cannot store.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', "")
}

/// A hash as it was stored.
pub(super) fn hash(bytes: Vec<u8>) -> Result<ContentHash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Broken("hash"))
}

/// A UID as it was stored.
pub(super) fn uid(number: i64) -> Result<Uid, StoreError> {
    u32::try_from(number).map(Uid).map_err(|_| StoreError::Broken("UID"))
}

/// A number that was unsigned.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The flags that have a bit of their own.
pub(super) fn bits(flags: &Flags) -> i16 {
    Flag::ALL.iter().filter(|&&flag| flags.has(flag)).fold(0, |bits, &flag| bits | bit(flag))
}

fn bit(flag: Flag) -> i16 {
    1 << (flag as i16)
}

/// The bit of a flag, as it is written in SQL.
pub(super) fn mask(flag: Flag) -> i32 {
    i32::from(bit(flag))
}

/// The other flags, as JSON.
pub(super) fn keywords(flags: &Flags) -> Result<String, StoreError> {
    let names: Vec<String> = flags.keywords().iter().map(|name| text(name)).collect();
    serde_json::to_string(&names).map_err(|_| StoreError::Broken("keyword"))
}

/// The flags, from both of their columns.
pub(super) fn flags(bits: i16, keywords: &str) -> Result<Flags, StoreError> {
    let mut flags: Flags = Flag::ALL.into_iter().filter(|&flag| bits & bit(flag) != 0).collect();
    let names: Vec<String> = serde_json::from_str(keywords).map_err(|_| StoreError::Broken("keyword"))?;
    for name in names {
        flags.insert_name(&name);
    }
    Ok(flags)
}

/// Addresses, as JSON. U+0000 is escaped there.
pub(super) fn encoded<T: serde::Serialize + ?Sized>(addresses: &T) -> Result<String, StoreError> {
    serde_json::to_string(addresses).map_err(|_| StoreError::Broken("address"))
}

/// What [`encoded`] made.
pub(super) fn decoded<T: serde::de::DeserializeOwned>(addresses: &str) -> Result<T, StoreError> {
    serde_json::from_str(addresses).map_err(|_| StoreError::Broken("address"))
}

/// What a list by sender is ordered by.
pub(super) fn by_sender(from: &[Address]) -> String {
    beginning(&from.first().map(|from| from.display().to_lowercase()).unwrap_or_default())
}

/// What a list by subject is ordered by.
pub(super) fn by_subject(subject: &str) -> String {
    beginning(&base_subject(subject))
}

fn beginning(key: &str) -> String {
    key.chars().filter(|&letter| letter != '\0').take(ORDERED_BY).collect()
}

/// What a search for words looks at: all words in their order, and the different ones as a `tsvector`.
pub(super) fn searchable(message: &NewMessage) -> (String, String) {
    let recipients = [message.to.as_slice(), &message.cc].concat();
    let fields = [
        words::words(&message.subject),
        words::words(&words::folded_addresses(&message.from)),
        words::words(&words::folded_addresses(&recipients)),
        words::words(&message.text),
    ];
    let lines: Vec<String> = fields.iter().map(|words| format!(" {} ", words.join(" "))).collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut room = ALL_WORDS;
    let mut vector = String::new();
    for word in fields.iter().flatten().map(|word| short(word)) {
        if !seen.insert(word) {
            continue;
        }
        let Some(left) = room.checked_sub(word.len()) else { break };
        room = left;
        // Words are letters and digits: there is nothing to escape.
        vector.extend(["'", word, "' "]);
    }
    (lines.join("\n"), vector)
}

/// The word as far as the index has it.
pub(super) fn short(word: &str) -> &str {
    let mut end = word.len().min(LONGEST_WORD);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

/// Text in which parts are looked for.
pub(super) fn folded(value: &str) -> String {
    text(&words::fold(value))
}

/// Addresses in which parts are looked for.
pub(super) fn folded_addresses(lists: &[&[Address]]) -> String {
    text(&words::folded_addresses(&lists.concat()))
}
