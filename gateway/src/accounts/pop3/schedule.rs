//! When mail is checked for, and what browsers are told of the connection between checks.

use super::check::CheckError;
use crate::accounts::{backoff::Backoff, chance, login::ConnectError};
use postern_shared::account::Connection;
use std::time::{Duration, Instant};

/// When the next check is, and how the last one went.
#[derive(Debug)]
pub struct Schedule {
    state: State,
    backoff: Backoff,
    asked: bool,
    /// When the last check ended.
    ended: Option<Instant>,
}

#[derive(Debug)]
enum State {
    /// Nothing was tried yet.
    Fresh,
    /// The last check worked, or was stopped by the user.
    Good,
    /// The last one did not; another one is tried at that time.
    Waiting { until: Instant, reason: String },
    /// The password was refused: nothing is tried until the user signs in again (RFC 5530 §3).
    Refused { reason: String },
}

impl Schedule {
    /// The first check is due at once.
    pub fn new() -> Self {
        Self { state: State::Fresh, backoff: Backoff::default(), asked: true, ended: None }
    }

    /// Somebody wants a check, or signed in anew.
    pub fn ask_now(&mut self) {
        self.asked = true;
    }

    /// A check begins.
    pub fn begun(&mut self) {
        self.asked = false;
    }

    /// It worked.
    pub fn succeeded(&mut self, now: Instant) {
        self.backoff = Backoff::default();
        self.rested(now);
    }

    /// The user stopped it: the next one comes in its time.
    pub fn rested(&mut self, now: Instant) {
        self.state = State::Good;
        self.ended = Some(now);
    }

    /// It failed.
    pub fn failed(&mut self, error: &ConnectError, now: Instant) {
        match error {
            ConnectError::Refused(words) => {
                self.state = State::Refused { reason: words.clone() };
                self.ended = Some(now);
            }
            other => self.wait(other.to_string(), now),
        }
    }

    /// It failed here, not at the server.
    pub fn delayed(&mut self, error: &CheckError, now: Instant) {
        self.wait(error.to_string(), now);
    }

    /// Whether a check is due, with so much time between two of them; without, only when asked. A refused password is
    /// tried again only when somebody asks.
    pub fn is_due(&self, every: Option<Duration>, now: Instant) -> bool {
        if self.asked {
            return true;
        }
        match &self.state {
            State::Fresh => true,
            State::Refused { .. } => false,
            State::Waiting { until, .. } => *until <= now,
            State::Good => match (every, self.ended) {
                (Some(every), Some(ended)) => now.duration_since(ended) >= every,
                _ => false,
            },
        }
    }

    /// What browsers are told.
    pub fn connection(&self, now: Instant) -> Connection {
        match &self.state {
            State::Fresh | State::Good => Connection::Online,
            State::Waiting { until, reason } => {
                let retry_in = until.saturating_duration_since(now).as_secs_f64().ceil() as u32;
                Connection::Reconnecting { retry_in, reason: reason.clone() }
            }
            State::Refused { reason } => Connection::SignInNeeded { reason: reason.clone() },
        }
    }

    fn wait(&mut self, reason: String, now: Instant) {
        let wait = self.backoff.wait(Duration::ZERO, chance::jitter());
        self.state = State::Waiting { until: now + wait, reason };
        self.ended = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn refused() -> ConnectError {
        ConnectError::Refused("no such user".to_owned())
    }

    #[test]
    fn checks_come_at_once_then_at_their_interval_or_when_asked() {
        let start = Instant::now();
        let mut schedule = Schedule::new();
        assert!(schedule.is_due(None, start));
        schedule.begun();
        schedule.succeeded(start);
        assert!(!schedule.is_due(Some(MINUTE), start + MINUTE / 2));
        assert!(schedule.is_due(Some(MINUTE), start + MINUTE));
        assert!(!schedule.is_due(None, start + MINUTE * 999));
        schedule.ask_now();
        assert!(schedule.is_due(None, start));
        assert_eq!(schedule.connection(start), Connection::Online);
    }

    #[test]
    fn a_refused_password_is_not_tried_again_by_itself() {
        let start = Instant::now();
        let mut schedule = Schedule::new();
        schedule.begun();
        schedule.failed(&refused(), start);
        assert!(!schedule.is_due(Some(MINUTE), start + MINUTE * 999));
        assert!(
            matches!(schedule.connection(start), Connection::SignInNeeded { reason } if reason == "no such user")
        );
        schedule.ask_now();
        assert!(schedule.is_due(Some(MINUTE), start));
    }

    #[test]
    fn whatever_else_fails_is_tried_again_by_itself() {
        let start = Instant::now();
        let mut schedule = Schedule::new();
        schedule.begun();
        schedule.failed(&ConnectError::Unreachable, start);
        assert!(!schedule.is_due(None, start));
        assert!(schedule.is_due(None, start + Duration::from_secs(2)));
        assert!(matches!(schedule.connection(start), Connection::Reconnecting { retry_in: 1..=2, .. }));
    }
}
