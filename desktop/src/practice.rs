//! The practice world that was asked for, and everything in it that is left to chance.

use rescue_core::event::Entropy;
use rescue_core::practice::{Kind, Scenario, World};

/// A practice: which band, how it behaves, and the seed of everything that is left to chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Practice {
    /// The band.
    pub(crate) kind: Kind,
    /// How it and the phone behave.
    pub(crate) scenario: Scenario,
    /// The same seed makes the same world.
    pub(crate) seed: u64,
}

impl Practice {
    /// The world.
    pub(crate) fn world(&self) -> World {
        World::new(self.kind, self.scenario, self.seed)
    }

    /// The randomness for the keys of a practice: from the seed, so that a practice can be repeated to the byte.
    /// These keys open nothing real.
    pub(crate) fn entropy(&self) -> Entropy {
        let mut bytes = [0; 32];
        for (place, index) in bytes.chunks_exact_mut(8).zip(1..) {
            place.copy_from_slice(&scatter(self.seed, index).to_le_bytes());
        }
        Entropy(bytes)
    }
}

/// The splitmix64 generator's output of this number.
const fn scatter(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A seed that nobody chose.
pub(crate) fn any_seed() -> Result<u64, getrandom::Error> {
    // Short enough to be typed again.
    Ok(u64::from(getrandom::u32()?))
}
