//! What is suspicious about a link: what its text says and where it leads do not go together, or the address is
//! written so that people read another one.

use super::host::{has_known_ending, in_letters, is_lookalike, is_number, same_owner};
use std::fmt;
use url::Url;

/// Of a longer text this much is looked at, in bytes.
const TEXT_LIMIT: usize = 1024;

/// Endings of names of the Internet that file names have too: a bare `setup.py` is no address.
const ENDINGS_OF_FILES: [&str; 12] =
    ["ai", "app", "md", "mov", "pl", "ps", "py", "rs", "sh", "so", "ws", "zip"];

/// A link to the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    url: Url,
    text: String,
}

/// Why a link is suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its text names this host of somebody else.
    OtherHost(String),
    /// Before the host stands a name or a password, which may look like a host.
    UserInfo,
    /// The host is a number.
    Number,
    /// Its letters look like others.
    Lookalike,
    /// It leads to an unusual port.
    Port(u16),
}

impl Link {
    /// A link with that target, for which that text stands; absent where it does not lead to the web.
    pub fn new(href: &str, text: &str) -> Option<Self> {
        let url = Url::parse(href).ok()?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return None;
        }
        let visible = |c: &char| !is_invisible(*c);
        let text: String = text.chars().filter(visible).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = text.floor_char_boundary(TEXT_LIMIT);
        Some(Self { url, text: text[..end].to_owned() })
    }

    /// Where it leads, as browsers read the address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What stands for it, without characters that are not seen.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its host, as addresses write it.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Its host for people: where its letters are not all ASCII, in both forms.
    pub fn shown_host(&self) -> String {
        match in_letters(self.host()) {
            Some(letters) => format!("{letters} ({})", self.host()),
            None => self.host().to_owned(),
        }
    }

    /// All that is suspicious about it.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let Some(named) = self.other_host() {
            reasons.push(Reason::OtherHost(named));
        }
        if !self.url.username().is_empty() || self.url.password().is_some() {
            reasons.push(Reason::UserInfo);
        }
        if self.url.host().is_some_and(|host| is_number(&host)) {
            reasons.push(Reason::Number);
        }
        if is_lookalike(self.host()) {
            reasons.push(Reason::Lookalike);
        }
        reasons.extend(self.url.port().map(Reason::Port));
        reasons
    }

    /// The first host in the text that is not the target's owner's.
    fn other_host(&self) -> Option<String> {
        let breaks = |c: char| c.is_whitespace() || "<>()[]{}\"'«»“”„‘’|,".contains(c);
        let alone = !self.text.contains(breaks);
        let mut named = self.text.split(breaks).filter_map(|word| named_host(word, alone));
        named.find(|named| !same_owner(named, self.host()))
    }
}

/// The host that a word names, if it is an address or looks like one.
fn named_host(word: &str, alone: bool) -> Option<String> {
    let word = word.trim_matches(|c: char| ".:;!?…*_".contains(c));
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("http:") || lower.starts_with("https:") {
        let host = Url::parse(word).ok()?.host_str()?.to_owned();
        return Some(host).filter(|host| !host.is_empty());
    }
    let end = word.find(['/', '?', '#']).unwrap_or(word.len());
    let (name, path) = word.split_at(end);
    // An address of mail names no place of the web.
    if !name.contains('.') || name.contains('@') || name.contains("..") {
        return None;
    }
    let url = Url::parse(&format!("http://{name}/")).ok()?;
    let host = url.host_str()?.to_owned();
    if is_number(&url.host()?) {
        // "1.2" is a number of another kind; only all four parts are an address.
        return (name.split('.').count() == 4).then_some(host);
    }
    let ending = host.rsplit('.').next().unwrap_or_default();
    let like_file = ENDINGS_OF_FILES.contains(&ending) && path.is_empty() && !alone;
    let is_address = host.starts_with("www.") || (has_known_ending(&host) && !like_file);
    is_address.then_some(host)
}

/// Characters without a look of their own, which a text may hide between others.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || (c.is_control() && !c.is_whitespace())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherHost(named) => {
                write!(f, "Its text names {named}, but it leads to another place.")
            }
            Self::UserInfo => f.write_str(
                "Before its real host the address has a name that may look like a host. Browsers ignore it.",
            ),
            Self::Number => f.write_str("It leads to a number, where trustworthy places have a name."),
            Self::Lookalike => {
                f.write_str("Its host has letters that look like others: it may imitate a name you know.")
            }
            Self::Port(port) => write!(f, "It leads to an unusual port ({port})."),
        }
    }
}
