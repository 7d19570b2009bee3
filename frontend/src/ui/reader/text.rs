//! Sizes and dates in words.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

/// A size in bytes as people read it; a thousand bytes are a kilobyte.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(value < 9.95);
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A moment, in seconds since 1970, with its weekday and in the reader's own time zone and custom.
pub fn long_date(seconds: i64) -> String {
    written(seconds, &[("dateStyle", "full"), ("timeStyle", "short")])
}

/// The hour and minute of a moment, in seconds since 1970.
pub fn time_of_day(seconds: i64) -> String {
    written(seconds, &[("timeStyle", "short")])
}

fn written(seconds: i64, styles: &[(&str, &str)]) -> String {
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1000.0));
    let options = Object::new();
    for &(name, value) in styles {
        // A new object takes every property.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    let locale = leptos::prelude::window().navigator().language().unwrap_or_else(|| "en".to_owned());
    date.to_locale_string(&locale, &options).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_or_three() {
        let table = [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (9_949, "9.9 kB"),
            (9_950, "10 kB"),
            (123_456, "123 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"),
            (25_000_000, "25 MB"),
            (3_200_000_000, "3.2 GB"),
        ];
        for (bytes, text) in table {
            assert_eq!(size(bytes), text);
        }
    }
}
