//! Two clocks: the one on the wall, and one that jumps to wherever it is told.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rescue_core::{Millis, WallMillis};

/// The time of a session.
#[derive(Debug)]
pub(crate) enum Clock {
    /// Time passes by itself; since the computer's start it was this when the session began.
    Real(Duration),
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
        if fast { Self::Virtual { now: Millis(0), wall: wall() } } else { Self::Real(since_start()) }
    }

    /// Time since the start.
    pub(crate) fn now(&self) -> Millis {
        match self {
            Self::Real(start) => millis(since_start().saturating_sub(*start)),
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

/// Time since the computer's start, also what passed while it was suspended: a band's patience ends meanwhile.
#[cfg(target_os = "linux")]
fn since_start() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

/// Time since it was first asked for.
#[cfg(not(target_os = "linux"))]
fn since_start() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;

    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed()
}

fn millis(span: Duration) -> Millis {
    Millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}
