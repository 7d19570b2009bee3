//! INTERNALDATE (RFC 9051 §9, `date-time`) and days of the calendar.

/// `" 1-Jan-2024 10:20:30 +0100"` in seconds since 1970, read leniently.
pub fn internal_date(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let mut fields = text.split_ascii_whitespace();
    let mut date = fields.next()?.split('-');
    let day: i64 = date.next()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let month = month(date.next()?)?;
    let year: i64 = date.next()?.parse().ok().filter(|year| (0..=9999).contains(year))?;
    let mut clock = fields.next().unwrap_or("00:00:00").split(':').map(|field| field.parse::<i64>().ok());
    let [hour, minute, second] = [clock.next()??, clock.next()??, clock.next().flatten().unwrap_or(0)];
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    let zone = fields.next().and_then(zone_seconds).unwrap_or(0);
    Some(days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone)
}

/// Seconds since 1970 as a `date-time` in UTC.
pub fn format_internal_date(seconds: i64) -> String {
    let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let month = month_name(month);
    format!("{day:02}-{month}-{year:04} {hour:02}:{minute:02}:{second:02} +0000")
}

/// The English abbreviation of a month, counted from 1.
pub fn month_name(month: u8) -> &'static str {
    MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or("Jan")
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(name: &str) -> Option<i64> {
    let index = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    i64::try_from(index + 1).ok()
}

/// `+hhmm` in seconds.
fn zone_seconds(zone: &str) -> Option<i64> {
    let number: i64 = zone.parse().ok().filter(|number: &i64| number.abs() < 10_000)?;
    Some((number / 100 * 60 + number % 100) * 60)
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, counting years from March.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse: year, month, day.
fn civil(days: i64) -> (i64, u8, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let index = (5 * day_of_year + 2) / 153;
    let month = if index < 10 { index + 3 } else { index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u8, day_of_year - (153 * index + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_are_read() {
        for (text, seconds) in [
            (" 1-Jan-1970 00:00:00 +0000", Some(0)),
            ("01-Jan-2024 00:00:00 +0000", Some(1_704_067_200)),
            ("29-Feb-2024 23:59:59 -0530", Some(1_709_270_999)),
            ("1-jan-2024 01:00:00 +0100", Some(1_704_067_200)),
            ("31-Dec-1969 23:59:59 +0000", Some(-1)),
            ("1-Jan-2024 00:00", Some(1_704_067_200)),
            ("1-Jan-2024", Some(1_704_067_200)),
            ("32-Jan-2024 00:00:00 +0000", None),
            ("1-Foo-2024 00:00:00 +0000", None),
            ("1-Jan-2024 24:00:00 +0000", None),
            ("1-Jan-99999999999999 00:00:00 +0000", None),
            ("", None),
        ] {
            assert_eq!(internal_date(text.as_bytes()), seconds, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for seconds in (-2_000_000_000i64..5_000_000_000).step_by(98_765_432) {
            assert_eq!(internal_date(format_internal_date(seconds).as_bytes()), Some(seconds));
        }
    }
}
