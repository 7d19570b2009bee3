//! Ids for operations: drawn from a seed, so that the model needs no source of chance of its own.

use postern_shared::ids::OpId;

/// A sequence of ids (SplitMix64): with a random seed two browsers do not draw the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpIds {
    state: u64,
}

impl OpIds {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next id.
    pub fn draw(&mut self) -> OpId {
        OpId(self.next())
    }

    /// A sequence of its own for another account.
    pub fn split(&mut self) -> Self {
        Self::new(self.next())
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
