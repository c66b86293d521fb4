//! The battery of Mi Band 2 and later: [`crate::wire::gatt::BATTERY`], 20 bytes.
//!
//! `0F`, level in percent, state (0 normal, 1 charging), date of the last switching off (8), date of the last
//! charge (8), level at the last charge. Shorter reads happen; the level alone is then used.
//! A date is year (little-endian), month, day, hour, minute, second, zone in quarter hours (80 unknown).

use thiserror::Error;

/// What the battery says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level: u8,
    /// Whether it charges, where it says so.
    pub charging: Option<bool>,
    /// When it was last charged, in the band's local time.
    pub last_charge: Option<LocalTime>,
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

/// Bytes that are no battery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatteryError {
    /// Fewer than two bytes.
    #[error("read the battery: it sent {length} bytes, at least 2 are needed")]
    TooShort {
        /// How many there were.
        length: usize,
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
        return Err(BatteryError::TooShort { length: bytes.len() });
    };
    if level > 100 {
        return Err(BatteryError::Level { level });
    }
    let charging = rest.first().map(|state| *state == 1);
    let last_charge = rest.get(9..17).and_then(local_time);
    Ok(Battery { level, charging, last_charge })
}

/// Years 1970 and 2106 mean "never"; impossible dates are not shown.
fn local_time(bytes: &[u8]) -> Option<LocalTime> {
    let &[y0, y1, month, day, hour, minute, second, zone] = bytes else { return None };
    let year = u16::from_le_bytes([y0, y1]);
    let possible = (2000..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let zone_quarters = (zone != 0x80).then_some(zone.cast_signed());
    possible.then_some(LocalTime { year, month, day, hour, minute, second, zone_quarters })
}
