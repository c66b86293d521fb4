//! Time as an argument: instants and spans in milliseconds, given by the shell.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// An instant of the shell's monotonic clock, or a span of it, in milliseconds.
///
/// The clock counts while the phone sleeps (`SystemClock.elapsedRealtime` on Android) and starts anew at boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Millis(pub u64);

impl Millis {
    /// A span of whole seconds.
    pub const fn secs(seconds: u64) -> Self {
        Self(seconds * 1000)
    }
}

impl Add for Millis {
    type Output = Self;
    fn add(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

/// The span from an earlier instant; zero if the clock went backwards.
impl Sub for Millis {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }
}

/// Wall-clock time in milliseconds since 1970 (UTC); for the journal and the report only, never for waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct WallMillis(pub u64);
