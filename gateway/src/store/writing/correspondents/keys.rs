//! What people may type to find somebody, and whom a message that is read makes known.

use crate::store::mail::words;
use postern_shared::address::Address;
use std::collections::HashSet;

/// Words of a name, and of an address before its `@`, that one may begin with.
const WORDS: usize = 6;

/// A key has at most so many bytes.
const LONGEST: usize = 120;

/// What is typed has at most so many bytes.
const LONGEST_TYPED: usize = 100;

/// A domain is looked for from so many letters on.
const DOMAIN: usize = 3;

/// A message to more people than this makes only its sender known.
const CROWD: usize = 30;

/// Local parts of addresses that nobody writes to.
const NOBODY: [&str; 7] =
    ["noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "bounce"];

/// The keys of somebody: their name from each of its words on, what stood before at the end ("ada lovelace", "lovelace
/// ada"), the address from each word before its `@` on, its domain with the `@`. None is the beginning of another one: whatever
/// begins like it begins like that one as well.
pub(super) fn keys(name: &str, email: &str) -> Vec<String> {
    let mut all = Vec::new();
    let name = words::words(name);
    for from in 0..name.len().min(WORDS) {
        let (before, on) = name.split_at(from);
        all.push([on, before].concat().join(" "));
    }
    let email = words::fold(email);
    let local = email.rfind('@').unwrap_or(0);
    let mut begin = true;
    let mut begins = 0;
    for (at, letter) in email.char_indices().take_while(|&(at, _)| at < local) {
        if (at == 0 || begin && letter.is_alphanumeric()) && begins < WORDS {
            all.push(email[at..].to_owned());
            begins += 1;
        }
        begin = !letter.is_alphanumeric();
    }
    if let Some(domain) = email.get(local..).filter(|domain| domain.starts_with('@')) {
        all.push(domain.to_owned());
    }
    for key in &mut all {
        key.truncate(key.floor_char_boundary(LONGEST));
    }
    all.sort_unstable();
    all.dedup();
    let next = all.iter().skip(1).map(Some).chain([None]);
    let kept = all.iter().zip(next).filter(|(key, next)| !next.is_some_and(|next| next.starts_with(*key)));
    kept.map(|(key, _)| key.clone()).filter(|key| !key.is_empty()).collect()
}

/// The beginnings of keys that a typed text may mean: a name's words, or an address.
pub(super) fn typed(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let text = &text[..text.floor_char_boundary(LONGEST_TYPED)];
    let address = words::fold(text.trim_end().trim_start_matches(['<', '"', '\'']));
    let domain = address.strip_prefix('@').unwrap_or(&address);
    // Everybody may be of one domain: its first letters choose nobody.
    let mut begins = Vec::new();
    if domain.chars().count() >= DOMAIN && !domain.contains(['@', ' ']) {
        begins.push(format!("@{domain}"));
    }
    if address.is_empty() || address.starts_with('@') {
        return begins;
    }
    let name = words::spaced(text);
    if !address.contains('@') && name != address && !name.is_empty() {
        begins.push(name);
    }
    begins.push(address);
    begins
}

/// Whom a message that is read makes known: its sender, and whom else it was for unless those are a crowd; neither the
/// user's own addresses nor those that nobody writes to.
pub fn worth_learning(from: &[Address], others: &[Address], own: &[Address]) -> Vec<Address> {
    let mut seen: HashSet<String> = own.iter().map(|own| own.email.to_lowercase()).collect();
    let others = if others.len() > CROWD { &[] } else { others };
    let all = from.iter().take(CROWD).chain(others);
    all.filter(|address| !is_nobody(&address.email) && seen.insert(address.email.to_lowercase()))
        .cloned()
        .collect()
}

fn is_nobody(email: &str) -> bool {
    let email = email.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    NOBODY.iter().any(|nobody| local.starts_with(nobody))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_people_type() {
        let table: [(&str, &str, &[&str]); 6] = [
            (
                "Ada Lovelace",
                "ada@example.org",
                &["@example.org", "ada lovelace", "ada@example.org", "lovelace ada"],
            ),
            ("", "a.b-c@x.test", &["@x.test", "a.b-c@x.test", "b-c@x.test", "c@x.test"]),
            ("Ada", "ada.l@x.test", &["@x.test", "ada.l@x.test", "l@x.test"]),
            ("Élan", "ü@bücher.test", &["@bucher.test", "elan", "u@bucher.test"]),
            ("田中", "t@x.test", &["@x.test", "t@x.test", "中 田", "田 中"]),
            ("", "", &[]),
        ];
        for (name, email, expected) in table {
            assert_eq!(keys(name, email), expected, "{name} {email}");
        }
        let long = keys(&"a ".repeat(5000), &format!("{}@x.test", "b.".repeat(150)));
        assert!(long.len() <= 2 * WORDS + 1 && long.iter().all(|key| key.len() <= LONGEST));
    }

    #[test]
    fn a_typed_text_means_a_name_or_an_address() {
        let table: [(&str, &[&str]); 10] = [
            ("Ada Lov", &["ada lov"]),
            (" Ada ", &["@ada", "ada"]),
            ("a", &["a"]),
            ("@", &[]),
            ("O'Br", &["@o'br", "o br", "o'br"]),
            ("ADA@ex", &["ada@ex"]),
            ("@example", &["@example"]),
            ("田中", &["田 中", "田中"]),
            ("", &[]),
            ("  ", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_crowd_and_nobody_are_not_learned() {
        let address = |email: &str| Address { name: String::new(), email: email.into() };
        let from = [address("grace@b.test"), address("No-Reply@b.test")];
        let others = [address("ADA@a.test"), address("Grace@b.test"), address("joan@b.test")];
        let own = [address("ada@a.test")];
        assert_eq!(worth_learning(&from, &others, &own), [address("grace@b.test"), address("joan@b.test")]);
        let crowd: Vec<Address> = (0..=CROWD).map(|number| address(&format!("{number}@c.test"))).collect();
        assert_eq!(worth_learning(&from, &crowd, &own), [address("grace@b.test")]);
    }
}
