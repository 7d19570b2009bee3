//! Hosts: as people read them, whose they are, and whether one looks like another.

use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};
use url::Host;

/// A host in letters, where it has others than ASCII: `xn--mller-kva.de` is `müller.de`. Absent where it is the same.
pub fn in_letters(host: &str) -> Option<String> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (letters, _) = idna::domain_to_unicode(host);
    Some(letters).filter(|letters| letters != host)
}

/// The part of a host that somebody registered, such as `example.co.uk`; the host itself where there is no such part.
pub fn registered(host: &str) -> &str {
    let host = host.strip_suffix('.').unwrap_or(host);
    psl::domain_str(host).unwrap_or(host)
}

/// Whether two hosts are of one owner, however they are written.
pub fn same_owner(a: &str, b: &str) -> bool {
    registered(&a.to_lowercase()) == registered(&b.to_lowercase())
}

/// Whether a name ends as names of the Internet do.
pub fn has_known_ending(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known()) && psl::domain_str(host).is_some()
}

/// Whether a host written with `xn--` may pass for another one: letters of several scripts in one word, letters that
/// all look like ASCII, characters that no name should have (UTS #39), or nothing that can be read at all.
pub fn is_lookalike(host: &str) -> bool {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return false;
    }
    let (letters, readable) = idna::domain_to_unicode(host);
    readable.is_err() || letters.split('.').any(label_is_lookalike)
}

fn label_is_lookalike(label: &str) -> bool {
    if label.is_ascii() {
        // What stays in this form could not be read.
        return label.starts_with("xn--");
    }
    let restricted = label.chars().any(|c| c != '-' && !c.identifier_allowed());
    restricted || !label.is_single_script() || skeleton(label).all(|c| c.is_ascii())
}

/// A host as an address writes it, where it is a number rather than a name.
pub fn is_number(host: &Host<&str>) -> bool {
    !matches!(host, Host::Domain(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(host: &str) -> String {
        url::Url::parse(&format!("https://{host}/")).unwrap().host_str().unwrap().to_owned()
    }

    #[test]
    fn owners() {
        for (a, b, same) in [
            ("www.example.org", "mail.example.org", true),
            ("example.org.", "EXAMPLE.org", true),
            ("example.org", "example.org.evil.test", false),
            ("a.co.uk", "b.co.uk", false),
            ("x.a.co.uk", "y.a.co.uk", true),
            ("one.github.io", "two.github.io", false),
            ("localhost", "localhost", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("myexample.org", "example.org", false),
        ] {
            assert_eq!(same_owner(a, b), same, "{a} {b}");
        }
    }

    #[test]
    fn names_that_pass_for_others() {
        for (host, lookalike) in [
            ("example.org", false),
            ("müller.de", false),
            ("bücher.example", false),
            ("пример.рф", false),
            ("例え.jp", false),
            ("日本語テスト.jp", false),
            ("한국.kr", false),
            ("مثال.test", false),
            // Cyrillic а in a Latin word; all of it Cyrillic, but read as Latin; Greek omicron.
            ("pаypal.com", true),
            ("аррӏе.com", true),
            ("gοοgle.com", true),
            ("xn--zzzzzz-.test", true),
        ] {
            let host = if host.starts_with("xn--") { host.to_owned() } else { ascii(host) };
            assert_eq!(is_lookalike(&host), lookalike, "{host}");
        }
    }

    #[test]
    fn letters() {
        assert_eq!(in_letters(&ascii("müller.de")).as_deref(), Some("müller.de"));
        assert_eq!(in_letters("example.org"), None);
    }

    #[test]
    fn endings() {
        for (name, known) in [
            ("example.org", true),
            ("a.co.uk", true),
            ("co.uk", false),
            ("org", false),
            ("file.txt", false),
            ("e.g", false),
            ("example.test", false),
        ] {
            assert_eq!(has_known_ending(name), known, "{name}");
        }
    }
}
