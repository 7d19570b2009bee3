//! Our own ordering of messages, for servers without SORT (RFC 5256).

use postern_shared::{
    ids::Uid,
    summary::Summary,
    view::{Sort, SortKey},
};
use std::cmp::Ordering;

/// What a message is ordered by. Computed once a message, so that sorting compares only ready values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderValue {
    /// Seconds, octets.
    Number(i64),
    /// Folded text.
    Text(String),
}

/// The value `summary` is ordered by under `key`.
pub fn value(summary: &Summary, key: SortKey) -> OrderValue {
    match key {
        SortKey::Arrival => OrderValue::Number(i64::from(summary.key.uid.0)),
        SortKey::Date => OrderValue::Number(summary.sent.unwrap_or(summary.received)),
        SortKey::Sender => OrderValue::Text(
            summary.from.first().map(|from| from.display().to_lowercase()).unwrap_or_default(),
        ),
        SortKey::Subject => OrderValue::Text(base_subject(&summary.subject)),
        SortKey::Size => OrderValue::Number(i64::try_from(summary.size).unwrap_or(i64::MAX)),
    }
}

/// Compares two messages under `sort`; equal values stand in the order of arrival (RFC 5256 §3), reversed too where
/// the sort is descending, so that the newest of them is on top.
pub fn compare(a: (&OrderValue, Uid), b: (&OrderValue, Uid), sort: Sort) -> Ordering {
    let ascending = a.cmp(&b);
    if sort.descending { ascending.reverse() } else { ascending }
}

/// The subject without reply and forward marks, list tags in front and `(fwd)` behind, folded for comparison
/// (RFC 5256 §2.1).
pub fn base_subject(subject: &str) -> String {
    let folded = subject.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut rest = folded.as_str();
    loop {
        let before = rest;
        rest = rest.trim();
        rest = rest.strip_suffix("(fwd)").unwrap_or(rest).trim_end();
        rest = strip_leader(rest);
        if let Some(inner) = rest.strip_prefix("[fwd:").and_then(|inner| inner.strip_suffix(']')) {
            rest = inner;
        }
        rest = strip_tag(rest);
        if rest == before {
            return rest.to_owned();
        }
    }
}

/// Takes `re:`, `fw:`, `fwd:`, with a `[tag]` before the colon, off the front.
fn strip_leader(text: &str) -> &str {
    let Some(after) = ["re", "fwd", "fw"].into_iter().find_map(|word| text.strip_prefix(word)) else {
        return text;
    };
    let after = after.trim_start();
    let after = match after.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
        Some((_, behind)) => behind.trim_start(),
        None => after,
    };
    after.strip_prefix(':').unwrap_or(text)
}

/// Takes a `[tag]` off the front, unless nothing would be left.
fn strip_tag(text: &str) -> &str {
    match text.strip_prefix('[').and_then(|tag| tag.split_once(']')) {
        Some((tag, behind)) if !tag.contains('[') && !behind.trim().is_empty() => behind,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reply_marks_do_not_count() {
        let table = [
            ("Lunch", "lunch"),
            ("Re: Lunch", "lunch"),
            ("RE: re:  FWD: lunch", "lunch"),
            ("Re[2]: lunch", "lunch"),
            ("[team] Re: [team] lunch", "lunch"),
            ("[Fwd: Lunch]", "lunch"),
            ("lunch (fwd)", "lunch"),
            ("Regarding lunch", "regarding lunch"),
            ("[only a tag]", "[only a tag]"),
            ("Re:", ""),
            ("", ""),
        ];
        for (subject, base) in table {
            assert_eq!(base_subject(subject), base, "{subject}");
        }
    }

    #[test]
    fn equal_values_stand_by_arrival() {
        let same = OrderValue::Text(String::new());
        let up = Sort { key: SortKey::Subject, descending: false };
        let down = Sort { key: SortKey::Subject, descending: true };
        assert_eq!(compare((&same, Uid(1)), (&same, Uid(2)), up), Ordering::Less);
        assert_eq!(compare((&same, Uid(1)), (&same, Uid(2)), down), Ordering::Greater);
    }
}
