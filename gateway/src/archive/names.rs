//! Names of folders as names of files. They need not lead back: the sidecar has the true ones. They must differ, though,
//! and lead nowhere else.

use crate::imap::command::MailboxName;
use sha2::{Digest, Sha256};
use std::{
    fmt::Write,
    path::{Component, Path},
};

/// The longest name, in bytes: file systems take 255, and endings come behind it.
const LONGEST: usize = 200;

/// A folder's name as a file's.
pub(super) fn file_name(name: &str) -> String {
    shortened(escaped(name, |char, first| char == '/' || char == '%' || char == '.' && first))
}

/// A folder of a Maildir++ below its top: `.Work.Clients`, in modified UTF-7 (RFC 3501 §5.1.3).
pub(super) fn maildir_name(path: &[String]) -> String {
    let name = path.iter().fold(String::new(), |mut name, part| {
        let encoded = MailboxName::encode(part, false);
        let encoded = String::from_utf8_lossy(&encoded.0);
        name.push('.');
        name.push_str(&escaped(&encoded, |char, _| matches!(char, '/' | '%' | '.')));
        name
    });
    shortened(name)
}

/// Where a path leads that a sidecar names: only further down.
pub(super) fn is_below(path: &Path) -> bool {
    let mut components = path.components();
    components.clone().next().is_some() && components.all(|part| matches!(part, Component::Normal(_)))
}

fn escaped(name: &str, special: impl Fn(char, bool) -> bool) -> String {
    name.char_indices().fold(String::with_capacity(name.len()), |mut text, (at, char)| {
        if char.is_control() || special(char, at == 0) {
            let mut bytes = [0; 4];
            for byte in char.encode_utf8(&mut bytes).bytes() {
                // Writing to a string never fails.
                let _ = write!(text, "%{byte:02X}");
            }
        } else {
            text.push(char);
        }
        text
    })
}

/// A name too long ends in a hash of all of it.
fn shortened(mut name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let hash = Sha256::digest(&name);
    name.truncate((0..=LONGEST).rev().find(|&at| name.is_char_boundary(at)).unwrap_or(0));
    for byte in &hash[..8] {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_lead_nowhere_else() {
        let long = "ä".repeat(120);
        let longer = format!("{long}x");
        let names = ["Work", "..", ".", "a/b", "a%2Fb", "a.b", "Büro", "\u{1}", &long, &longer, ".hidden"];
        for encode in [file_name, |name: &str| maildir_name(&[name.to_owned()])] {
            let mut files: Vec<String> = names.iter().map(|name| encode(name)).collect();
            for file in &files {
                assert!(is_below(Path::new(file)) && !file.contains('/') && file.len() < 240, "{file}");
            }
            files.sort();
            files.dedup();
            assert_eq!(files.len(), names.len());
        }
        assert_eq!(file_name(".."), "%2E.");
        assert_eq!(maildir_name(&["Büro".to_owned(), "a.b".to_owned()]), ".B&APw-ro.a%2Eb");
        for outside in ["../x", "/etc/passwd", "a/../../b", ""] {
            assert!(!is_below(Path::new(outside)), "{outside}");
        }
    }
}
