//! The figures as a table.

use std::{fmt, time::Duration};

/// One line: what was measured, and what is aimed at.
#[derive(Clone, Debug)]
pub struct Row {
    what: String,
    bare: String,
    ours: String,
    result: String,
    aim: String,
}

impl Row {
    /// Postern beside the bare protocol; the aim is a factor and a constant on top of it.
    pub fn ratio(what: &str, bare: Duration, ours: Duration, factor: f64, plus: Duration) -> Self {
        let most = bare.mul_f64(factor) + plus;
        let aim = if plus.is_zero() {
            format!("≤ {factor} ×")
        } else {
            format!("≤ {factor} × + {} = {}", time(plus), time(most))
        };
        let ratio = ours.as_secs_f64() / bare.as_secs_f64().max(f64::EPSILON);
        Self {
            what: what.to_owned(),
            bare: time(bare),
            ours: time(ours),
            result: format!("{ratio:.2} ×"),
            aim,
        }
    }

    /// Postern alone, in time.
    pub fn time(what: &str, ours: Duration, most: Duration) -> Self {
        Self::alone(what, time(ours), format!("≤ {}", time(most)))
    }

    /// Postern alone, in kilobytes of 1024 bytes.
    pub fn size(what: &str, bytes: u64, most: u64) -> Self {
        Self::alone(what, size(bytes), format!("≤ {}", size(most)))
    }

    /// Postern alone, in whatever it is told in.
    pub fn alone(what: &str, ours: String, aim: String) -> Self {
        Self { what: what.to_owned(), bare: "–".to_owned(), ours, result: "–".to_owned(), aim }
    }
}

/// All of them, in Markdown.
#[derive(Clone, Debug, Default)]
pub struct Table(pub Vec<Row>);

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| Measure | Beside | Postern | Ratio | Aim |\n|---|--:|--:|--:|--:|")?;
        for Row { what, bare, ours, result, aim } in &self.0 {
            writeln!(out, "| {what} | {bare} | {ours} | {result} | {aim} |")?;
        }
        Ok(())
    }
}

fn time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 100.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}

fn size(bytes: u64) -> String {
    let kilobytes = bytes as f64 / 1024.0;
    if kilobytes < 2_000.0 { format!("{kilobytes:.0} KB") } else { format!("{:.1} MB", kilobytes / 1024.0) }
}

/// The middle of the samples; zero where there are none.
pub fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}
