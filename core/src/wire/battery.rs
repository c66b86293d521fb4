//! The battery of Mi Band 2 and later: [`crate::wire::gatt::BATTERY`], 20 bytes, and the one byte of
//! [`crate::wire::gatt::BATTERY_LEVEL`], which may differ by one.
//!
//! `0F`, level in percent, state (0 normal, 1 charging), date of the last switching off (8), date of the last
//! charge (8), level at the last charge. Shorter reads happen; the level alone is then used.
//! A date is year (little-endian), month, day, hour, minute, second, zone in quarter hours (80 unknown).
//! The years 1970 and 2106 mean "never".

use std::fmt;

use thiserror::Error;

/// What the battery says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level: u8,
    /// What it does, where it says so.
    pub state: Option<BatteryState>,
    /// When the band was last switched off; `None` where it does not say so, or gives an impossible date.
    pub last_off: Option<When>,
    /// When it was last charged; `None` where it does not say so, or gives an impossible date.
    pub last_charge: Option<When>,
    /// Charge in percent after that, 0 to 100.
    pub level_at_last_charge: Option<u8>,
}

/// What the battery does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryState {
    /// 0: it is used up.
    Normal,
    /// 1.
    Charging,
    /// Another byte.
    Unknown(u8),
}

impl BatteryState {
    const fn read(byte: u8) -> Self {
        match byte {
            0 => Self::Normal,
            1 => Self::Charging,
            other => Self::Unknown(other),
        }
    }
}

/// Whether something has happened, and when, in the band's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Not since the band was started for the first time, or erased.
    Never,
    /// Then.
    At(LocalTime),
}

impl When {
    /// What a date on the wire means; `None` for an impossible one.
    pub(crate) fn read(time: LocalTime) -> Option<Self> {
        let LocalTime { year, month, day, hour, minute, second, zone_quarters: _ } = time;
        if matches!(year, 1970 | 2106) {
            return Some(Self::Never);
        }
        let possible = (2000..2100).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        possible.then_some(Self::At(time))
    }

    /// The date, if it has happened.
    pub const fn time(self) -> Option<LocalTime> {
        match self {
            Self::Never => None,
            Self::At(time) => Some(time),
        }
    }
}

/// A date of the band, as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// Year, such as 2018.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
    /// Zone in quarter hours east of UTC; `None` where unknown.
    pub zone_quarters: Option<i8>,
}

/// ISO 8601 without the zone: `2018-06-01T02:03:04`.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, zone_quarters: _ } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// Bytes that are no battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatteryError {
    /// Too few bytes to hold a level.
    #[error("read the battery: it sent {length} bytes, at least {needed} are needed")]
    TooShort {
        /// How many there were.
        length: usize,
        /// How many a level takes.
        needed: usize,
    },
    /// More than 100 percent.
    #[error("read the battery: {level} percent is not possible")]
    Level {
        /// What was said.
        level: u8,
    },
}

/// Reads the battery.
pub fn parse(bytes: &[u8]) -> Result<Battery, BatteryError> {
    let &[_, level, ref rest @ ..] = bytes else {
        return Err(BatteryError::TooShort { length: bytes.len(), needed: 2 });
    };
    let level = possible(level)?;
    let state = rest.first().copied().map(BatteryState::read);
    let last_off = rest.get(1..9).and_then(when);
    let last_charge = rest.get(9..17).and_then(when);
    let level_at_last_charge = rest.get(17).and_then(|level| possible(*level).ok());
    Ok(Battery { level, state, last_off, last_charge, level_at_last_charge })
}

/// Reads the level of [`crate::wire::gatt::BATTERY_LEVEL`].
pub fn parse_level(bytes: &[u8]) -> Result<u8, BatteryError> {
    let level = bytes.first().ok_or(BatteryError::TooShort { length: 0, needed: 1 })?;
    possible(*level)
}

const fn possible(level: u8) -> Result<u8, BatteryError> {
    if level > 100 { Err(BatteryError::Level { level }) } else { Ok(level) }
}

fn when(bytes: &[u8]) -> Option<When> {
    let &[y0, y1, month, day, hour, minute, second, zone] = bytes else { return None };
    let year = u16::from_le_bytes([y0, y1]);
    let zone_quarters = (zone != 0x80).then_some(zone.cast_signed());
    When::read(LocalTime { year, month, day, hour, minute, second, zone_quarters })
}
