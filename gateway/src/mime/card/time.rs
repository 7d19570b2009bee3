//! Moments of a calendar in words, in the time zone in which they are told.

use crate::mime::calendar::{day, time};
use calcard::common::PartialDateTime;
use mail_parser::DateTime;

/// A moment on somebody's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// What the clock shows, as if it were UTC, in seconds since 1970.
    clock: i64,
    /// It is a whole day.
    is_day: bool,
    /// Whose clock; empty where it is everybody's own.
    zone: String,
}

impl Moment {
    /// The moment told, in the zone named beside it. Absent if there is no such date.
    pub fn of(told: &PartialDateTime, zone: Option<&str>) -> Option<Self> {
        let date = DateTime {
            year: told.year?,
            month: told.month?,
            day: told.day?,
            hour: told.hour.unwrap_or_default(),
            minute: told.minute.unwrap_or_default(),
            // A leap second is no other minute.
            second: told.second.unwrap_or_default().min(59),
            tz_before_gmt: false,
            tz_hour: 0,
            tz_minute: 0,
        };
        if !date.is_valid() {
            return None;
        }
        let zone = match (zone, told.tz_hour, told.tz_minute) {
            (Some(zone), ..) => zone.trim_start_matches('/').to_owned(),
            (None, Some(0), None | Some(0)) => "UTC".to_owned(),
            (None, Some(hour), minute) => {
                let sign = if told.tz_minus { '-' } else { '+' };
                format!("UTC{sign}{hour:02}:{:02}", minute.unwrap_or_default())
            }
            (None, None, _) => String::new(),
        };
        Some(Self { clock: date.to_timestamp(), is_day: told.hour.is_none(), zone })
    }

    /// The moment so many seconds later.
    pub fn later(&self, seconds: i64) -> Self {
        Self { clock: self.clock.saturating_add(seconds), ..self.clone() }
    }

    /// The moment alone.
    pub fn words(&self) -> String {
        if self.is_day {
            day(self.clock)
        } else {
            format!("{}, {}{}", day(self.clock), time(self.clock), self.suffix())
        }
    }

    /// From here to the end, which is not part of it.
    pub fn until(&self, end: &Self) -> String {
        const DAY: i64 = 24 * 60 * 60;
        if self.is_day {
            let last = end.clock - DAY;
            return if last <= self.clock {
                format!("{}, all day", day(self.clock))
            } else {
                format!("{} – {}", day(self.clock), day(last))
            };
        }
        if end.clock <= self.clock && end.zone == self.zone {
            return self.words();
        }
        let same_day = self.clock.div_euclid(DAY) == end.clock.div_euclid(DAY);
        match (same_day, self.zone == end.zone) {
            (true, true) => {
                format!("{}, {} – {}{}", day(self.clock), time(self.clock), time(end.clock), self.suffix())
            }
            (false, true) => {
                format!("{}, {} – {}", day(self.clock), time(self.clock), end.words())
            }
            _ => format!("{} – {}", self.words(), end.words()),
        }
    }

    fn suffix(&self) -> String {
        match self.zone.as_str() {
            "" => String::new(),
            "UTC" => " UTC".to_owned(),
            zone => format!(" ({zone})"),
        }
    }
}
