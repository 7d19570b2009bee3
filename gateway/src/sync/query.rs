//! The search language of people, and the SEARCH keys it stands for (RFC 9051 §6.4.4).
//!
//! Words are looked for everywhere in a message; `from:` `to:` `subject:` `is:` `has:` `before:` `after:` `in:`
//! `larger:` narrow; `"..."` keeps words together; `-` in front of a term excludes. Terms are joined by and.

use crate::imap::command::{Day, SearchKey};
use postern_shared::flags::{Flag, Flags};

/// A search that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// An `is:` or `has:` that nobody knows.
    #[error("\"{0}\" is not known; try is:unread, is:flagged, is:answered, is:deleted or has:attachment")]
    UnknownWord(String),
    /// A date that is none.
    #[error("\"{0}\" is not a date; write it like 2026-03-31, 2026-03 or 2026")]
    BadDate(String),
    /// A size that is none.
    #[error("\"{0}\" is not a size; write it like 500k or 10M")]
    BadSize(String),
    /// An operator without its value.
    #[error("\"{0}\" needs a value after the colon")]
    MissingValue(String),
}

/// Where a query wants to look, whatever folder is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryScope {
    /// `in:anywhere`: every folder.
    Anywhere,
    /// `in:NAME`.
    Named(String),
}

/// A parsed query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// `in:`; the last one counts.
    pub scope: Option<QueryScope>,
    terms: Vec<Term>,
}

/// One condition of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it describes is left out.
    pub excluded: bool,
    /// What it describes.
    pub what: What,
}

/// What a message can be looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Words anywhere in it, in this order.
    Words(String),
    /// Part of a sender's name or address.
    From(String),
    /// Part of a recipient's name or address (To and Cc).
    To(String),
    /// Part of its subject.
    Subject(String),
    /// A flag that is set, or not set.
    Flag(Flag, bool),
    /// It has an attachment.
    Attachment,
    /// Received before this day.
    Before(Day),
    /// Received on this day or later.
    Since(Day),
    /// More bytes than this.
    Larger(u32),
}

impl Query {
    /// Reads a query as it was typed.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for token in tokens(text) {
            query.push(token)?;
        }
        Ok(query)
    }

    /// Its conditions: a message is found where all of them hold.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it finds everything.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it asks for struck mail, which other queries leave out.
    pub fn wants_deleted(&self) -> bool {
        self.terms.iter().any(|term| !term.excluded && term.what == What::Flag(Flag::Deleted, true))
    }

    /// Whether its answer depends on flags, and so changes with them.
    pub fn depends_on_flags(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.what, What::Flag(..)))
    }

    /// The whole search.
    pub fn key(&self) -> SearchKey {
        self.compile(|words| SearchKey::Text(words.to_owned()))
    }

    /// The same search with words looked for only in sender, recipients and subject: servers answer it many times
    /// faster, so that people see the likeliest results while [`Query::key`] still runs. Absent where it would be
    /// no faster, or where exclusion by words would show what the whole search does not.
    pub fn quick_key(&self) -> Option<SearchKey> {
        let words = |term: &Term| matches!(term.what, What::Words(_));
        if self.terms.iter().any(|term| words(term) && term.excluded) || !self.terms.iter().any(words) {
            return None;
        }
        Some(self.compile(|words| {
            let either = |a, b| SearchKey::Or(Box::new(a), Box::new(b));
            let text = words.to_owned();
            either(
                SearchKey::Subject(text.clone()),
                either(SearchKey::From(text.clone()), SearchKey::To(text)),
            )
        }))
    }

    fn compile(&self, words: impl Fn(&str) -> SearchKey) -> SearchKey {
        let mut keys: Vec<SearchKey> = self.terms.iter().map(|term| term.key(&words)).collect();
        if !self.wants_deleted() {
            keys.push(SearchKey::Not(Box::new(SearchKey::Has(Flags::one(Flag::Deleted)))));
        }
        if keys.len() == 1 { keys.remove(0) } else { SearchKey::And(keys) }
    }

    fn push(&mut self, token: Token) -> Result<(), QueryError> {
        let Token { excluded, operator, value } = token;
        let Some(operator) = operator else {
            self.terms.push(Term { excluded, what: What::Words(value) });
            return Ok(());
        };
        if value.is_empty() {
            return Err(QueryError::MissingValue(format!("{operator}:")));
        }
        let what = match operator.as_str() {
            "from" => What::From(value),
            "to" => What::To(value),
            "subject" => What::Subject(value),
            "is" => is(&value)?,
            "has" if matches!(value.to_ascii_lowercase().as_str(), "attachment" | "attachments") => {
                What::Attachment
            }
            "has" => return Err(QueryError::UnknownWord(format!("has:{value}"))),
            "before" => What::Before(day(&value)?),
            "after" => What::Since(day(&value)?),
            "larger" => What::Larger(size(&value)?),
            _ => {
                let anywhere =
                    matches!(value.to_ascii_lowercase().as_str(), "anywhere" | "all" | "everywhere");
                self.scope = Some(if anywhere { QueryScope::Anywhere } else { QueryScope::Named(value) });
                return Ok(());
            }
        };
        self.terms.push(Term { excluded, what });
        Ok(())
    }
}

impl Term {
    fn key(&self, words: impl Fn(&str) -> SearchKey) -> SearchKey {
        let key = match &self.what {
            What::Words(text) => words(text),
            What::From(text) => SearchKey::From(text.clone()),
            What::To(text) => SearchKey::To(text.clone()),
            What::Subject(text) => SearchKey::Subject(text.clone()),
            What::Flag(flag, true) => SearchKey::Has(Flags::one(*flag)),
            What::Flag(flag, false) => SearchKey::Not(Box::new(SearchKey::Has(Flags::one(*flag)))),
            // IMAP cannot ask for attachments; mail that carries them is multipart/mixed.
            What::Attachment => SearchKey::Header("Content-Type", "multipart/mixed".to_owned()),
            What::Before(day) => SearchKey::Before(*day),
            What::Since(day) => SearchKey::Since(*day),
            What::Larger(octets) => SearchKey::Larger(*octets),
        };
        if self.excluded { SearchKey::Not(Box::new(key)) } else { key }
    }
}

struct Token {
    excluded: bool,
    operator: Option<String>,
    value: String,
}

const OPERATORS: [&str; 9] = ["from", "to", "subject", "is", "has", "before", "after", "larger", "in"];

/// Cuts a query into terms. A quote left open runs to the end; a colon after a word that is no operator belongs to it.
fn tokens(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (excluded, after_sign) = match rest.strip_prefix('-') {
            Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => (true, after),
            _ => (false, rest),
        };
        let (operator, after_operator) = split_operator(after_sign);
        let (value, after_value) = split_value(after_operator);
        if operator.is_some() || !value.is_empty() {
            out.push(Token { excluded, operator, value });
        }
        rest = after_value.trim_start();
    }
    out
}

fn split_operator(text: &str) -> (Option<String>, &str) {
    let Some((word, after)) = text.split_once(':') else { return (None, text) };
    let name = word.to_ascii_lowercase();
    if OPERATORS.contains(&name.as_str()) { (Some(name), after) } else { (None, text) }
}

fn split_value(text: &str) -> (String, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (value.trim().to_owned(), after);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

fn is(value: &str) -> Result<What, QueryError> {
    let (flag, on) = match value.to_ascii_lowercase().as_str() {
        "unread" | "unseen" | "new" => (Flag::Seen, false),
        "read" | "seen" => (Flag::Seen, true),
        "flagged" | "starred" => (Flag::Flagged, true),
        "unflagged" | "unstarred" => (Flag::Flagged, false),
        "answered" | "replied" => (Flag::Answered, true),
        "unanswered" => (Flag::Answered, false),
        "forwarded" => (Flag::Forwarded, true),
        "draft" => (Flag::Draft, true),
        "deleted" => (Flag::Deleted, true),
        "undeleted" => (Flag::Deleted, false),
        _ => return Err(QueryError::UnknownWord(format!("is:{value}"))),
    };
    Ok(What::Flag(flag, on))
}

/// A day, or the first day of a month or a year.
fn day(value: &str) -> Result<Day, QueryError> {
    let bad = || QueryError::BadDate(value.to_owned());
    let mut numbers = value.split(['-', '/', '.']).map(|part| part.parse::<u16>().map_err(|_| bad()));
    let year = numbers.next().ok_or_else(bad)??;
    let month = numbers.next().transpose()?.unwrap_or(1);
    let day = numbers.next().transpose()?.unwrap_or(1);
    let longest = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let real = (1900..=9999).contains(&year) && (1..=12).contains(&month) && (1..=longest).contains(&day);
    if !real || numbers.next().is_some() {
        return Err(bad());
    }
    Ok(Day { year, month: month as u8, day: day as u8 })
}

fn size(value: &str) -> Result<u32, QueryError> {
    let bad = || QueryError::BadSize(value.to_owned());
    let lower = value.to_ascii_lowercase();
    let digits = lower.trim_end_matches('b');
    let (digits, unit) = match digits.chars().last() {
        Some('k') => (&digits[..digits.len() - 1], 1024),
        Some('m') => (&digits[..digits.len() - 1], 1024 * 1024),
        Some('g') => (&digits[..digits.len() - 1], 1024 * 1024 * 1024),
        _ => (digits, 1),
    };
    digits.parse::<u32>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not(key: SearchKey) -> SearchKey {
        SearchKey::Not(Box::new(key))
    }

    fn has(flag: Flag) -> SearchKey {
        SearchKey::Has(Flags::one(flag))
    }

    fn parsed(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    #[test]
    fn operators_become_keys() {
        let day = |year, month, day| Day { year, month, day };
        let table = [
            ("hello", SearchKey::Text("hello".into())),
            ("\"two words\"", SearchKey::Text("two words".into())),
            ("from:ada", SearchKey::From("ada".into())),
            ("FROM:\"Ada L\"", SearchKey::From("Ada L".into())),
            ("to:grace", SearchKey::To("grace".into())),
            ("subject:Übung", SearchKey::Subject("Übung".into())),
            ("is:unread", not(has(Flag::Seen))),
            ("is:flagged", has(Flag::Flagged)),
            ("has:attachment", SearchKey::Header("Content-Type", "multipart/mixed".into())),
            ("before:2024-02-29", SearchKey::Before(day(2024, 2, 29))),
            ("after:2024/3", SearchKey::Since(day(2024, 3, 1))),
            ("after:2024", SearchKey::Since(day(2024, 1, 1))),
            ("larger:10M", SearchKey::Larger(10 * 1024 * 1024)),
            ("-from:bob", not(SearchKey::From("bob".into()))),
            ("re:hello", SearchKey::Text("re:hello".into())),
            ("12:30", SearchKey::Text("12:30".into())),
        ];
        for (text, key) in table {
            let expected = SearchKey::And(vec![key, not(has(Flag::Deleted))]);
            assert_eq!(parsed(text).key(), expected, "{text}");
        }
    }

    #[test]
    fn struck_mail_is_found_only_when_asked_for() {
        assert_eq!(parsed("is:deleted").key(), has(Flag::Deleted));
        assert!(!parsed("-is:deleted").wants_deleted());
        assert!(parsed("is:deleted from:ada").depends_on_flags());
        assert!(!parsed("from:ada").depends_on_flags());
    }

    #[test]
    fn in_moves_the_scope_and_is_no_term() {
        assert_eq!(parsed("in:anywhere x").scope, Some(QueryScope::Anywhere));
        assert_eq!(parsed("in:\"Sent Items\"").scope, Some(QueryScope::Named("Sent Items".into())));
        assert!(parsed("in:inbox").is_empty());
        assert!(parsed("   ").is_empty());
    }

    #[test]
    fn the_quick_search_only_where_it_shows_no_more_than_the_whole_one() {
        assert!(parsed("hello from:ada").quick_key().is_some());
        assert_eq!(parsed("from:ada").quick_key(), None);
        assert_eq!(parsed("hello -secret").quick_key(), None);
    }

    #[test]
    fn what_cannot_be_understood_says_so() {
        let table = [
            ("is:purple", QueryError::UnknownWord("is:purple".into())),
            ("has:wings", QueryError::UnknownWord("has:wings".into())),
            ("before:tomorrow", QueryError::BadDate("tomorrow".into())),
            ("after:2023-02-29", QueryError::BadDate("2023-02-29".into())),
            ("after:2023-1-1-1", QueryError::BadDate("2023-1-1-1".into())),
            ("larger:huge", QueryError::BadSize("huge".into())),
            ("larger:5000M", QueryError::BadSize("5000M".into())),
            ("from:", QueryError::MissingValue("from:".into())),
        ];
        for (text, error) in table {
            assert_eq!(Query::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn half_typed_queries_are_queries() {
        for text in ["\"open", "-", "--", "a -", ":", "\"\"", "-\"x y", "é:ü"] {
            assert!(Query::parse(text).is_ok(), "{text}");
        }
    }
}
