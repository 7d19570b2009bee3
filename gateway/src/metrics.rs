//! What is counted, told at `/metrics` as OpenMetrics text. No label holds anything of a user's.

use postern_shared::error::ErrorCode;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// The counters.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    sign_ins: Family<Outcome, Counter>,
    commands: Family<Kind, Counter>,
    frames: Family<Direction, Counter>,
    /// Running accounts.
    pub accounts: Gauge,
    /// Open sockets.
    pub sockets: Gauge,
    /// Sockets closed because the browser did not read.
    pub slow_sockets: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Direction {
    direction: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("postern");
        let (sign_ins, commands, frames) = (Family::default(), Family::default(), Family::default());
        let (accounts, sockets, slow_sockets) = (Gauge::default(), Gauge::default(), Counter::default());
        registry.register("sign_ins", "Tries to sign in, by how they ended", sign_ins.clone());
        registry.register("commands", "Commands from browsers, by kind", commands.clone());
        registry.register("frames", "WebSocket frames, by direction", frames.clone());
        registry.register("accounts", "Running accounts", accounts.clone());
        registry.register("sockets", "Open sockets", sockets.clone());
        registry.register("slow_sockets", "Sockets cut off because they did not read", slow_sockets.clone());
        Self { registry, sign_ins, commands, frames, accounts, sockets, slow_sockets }
    }
}

impl Metrics {
    /// A try to sign in ended.
    pub fn sign_in(&self, outcome: Result<(), ErrorCode>) {
        let outcome = outcome.map_or_else(|code| format!("{code:?}"), |()| "Ok".to_owned());
        self.sign_ins.get_or_create(&Outcome { outcome }).inc();
    }

    /// A browser sent a command.
    pub fn command(&self, kind: &'static str) {
        self.commands.get_or_create(&Kind { kind }).inc();
    }

    /// A frame came from a browser.
    pub fn frame_in(&self) {
        self.frames.get_or_create(&Direction { direction: "in" }).inc();
    }

    /// Frames went to a browser.
    pub fn frames_out(&self, count: usize) {
        self.frames.get_or_create(&Direction { direction: "out" }).inc_by(count as u64);
    }

    /// All of it, as text.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told() {
        let metrics = Metrics::default();
        metrics.sign_in(Ok(()));
        metrics.sign_in(Err(ErrorCode::WrongPassword));
        metrics.command("delete");
        metrics.frame_in();
        metrics.frames_out(3);
        metrics.sockets.inc();
        let text = metrics.text().unwrap();
        for line in [
            "postern_sign_ins_total{outcome=\"Ok\"} 1",
            "postern_sign_ins_total{outcome=\"WrongPassword\"} 1",
            "postern_commands_total{kind=\"delete\"} 1",
            "postern_frames_total{direction=\"in\"} 1",
            "postern_frames_total{direction=\"out\"} 3",
            "postern_accounts 0",
            "postern_sockets 1",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
    }
}
