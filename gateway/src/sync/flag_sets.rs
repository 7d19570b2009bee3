//! Flags of many messages in little memory: messages share the few combinations that occur.

use postern_shared::flags::{Flag, Flags};
use std::collections::HashMap;

/// The number of one combination of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct FlagSetId(u32);

/// Combinations of flags, each once.
#[derive(Debug)]
pub struct FlagSets {
    sets: Vec<Flags>,
    ids: HashMap<Flags, FlagSetId>,
}

impl Default for FlagSets {
    /// Only the empty combination, which is [`FlagSetId::default`].
    fn default() -> Self {
        Self { sets: vec![Flags::new()], ids: HashMap::from([(Flags::new(), FlagSetId::default())]) }
    }
}

impl FlagSets {
    /// The number of a combination, given to it now if it is new.
    pub fn intern(&mut self, flags: &Flags) -> FlagSetId {
        if let Some(&id) = self.ids.get(flags) {
            return id;
        }
        let id = FlagSetId(self.sets.len() as u32);
        self.sets.push(flags.clone());
        self.ids.insert(flags.clone(), id);
        id
    }

    /// The combination with that number.
    pub fn get(&self, id: FlagSetId) -> &Flags {
        &self.sets[id.0 as usize]
    }

    /// A test of combinations that asks `wanted` once for each.
    pub fn accepted<F: Fn(&Flags) -> bool>(&self, wanted: F) -> impl Fn(FlagSetId) -> bool + use<F> {
        let answers: Vec<bool> = self.sets.iter().map(wanted).collect();
        move |id| answers[id.0 as usize]
    }

    /// Whether the combination holds `flag`.
    pub fn has(&self, id: FlagSetId, flag: Flag) -> bool {
        self.get(id).has(flag)
    }
}
