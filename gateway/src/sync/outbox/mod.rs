//! A message's way out. What matters most: it is never handed over again by itself once a server may have it.
//!
//! The state that is written down says what a restart may do. [`SendState::Queued`]: the server does not have it, for the
//! recipients that are left. [`SendState::Sending`] is written before the end of the message goes out: from then on only
//! the server's answer, a look into Sent or the user can say what came of it.

mod wait;

#[cfg(test)]
mod tests;

pub use wait::{ATTEMPTS, wait};

use postern_shared::{
    error::{ErrorCode, Failure},
    writing::{RefusedRecipient, SendState},
};

/// Where a message stands, as far as sending is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// As it is written down.
    pub state: SendState,
    /// How often it was tried.
    pub attempts: u32,
    /// The recipients that it has still to reach.
    pub left: Vec<String>,
    /// Those that refused it while others took it.
    pub refused: Vec<RefusedRecipient>,
    /// A server has it for at least one recipient: it cannot be taken back as a whole.
    pub taken: bool,
    /// A connection is at work on it. Never written down.
    pub under_way: bool,
}

/// What a connection came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has it.
    Taken {
        /// Not for these.
        refused: Vec<RefusedRecipient>,
        /// Not for these now.
        deferred: Vec<RefusedRecipient>,
    },
    /// The server does not have it, and the same may work later.
    Later(Failure),
    /// The server does not have it, and the same will not work.
    Never {
        /// Why.
        failure: Failure,
        /// The recipients that it refused one by one.
        refused: Vec<RefusedRecipient>,
    },
    /// Nobody knows whether the server has it.
    Unknown(Failure),
}

/// What happens to a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Time went on.
    Time,
    /// The server has all of it but the end.
    AllButEnd,
    /// The connection is done with it. The number, from 0 to 1, spreads retries.
    Ended(Outcome, f64),
    /// The gateway started anew and found it.
    Restarted,
    /// Its Message-ID was looked for in Sent.
    Looked {
        /// It is there.
        found: bool,
    },
    /// The user takes it back.
    Undo,
    /// The user wants it tried again now.
    Retry,
    /// The user looked whether it arrived.
    Settle {
        /// It did.
        sent: bool,
    },
}

/// What is to be done, after the next state is written down where [`Step::write`] says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Connect and hand it over, all but the end, to the recipients that are left.
    HandOver,
    /// Send the end.
    SendEnd,
    /// Do not send the end: break the connection off.
    BreakOff,
    /// Look for its Message-ID in Sent.
    LookInSent,
    /// Make a draft of it again.
    MakeDraft,
    /// Tell the user that this is not possible now.
    Refuse(&'static str),
}

/// A step on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it stands then.
    pub next: Passage,
    /// That has to be durable before anything is done.
    pub write: bool,
    /// What is to be done.
    pub action: Action,
}

impl Passage {
    /// A message that goes at `at` to these recipients.
    pub fn new(at: i64, recipients: Vec<String>) -> Self {
        Self {
            state: SendState::Queued { at, delayed_by: None },
            attempts: 0,
            left: recipients,
            refused: Vec::new(),
            taken: false,
            under_way: false,
        }
    }

    /// As browsers are told: a connection at work shows.
    pub fn shown(&self) -> SendState {
        if self.under_way { SendState::Sending } else { self.state.clone() }
    }

    /// When it wants to be told the time, in seconds since 1970.
    pub fn due(&self) -> Option<i64> {
        match self.state {
            SendState::Queued { at, .. } if !self.under_way => Some(at),
            _ => None,
        }
    }

    /// The next step at `now`, in seconds since 1970.
    pub fn step(&self, input: Input, now: i64) -> Step {
        match (&self.state, input) {
            (_, Input::Ended(outcome, spread)) => self.ended(outcome, spread, now),
            (SendState::Queued { .. }, Input::AllButEnd) if self.under_way => {
                self.become_and(SendState::Sending, Action::SendEnd)
            }
            (_, Input::AllButEnd) => self.just(Action::BreakOff),
            (SendState::Queued { at, .. }, Input::Time) if !self.under_way && *at <= now => Step {
                next: Self { under_way: true, ..self.clone() },
                write: false,
                action: Action::HandOver,
            },
            (SendState::Sending, Input::Restarted) => {
                let failure = Failure::new(ErrorCode::ServerBroken, "");
                let next = Self { under_way: false, ..self.clone() };
                next.become_and(SendState::Unknown(failure), Action::LookInSent)
            }
            (SendState::Unknown(_), Input::Restarted) => self.just(Action::LookInSent),
            // Where some recipients had it before, Sent holds it whatever became of the others.
            (SendState::Unknown(_), Input::Looked { found: true }) if !self.taken => self.sent(),
            (_, Input::Time | Input::Restarted | Input::Looked { .. }) => self.just(Action::Nothing),
            (_, Input::Undo | Input::Retry | Input::Settle { .. }) if self.under_way => {
                self.just(Action::Refuse("it is being sent at this moment"))
            }
            (_, Input::Undo) => self.undo(),
            (SendState::Queued { .. } | SendState::Failed { .. }, Input::Retry) => {
                let next = Self { attempts: 0, ..self.clone() };
                next.become_and(SendState::Queued { at: now, delayed_by: None }, Action::Nothing)
            }
            (SendState::Unknown(_), Input::Settle { sent: true }) => self.sent(),
            (SendState::Unknown(_), Input::Settle { sent: false }) => self.undo(),
            (SendState::Unknown(_), Input::Retry) => {
                self.just(Action::Refuse("nobody knows whether it was sent: look whether it arrived first"))
            }
            (_, Input::Retry | Input::Settle { .. }) => {
                self.just(Action::Refuse("there is nothing to be settled"))
            }
        }
    }

    fn ended(&self, outcome: Outcome, spread: f64, now: i64) -> Step {
        let before_end = self.state != SendState::Sending;
        let at_rest = Self { under_way: false, attempts: self.attempts + 1, ..self.clone() };
        match outcome {
            Outcome::Taken { refused, deferred } if !before_end => {
                at_rest.taken(refused, deferred, spread, now)
            }
            // It cannot be: then nobody knows.
            Outcome::Taken { .. } => {
                let failure = Failure::new(ErrorCode::ServerBroken, "");
                at_rest.become_and(SendState::Unknown(failure), Action::LookInSent)
            }
            Outcome::Later(failure) => at_rest.later(failure, spread, now),
            Outcome::Never { failure, refused } => at_rest.never(failure, refused),
            Outcome::Unknown(failure) => at_rest.become_and(SendState::Unknown(failure), Action::LookInSent),
        }
    }

    fn taken(
        mut self,
        refused: Vec<RefusedRecipient>,
        deferred: Vec<RefusedRecipient>,
        spread: f64,
        now: i64,
    ) -> Step {
        let not = |list: &[RefusedRecipient], who: &str| list.iter().any(|refused| refused.email == who);
        self.taken |= self.left.iter().any(|who| !not(&refused, who) && !not(&deferred, who));
        self.refused.extend(refused);
        self.left = deferred.iter().map(|recipient| recipient.email.clone()).collect();
        match deferred.first() {
            None if self.taken => self.sent(),
            None => {
                let refused = std::mem::take(&mut self.refused);
                let reason = refused.first().map(|refused| refused.reason.clone()).unwrap_or_default();
                self.never(Failure::new(ErrorCode::Refused, reason), refused)
            }
            Some(first) => {
                let failure = Failure::new(ErrorCode::Refused, first.reason.clone());
                self.later(failure, spread, now)
            }
        }
    }

    fn later(self, failure: Failure, spread: f64, now: i64) -> Step {
        if self.attempts >= ATTEMPTS {
            return self.never(failure, Vec::new());
        }
        let at = now.saturating_add(wait(self.attempts, spread));
        self.become_and(SendState::Queued { at, delayed_by: Some(failure) }, Action::Nothing)
    }

    /// Where some have it, the others are told as refused; it is not a failure as a whole then.
    fn never(mut self, failure: Failure, refused: Vec<RefusedRecipient>) -> Step {
        if !self.taken {
            return self.become_and(SendState::Failed { failure, refused }, Action::Nothing);
        }
        for who in std::mem::take(&mut self.left) {
            let told = refused.iter().find(|refused| refused.email == who);
            let reason = told.map_or_else(|| failure.detail.clone(), |refused| refused.reason.clone());
            self.refused.push(RefusedRecipient { email: who, reason });
        }
        self.sent()
    }

    fn undo(&self) -> Step {
        match self.state {
            SendState::Queued { .. } | SendState::Unknown(_) | SendState::Failed { .. } if !self.taken => {
                self.just(Action::MakeDraft)
            }
            SendState::Queued { .. } | SendState::Unknown(_) => {
                // Those who have it keep it; nobody else gets it.
                self.clone().never(Failure::new(ErrorCode::Cancelled, ""), Vec::new())
            }
            SendState::Sent { .. } => self.just(Action::Refuse("it is sent")),
            SendState::Sending | SendState::Failed { .. } => {
                self.just(Action::Refuse("it is being sent at this moment"))
            }
        }
    }

    fn sent(&self) -> Step {
        let next = Self { left: Vec::new(), taken: true, ..self.clone() };
        let refused = next.refused.clone();
        next.become_and(SendState::Sent { refused }, Action::Nothing)
    }

    fn become_and(&self, state: SendState, action: Action) -> Step {
        Step { next: Self { state, ..self.clone() }, write: true, action }
    }

    fn just(&self, action: Action) -> Step {
        Step { next: self.clone(), write: false, action }
    }
}
