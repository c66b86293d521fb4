//! Two clocks: the one on the wall, and one that jumps to wherever it is told.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rescue_core::{Millis, WallMillis};

/// The time of a session.
#[derive(Debug)]
pub(crate) enum Clock {
    /// Time passes by itself.
    Real(Instant),
    /// Time passes only when nothing else is left to do.
    Virtual {
        /// The moment that is reached.
        now: Millis,
        /// What the wall clock showed at the start.
        wall: WallMillis,
    },
}

impl Clock {
    /// A clock that starts now.
    pub(crate) fn start(fast: bool) -> Self {
        if fast { Self::Virtual { now: Millis(0), wall: wall() } } else { Self::Real(Instant::now()) }
    }

    /// Time since the start.
    pub(crate) fn now(&self) -> Millis {
        match self {
            Self::Real(start) => millis(start.elapsed()),
            Self::Virtual { now, .. } => *now,
        }
    }

    /// Time of the day, for journal and report.
    pub(crate) fn wall(&self) -> WallMillis {
        match self {
            Self::Real(_) => wall(),
            Self::Virtual { now, wall } => WallMillis(wall.0.saturating_add(now.0)),
        }
    }

    /// Whether it jumps.
    pub(crate) const fn is_virtual(&self) -> bool {
        match self {
            Self::Real(_) => false,
            Self::Virtual { .. } => true,
        }
    }

    /// Jumps, never backwards. A real clock cannot.
    pub(crate) fn jump(&mut self, to: Millis) {
        match self {
            Self::Real(_) => {}
            Self::Virtual { now, .. } => *now = to.max(*now),
        }
    }
}

fn wall() -> WallMillis {
    WallMillis(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |span| millis(span).0))
}

fn millis(span: Duration) -> Millis {
    Millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}
