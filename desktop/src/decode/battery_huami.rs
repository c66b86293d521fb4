//! The battery of a Mi Band 2 and later, up to Smart Band 7.

use rescue_core::wire::battery::{self, Battery, BatteryState, LocalTime, When};
use rescue_core::wire::session_2021;

use super::DecodeError;
use super::sheet::{Entry, Sheet};

/// Bytes of the battery itself.
const LENGTH: usize = 20;

/// Reads it, with or without the 04 that stands in front of it in the 2021 protocol.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let read =
        if bytes.len() > LENGTH { session_2021::parse_battery_reply(bytes)? } else { battery::parse(bytes)? };
    Ok(sheet(&read))
}

/// What a battery says.
pub(super) fn sheet(read: &Battery) -> Sheet {
    let Battery { level, state, last_off, last_charge, level_at_last_charge } = *read;
    let state = state.map(|state| match state {
        BatteryState::Normal => "normal".into(),
        BatteryState::Charging => "charging".into(),
        BatteryState::Unknown(byte) => Entry::from(byte),
    });
    let (off, charge) = (last_off.and_then(When::time), last_charge.and_then(When::time));
    Sheet::default()
        .with("level", level)
        .with("state", state)
        .with("last_charge", charge.map(|time| time.to_string()))
        // These bands do not count; a script may ask for it all the same.
        .with("charges", None::<u16>)
        .with("last_charge_zone", charge.and_then(zone))
        .with("level_at_last_charge", level_at_last_charge)
        .with("never_charged", last_charge.map(|when| when == When::Never))
        .with("last_off", off.map(|time| time.to_string()))
        .with("last_off_zone", off.and_then(zone))
        .with("never_off", last_off.map(|when| when == When::Never))
}

/// The zone of a date, such as `+05:30`.
fn zone(time: LocalTime) -> Option<String> {
    let quarters = time.zone_quarters?;
    let sign = if quarters < 0 { '-' } else { '+' };
    let quarters = quarters.unsigned_abs();
    Some(format!("{sign}{:02}:{:02}", quarters / 4, quarters % 4 * 15))
}
