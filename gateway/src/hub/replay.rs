//! The events of the last while, for a browser that comes back.

use postern_shared::{event::Envelope, ids::Seq};
use std::{collections::VecDeque, sync::Arc};

/// Events kept. A browser that missed more starts anew from a snapshot.
const KEPT: usize = 512;

/// The last events of an account, without a gap.
#[derive(Debug, Default)]
pub struct Replay {
    events: VecDeque<Arc<Envelope>>,
}

impl Replay {
    /// Keeps an event; its number is one more than that of the event before it.
    pub fn push(&mut self, event: Arc<Envelope>) {
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// The events after `seq`, if none of them is forgotten. `last` is the number of the last event there was.
    pub fn after(&self, seq: Seq, last: Seq) -> Option<Vec<Arc<Envelope>>> {
        let missed = last.0.checked_sub(seq.0)?;
        let from = (self.events.len() as u64).checked_sub(missed)?;
        Some(self.events.range(from as usize..).cloned().collect())
    }
}
