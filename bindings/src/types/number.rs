//! Numbers across the boundary: Kotlin's signed ones and the core's. What does not fit becomes the nearest that does.

use rescue_core::{Millis, WallMillis};

pub(crate) fn millis(value: i64) -> Millis {
    Millis(u64::try_from(value).unwrap_or(0))
}

pub(super) fn wall_millis(value: i64) -> WallMillis {
    WallMillis(u64::try_from(value).unwrap_or(0))
}

pub(crate) fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn int(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// A GATT or link status. Some phones give negative ones; 0 is the contract's "unknown".
pub(super) fn status(value: i32) -> u16 {
    u16::try_from(value).unwrap_or(if value < 0 { 0 } else { u16::MAX })
}

pub(super) fn rssi(value: i32) -> i16 {
    i16::try_from(value).unwrap_or(if value < 0 { i16::MIN } else { i16::MAX })
}

/// The low byte: the property bits that Bluetooth defines.
pub(super) fn low_byte(value: i32) -> u8 {
    value.to_le_bytes()[0]
}

/// The size of a packet; what is too large becomes the largest.
pub(super) fn mtu(value: i32) -> u16 {
    u16::try_from(value).unwrap_or(if value < 0 { 0 } else { u16::MAX })
}
