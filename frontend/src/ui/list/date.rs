//! Dates as the browser's language writes them.

use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::JsValue;

/// The browser's formatters: making one is slow, using one is not.
#[derive(Clone)]
pub struct Dates {
    time: Function,
    day: Function,
    year: Function,
    full: Function,
}

impl Dates {
    /// Formatters of the browser's language.
    pub fn new() -> Self {
        Self {
            time: format(&[("hour", "2-digit"), ("minute", "2-digit")]),
            day: format(&[("day", "numeric"), ("month", "short")]),
            year: format(&[("day", "numeric"), ("month", "short"), ("year", "numeric")]),
            full: format(&[("dateStyle", "full"), ("timeStyle", "short")]),
        }
    }

    /// A date in few characters: today's as a time, this year's without the year. `seconds` are since 1970.
    pub fn short(&self, seconds: i64) -> String {
        let (date, now) = (date(seconds), Date::new_0());
        let same_year = date.get_full_year() == now.get_full_year();
        let same_day = same_year && date.get_month() == now.get_month() && date.get_date() == now.get_date();
        let format = match (same_day, same_year) {
            (true, _) => &self.time,
            (false, true) => &self.day,
            (false, false) => &self.year,
        };
        written(format, &date)
    }

    /// A date in full, with its weekday and time.
    pub fn full(&self, seconds: i64) -> String {
        written(&self.full, &date(seconds))
    }
}

impl Default for Dates {
    fn default() -> Self {
        Self::new()
    }
}

fn date(seconds: i64) -> Date {
    Date::new(&JsValue::from_f64(seconds as f64 * 1000.0))
}

fn format(options: &[(&str, &str)]) -> Function {
    let object = Object::new();
    for (name, value) in options {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    DateTimeFormat::new(&Array::new(), &object).format()
}

/// A date beyond what the browser can write is left out.
fn written(format: &Function, date: &Date) -> String {
    format.call1(&JsValue::UNDEFINED, date).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
