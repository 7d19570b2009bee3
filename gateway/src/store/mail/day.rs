//! Days of a search, as times.

use crate::imap::command::Day;

/// When the day begins in UTC, in seconds since 1970.
pub(super) fn begins(day: Day) -> i64 {
    // Years are counted from March, so that a leap day is the last of its year.
    let (year, month) = (i64::from(day.year), i64::from(day.month));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let in_year = (153 * month + 2) / 5 + i64::from(day.day) - 1;
    // 719,468 days lie between 1 March of the year 0 and 1970.
    (year * 365 + leap_days + in_year - 719_468) * 86_400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let table = [
            ((1970, 1, 1), 0),
            ((1969, 12, 31), -86_400),
            ((2000, 2, 29), 951_782_400),
            ((2024, 3, 1), 1_709_251_200),
            ((9999, 12, 31), 253_402_214_400),
        ];
        for ((year, month, day), seconds) in table {
            assert_eq!(begins(Day { year, month, day }), seconds, "{year}-{month}-{day}");
        }
    }
}
