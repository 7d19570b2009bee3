//! The line before a message: `From jana@example.org Thu Jan  1 00:00:00 1970` (RFC 4155, appendix A).

use crate::imap::date::{format_internal_date, internal_date};

/// The line for a message of this sender. `received` is in seconds since 1970.
pub(super) fn from_line(sender: Option<&str>, received: i64) -> String {
    let told = |sender: &&str| !sender.is_empty() && sender.bytes().all(|byte| byte.is_ascii_graphic());
    let sender = sender.filter(told).unwrap_or("MAILER-DAEMON");
    let date = format_internal_date(received);
    let mut fields = date.split([' ', '-']);
    let mut next = || fields.next().unwrap_or_default();
    let (day, month, year, clock) = (next(), next(), next(), next());
    let day = day.trim_start_matches('0');
    format!("From {sender} {} {month} {day:>2} {clock} {year}\n", weekday(received))
}

/// Whether a line begins a message; if so, when that was received, if it tells.
pub(super) fn begins_message(line: &[u8]) -> Option<Option<i64>> {
    let rest = std::str::from_utf8(line.strip_prefix(b"From ")?).ok()?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    match date(&fields) {
        Some(received) => Some(Some(received)),
        // Thunderbird says no more than this.
        None if matches!(fields[..], [] | ["-", ..]) => Some(None),
        // A sentence of a message that nobody quoted.
        None => None,
    }
}

/// Finds `Jan 1 00:00:00 1970`, maybe with a zone before or behind the year.
fn date(fields: &[&str]) -> Option<i64> {
    let clock = fields.iter().rposition(|field| field.len() >= 4 && field.contains(':'))?;
    let (month, day) = (fields.get(clock.checked_sub(2)?)?, fields.get(clock - 1)?);
    let is_year = |field: &&&str| field.len() == 4 && field.bytes().all(|byte| byte.is_ascii_digit());
    let behind = fields.get(clock + 1..)?;
    let year = behind.iter().find(is_year)?;
    let zone = behind.iter().find(|field| field.starts_with(['+', '-'])).unwrap_or(&"+0000");
    internal_date(format!("{day}-{month}-{year} {} {zone}", fields[clock]).as_bytes())
}

fn weekday(seconds: i64) -> &'static str {
    // 1970 began on a Thursday.
    match seconds.div_euclid(86_400).rem_euclid(7) {
        0 => "Thu",
        1 => "Fri",
        2 => "Sat",
        3 => "Sun",
        4 => "Mon",
        5 => "Tue",
        _ => "Wed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let line = from_line(Some("jana@example.org"), 1_704_067_199);
        assert_eq!(line, "From jana@example.org Sun Dec 31 23:59:59 2023\n");
        assert_eq!(from_line(Some("two words"), 0), "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n");
        for received in [0, -1, 1_704_067_199, 951_782_400] {
            assert_eq!(begins_message(from_line(None, received).as_bytes()), Some(Some(received)));
        }
    }

    #[test]
    fn what_others_write_is_read_and_sentences_are_not() {
        for (line, found) in [
            ("From - Thu Jan 01 00:00:01 1970\n", Some(Some(1))),
            ("From \r\n", Some(None)),
            ("From -\n", Some(None)),
            ("From a@b Thu Jan  1 01:00:00 1970 +0100\r\n", Some(Some(0))),
            ("From a@b Thu Jan  1 01:00 +0100 1970\n", Some(Some(0))),
            ("From 12345@xxx Thu Jan 01 00:00:00 +0000 1970\n", Some(Some(0))),
            ("From here to Jan 1 it takes 10:30 hours\n", None),
            ("From now on\n", None),
            ("from a@b Thu Jan  1 00:00:00 1970\n", None),
        ] {
            assert_eq!(begins_message(line.as_bytes()), found, "{line}");
        }
    }
}
