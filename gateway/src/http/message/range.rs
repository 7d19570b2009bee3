//! Which bytes of a content are asked for (RFC 9110 §14).

use axum::http::{HeaderMap, Method, header};
use http_range_header::{ParsedRanges, parse_range_header};
use std::ops::RangeInclusive;

/// A request for a part of a content.
#[derive(Debug)]
pub struct Wanted(ParsedRanges);

/// None of the content lies in the range.
#[derive(Debug, PartialEq, Eq)]
pub struct Unsatisfiable;

impl Wanted {
    /// What a request asks for; absent where it wants the whole: it names no range, one that is not understood, several
    /// at once, or one of a content that has become another.
    pub fn of(method: &Method, headers: &HeaderMap, etag: &str) -> Option<Self> {
        if method != Method::GET {
            return None;
        }
        let range = headers.get(header::RANGE)?.to_str().ok()?;
        // A date never proves that the content is the same: there is none to compare it with.
        let same = headers.get(header::IF_RANGE).is_none_or(|told| told.as_bytes() == etag.as_bytes());
        let ranges = parse_range_header(range).ok().filter(|_| same)?;
        (ranges.len() == 1).then_some(Self(ranges))
    }

    /// The first and the last byte, in a content of that length.
    pub fn within(&self, length: u64) -> Result<RangeInclusive<u64>, Unsatisfiable> {
        let ranges = self.0.validate(length).map_err(|_| Unsatisfiable)?;
        let range = ranges.into_iter().next().filter(|range| !range.is_empty() && *range.end() < length);
        range.ok_or(Unsatisfiable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header::IF_RANGE};

    fn wanted(range: &str, if_range: Option<&'static str>) -> Option<Wanted> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).unwrap());
        if let Some(tag) = if_range {
            headers.insert(IF_RANGE, HeaderValue::from_static(tag));
        }
        Wanted::of(&Method::GET, &headers, "\"tag\"")
    }

    #[test]
    fn ranges_of_ten_bytes() {
        let table = [
            ("bytes=0-", Ok(0..=9)),
            ("bytes=3-", Ok(3..=9)),
            ("bytes=3-3", Ok(3..=3)),
            ("bytes=3-99", Ok(3..=9)),
            ("bytes=-4", Ok(6..=9)),
            ("bytes=-99", Ok(0..=9)),
            ("bytes=10-", Err(Unsatisfiable)),
            ("bytes=10-12", Err(Unsatisfiable)),
            ("bytes=-0", Err(Unsatisfiable)),
        ];
        for (range, expected) in table {
            assert_eq!(wanted(range, None).unwrap().within(10), expected, "{range}");
            assert_eq!(wanted(range, None).unwrap().within(0), Err(Unsatisfiable), "{range} of nothing");
        }
    }

    #[test]
    fn the_whole_is_sent_where_no_range_is_understood() {
        for range in ["bytes=", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=-", "5-6"] {
            assert!(wanted(range, None).is_none(), "{range}");
        }
        assert!(Wanted::of(&Method::GET, &HeaderMap::new(), "\"tag\"").is_none());
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        assert!(Wanted::of(&Method::HEAD, &headers, "\"tag\"").is_none());
    }

    #[test]
    fn a_range_of_another_content_is_the_whole_of_this_one() {
        assert!(wanted("bytes=1-", Some("\"tag\"")).is_some());
        for other in ["\"other\"", "W/\"tag\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert!(wanted("bytes=1-", Some(other)).is_none(), "{other}");
        }
    }
}
