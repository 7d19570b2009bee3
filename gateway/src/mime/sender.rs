//! What about a sender may deceive: names that pose as an address or as the reader, letters that look like others,
//! answers that go elsewhere. It never says that a sender lies, only what there is to see.

use super::{authentication::authentication, links::host::same_owner};
use postern_shared::{address::Address, body::MessageDetail, sender::SenderWarning};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection, skeleton};

/// How much of a name is looked at, in characters: more than is ever shown.
const LOOKED_AT: usize = 2000;

/// How many senders are looked at: no real message has more.
const SENDERS: usize = 8;

/// The longest domain there is, in bytes (RFC 1035 §2.3.4).
const LONGEST_DOMAIN: usize = 255;

/// Whose mail it is, and which servers that person can believe.
#[derive(Clone, Debug, Default)]
pub struct Recipient {
    /// The reader's own address.
    pub address: String,
    /// The names of servers whose `Authentication-Results` are believed.
    pub trusted: Arc<[String]>,
}

impl Recipient {
    /// Tells what there is to know about the sender: warnings, and, with the header's fields that
    /// [`super::authentication::FIELDS`] names, what the operator's servers found out.
    pub fn judge(&self, detail: &mut MessageDetail, header: &[u8]) {
        let from = match detail.from.as_slice() {
            [one] => domain(&one.email),
            _ => None,
        };
        detail.authentication = authentication(header, &self.trusted, from);
        detail.warnings = self.warnings(detail);
    }

    fn warnings(&self, detail: &MessageDetail) -> Vec<SenderWarning> {
        let mut found = Vec::new();
        for sender in detail.from.iter().chain(&detail.sender).take(SENDERS) {
            self.look_at(sender, detail, &mut |warning: SenderWarning| {
                if !found.contains(&warning) {
                    found.push(warning);
                }
            });
        }
        found.extend(replies_elsewhere(detail));
        found
    }

    fn look_at(&self, sender: &Address, detail: &MessageDetail, warn: &mut impl FnMut(SenderWarning)) {
        let name: String = sender.name.chars().take(LOOKED_AT).collect();
        let real = domain(&sender.email);
        if self.is_posed_as(&name, sender, detail) {
            warn(SenderWarning::PosesAsReader);
        } else if let Some(address) = address_in(&name).filter(|told| is_elsewhere(told, real)) {
            warn(SenderWarning::NameHoldsAddress(address));
        }
        if has_hidden(&name) || has_hidden(&sender.email) {
            warn(SenderWarning::HiddenCharacters);
        }
        if name.split(|c: char| !c.is_alphanumeric()).any(mixes_scripts) {
            warn(SenderWarning::MixedScripts);
        }
        if let Some((shown, real)) = real.and_then(lookalike) {
            warn(SenderWarning::LookalikeDomain { shown, real });
        }
    }

    /// Whether the name is the reader's: the own address, or the name the message itself calls the reader by.
    fn is_posed_as(&self, name: &str, sender: &Address, detail: &MessageDetail) -> bool {
        let is_own = |email: &str| !self.address.is_empty() && folded(email) == folded(&self.address);
        if name.trim().is_empty() || is_own(&sender.email) {
            return false;
        }
        let told = address_in(name).is_some_and(|address| is_own(&address));
        let called =
            |to: &Address| is_own(&to.email) && !to.name.is_empty() && looks(&to.name) == looks(name);
        // A name that is only the address's first part is nobody's own: many people are called so.
        told || detail.to.iter().chain(&detail.cc).any(|to| called(to) && name.contains(' '))
    }
}

/// Where answers go, if that is at another domain than From's.
fn replies_elsewhere(detail: &MessageDetail) -> Option<SenderWarning> {
    let from: Vec<&str> = detail.from.iter().filter_map(|from| domain(&from.email)).collect();
    let other = |to: &&Address| {
        domain(&to.email).is_some_and(|reply| !from.iter().any(|from| same_owner(from, reply)))
    };
    let elsewhere = detail.reply_to.iter().find(other)?;
    (!from.is_empty()).then(|| SenderWarning::RepliesElsewhere(elsewhere.email.clone()))
}

/// The domain of an address.
fn domain(email: &str) -> Option<&str> {
    email
        .rsplit_once('@')
        .map(|(_, domain)| domain)
        .filter(|domain| (1..=LONGEST_DOMAIN).contains(&domain.len()))
}

/// Whether an address told in a name is at a domain other than the real one.
fn is_elsewhere(told: &str, real: Option<&str>) -> bool {
    match (domain(told), real) {
        (Some(told), Some(real)) => !same_owner(told, real),
        (told, _) => told.is_some(),
    }
}

/// What reads like a mail address in a name, whatever commercial at it is written with.
fn address_in(name: &str) -> Option<String> {
    let plain: String = name.nfkc().filter(|&c| !is_invisible(c)).collect();
    let is_edge = |c: char| !c.is_alphanumeric();
    plain
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';')
        })
        .find_map(|word| {
            let word = word.trim_matches(is_edge);
            let (local, domain) = word.rsplit_once('@')?;
            let labels: Vec<&str> = domain.split('.').collect();
            let is_domain = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
            (!local.is_empty() && is_domain).then(|| word.to_owned())
        })
}

/// Whether a text holds characters that nobody sees and that nobody needs to write it.
fn has_hidden(text: &str) -> bool {
    let right_to_left = text.chars().any(is_right_to_left);
    let mut before = ' ';
    text.chars().any(|c| {
        let last = std::mem::replace(&mut before, c);
        match c {
            // Marks of direction stand in Arabic and Hebrew names as a matter of course.
            '\u{200e}' | '\u{200f}' | '\u{61c}' => !right_to_left,
            // Joiners shape Persian and Indic letters, and join emoji.
            '\u{200c}' | '\u{200d}' => last.is_ascii() || is_invisible(last),
            // Flags of regions are spelt with tags.
            '\u{e0020}'..='\u{e007f}' => !text.contains('\u{1f3f4}'),
            c => is_invisible(c),
        }
    })
}

/// Controls of direction, characters without width, and fillers.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Whether the letters of one word come from scripts that no language writes together (UTS 39 §5.2).
fn mixes_scripts(word: &str) -> bool {
    let letters: String = word.nfkc().filter(|&c| c.is_alphabetic() && c.identifier_allowed()).collect();
    !letters.is_ascii() && !letters.check_restriction_level(RestrictionLevel::HighlyRestrictive)
}

/// A domain that reads like one of plain letters, or mixes scripts: as it is shown, and in ASCII.
fn lookalike(domain: &str) -> Option<(String, String)> {
    let (shown, _) = idna::domain_to_unicode(domain);
    if shown.is_ascii() {
        return None;
    }
    let deceives =
        |label: &str| !label.is_ascii() && (mixes_scripts(label) || skeleton(label).all(|c| c.is_ascii()));
    let ascii = idna::domain_to_ascii(&shown).unwrap_or_else(|_| domain.to_owned());
    shown.split('.').any(deceives).then_some((shown, ascii))
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// What a name looks like to a person, in small letters.
fn looks(name: &str) -> String {
    let visible: String = name.nfkc().filter(|&c| !is_invisible(c)).collect();
    skeleton(&folded(&visible)).collect()
}

#[cfg(test)]
mod tests;
