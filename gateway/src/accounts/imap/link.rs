//! Where the account's connection stands, and when it is tried again.

use crate::accounts::{backoff::Backoff, login::ConnectError};
use postern_shared::account::Connection;
use std::time::Instant;

/// The state of the worker's connection.
#[derive(Debug, Default)]
pub struct Link {
    state: State,
    backoff: Backoff,
    /// Why it broke last.
    reason: String,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Connecting,
    Online {
        since: Instant,
    },
    Waiting {
        until: Instant,
    },
    Refused,
}

impl Link {
    /// A try begins.
    pub fn connecting(&mut self) {
        self.state = State::Connecting;
    }

    /// The connection is there.
    pub fn online(&mut self, now: Instant) {
        self.state = State::Online { since: now };
    }

    /// The connection broke or could not be made. A refused password is never tried again by itself (RFC 5530 §3).
    pub fn lost(&mut self, error: &ConnectError, now: Instant, jitter: f64) {
        let lived = match self.state {
            State::Online { since } => now.duration_since(since),
            _ => Default::default(),
        };
        self.reason = match error {
            ConnectError::Refused(words) => words.clone(),
            other => other.to_string(),
        };
        self.state = match error {
            ConnectError::Refused(_) => State::Refused,
            _ => State::Waiting { until: now + self.backoff.wait(lived, jitter) },
        };
    }

    /// Whether it is time for the next try.
    pub fn is_due(&self, now: Instant) -> bool {
        matches!(self.state, State::Waiting { until } if until <= now)
    }

    /// What browsers are told.
    pub fn state(&self, now: Instant) -> Connection {
        let reason = self.reason.clone();
        match self.state {
            State::Online { .. } => Connection::Online,
            State::Connecting => Connection::Reconnecting { retry_in: 0, reason },
            State::Waiting { until } => {
                let retry_in = until.saturating_duration_since(now).as_secs_f64().ceil() as u32;
                Connection::Reconnecting { retry_in, reason }
            }
            State::Refused => Connection::SignInNeeded { reason },
        }
    }
}
