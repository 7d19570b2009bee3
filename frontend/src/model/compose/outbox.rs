//! What is on its way, in words.

use crate::model::failure::{what_happened, what_to_do};
use postern_shared::writing::{OutboxItem, RefusedRecipient, SendState};

/// What can be done about a message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Try again now.
    Again,
    /// Make a draft of it again.
    Edit,
    /// It arrived: the user knows.
    Arrived,
    /// Throw it away.
    Discard,
}

impl Remedy {
    /// What its button says.
    pub fn label(self) -> &'static str {
        match self {
            Self::Again => "Try again",
            Self::Edit => "Edit",
            Self::Arrived => "It was sent",
            Self::Discard => "Discard",
        }
    }
}

/// Where it stands and what the server said. `moment` writes a time.
pub fn words(state: &SendState, moment: impl Fn(i64) -> String) -> String {
    match state {
        SendState::Queued { at, delayed_by: None } => format!("Goes {}.", moment(*at)),
        SendState::Queued { at, delayed_by: Some(failure) } => {
            format!("Not sent yet: {} It is tried again {}.", what_happened(failure), moment(*at))
        }
        SendState::Sending => "Sending…".to_owned(),
        SendState::Sent { refused } => match not_taken(refused) {
            None => "Sent".to_owned(),
            Some(people) => format!("Sent, but not to everybody. {people}"),
        },
        SendState::Unknown(failure) => format!(
            "Perhaps sent: the connection broke at the last moment. {} Look whether it arrived; it is not sent again by itself.",
            what_happened(failure)
        ),
        SendState::Failed { failure, refused } => match not_taken(refused) {
            None => format!("Not sent. {} {}", what_happened(failure), what_to_do(failure.code)),
            Some(people) => format!("Not sent. {people}"),
        },
    }
}

fn not_taken(refused: &[RefusedRecipient]) -> Option<String> {
    let sentence = |one: &RefusedRecipient| format!("{} was refused: “{}”.", one.email, one.reason.trim());
    (!refused.is_empty()).then(|| refused.iter().map(sentence).collect::<Vec<_>>().join(" "))
}

/// What can be done.
pub fn remedies(state: &SendState) -> &'static [Remedy] {
    match state {
        SendState::Queued { delayed_by: None, .. } => &[Remedy::Edit, Remedy::Discard],
        SendState::Queued { .. } | SendState::Failed { .. } => {
            &[Remedy::Again, Remedy::Edit, Remedy::Discard]
        }
        SendState::Sending | SendState::Sent { .. } => &[],
        SendState::Unknown(_) => &[Remedy::Arrived, Remedy::Edit, Remedy::Discard],
    }
}

/// Who it is for, in few words.
pub fn people(item: &OutboxItem) -> String {
    let names: Vec<&str> = item.to.iter().map(|address| address.display()).collect();
    let others = (item.recipients as usize).saturating_sub(names.len());
    match others {
        0 => names.join(", "),
        1 => format!("{} and 1 other", names.join(", ")),
        others => format!("{} and {others} others", names.join(", ")),
    }
}
