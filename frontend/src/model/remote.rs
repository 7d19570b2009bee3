//! What is said of a message's remote content.

use postern_shared::body::RemoteContent;

/// Hosts that are named; more are counted.
const NAMED: usize = 2;

/// What the reader decided about a message's images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// They were asked for.
    pub wanted: bool,
    /// Those of this sender are always loaded.
    pub trusted: bool,
}

/// What the region Remote content says; empty where a message has none.
pub fn describe(content: &RemoteContent, decision: Decision) -> String {
    let mut sentences = Vec::new();
    if content.images > 0 {
        let images = counted(content.images, "remote image");
        let (be, places) = (verb(content.images), places(&content.hosts));
        sentences.push(if content.shown {
            format!("{images}{places} {be} loaded.")
        } else {
            format!("{images}{places} {be} not loaded.")
        });
        if content.shown && decision.trusted {
            sentences.push("Images of this sender are always loaded.".to_owned());
        } else if decision.wanted && !content.shown {
            sentences.push("This Postern loads no remote images.".to_owned());
        }
    }
    if content.trackers > 0 {
        let (trackers, be) = (counted(content.trackers, "tracker"), verb(content.trackers));
        let still = if content.shown { "still " } else { "" };
        sentences.push(format!("{trackers} {be} {still}refused."));
    }
    sentences.join(" ")
}

fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn verb(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn places(hosts: &[String]) -> String {
    let (named, others) = hosts.split_at(hosts.len().min(NAMED));
    match (named, others.len()) {
        ([], _) => String::new(),
        ([one], _) => format!(" on {one}"),
        (named, 0) => format!(" on {}", named.join(" and ")),
        (named, 1) => format!(" on {} and 1 other", named.join(", ")),
        (named, count) => format!(" on {} and {count} others", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(images: u32, hosts: &[&str], trackers: u32, shown: bool) -> RemoteContent {
        RemoteContent { images, hosts: hosts.iter().map(|&host| host.to_owned()).collect(), trackers, shown }
    }

    #[test]
    fn words() {
        let ask = Decision { wanted: false, trusted: false };
        let once = Decision { wanted: true, trusted: false };
        let always = Decision { wanted: false, trusted: true };
        let table = [
            (content(0, &[], 0, false), ask, ""),
            (content(1, &["a.test"], 0, false), ask, "1 remote image on a.test is not loaded."),
            (
                content(2, &["a.test", "b.test"], 0, false),
                ask,
                "2 remote images on a.test and b.test are not loaded.",
            ),
            (
                content(9, &["a.test", "b.test", "c.test"], 1, false),
                ask,
                "9 remote images on a.test, b.test and 1 other are not loaded. 1 tracker is refused.",
            ),
            (
                content(9, &["a.test", "b.test", "c.test", "d.test"], 2, true),
                once,
                "9 remote images on a.test, b.test and 2 others are loaded. 2 trackers are still refused.",
            ),
            (
                content(1, &["a.test"], 0, true),
                always,
                "1 remote image on a.test is loaded. Images of this sender are always loaded.",
            ),
            (
                content(1, &["a.test"], 0, false),
                once,
                "1 remote image on a.test is not loaded. This Postern loads no remote images.",
            ),
            (content(0, &[], 3, false), ask, "3 trackers are refused."),
        ];
        for (content, decision, words) in table {
            assert_eq!(describe(&content, decision), words);
        }
    }
}
