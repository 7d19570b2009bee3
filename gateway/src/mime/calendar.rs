//! Days and times of day in words, whatever clock they are told by.

use mail_parser::DateTime;

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The years 1 and 9999: what lies outside is no date that anybody means.
const MIN: i64 = -62_135_596_800;
const MAX: i64 = 253_402_300_799;

/// The day that a clock shows, which is in seconds since 1970 as if it were UTC: `Tuesday, 1 December 2026`.
pub fn day(clock: i64) -> String {
    let date = DateTime::from_timestamp(clock.clamp(MIN, MAX));
    let weekday = WEEKDAYS.get(usize::from(date.day_of_week())).copied().unwrap_or_default();
    let month = MONTHS.get(usize::from(date.month).wrapping_sub(1)).copied().unwrap_or_default();
    format!("{weekday}, {} {month} {}", date.day, date.year)
}

/// A Date header in words, by the clock of its sender: `Tuesday, 1 December 2026 at 14:05`.
pub fn date_in_words(header: &str) -> Option<String> {
    let date = DateTime::parse_rfc822(header).filter(DateTime::is_valid)?;
    let offset = (i64::from(date.tz_hour) * 60 + i64::from(date.tz_minute)) * 60;
    let clock = date.to_timestamp() + if date.tz_before_gmt { -offset } else { offset };
    Some(format!("{} at {}", day(clock), time(clock)))
}

/// The time of day that a clock shows: `14:05`.
pub fn time(clock: i64) -> String {
    let minutes = clock.rem_euclid(24 * 60 * 60) / 60;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
