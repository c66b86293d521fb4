//! The battery of a Mi Band 1, 1A or 1S.

use rescue_core::wire::battery::When;
use rescue_core::wire::mi_band_1::{self, Battery, BatteryState};

use super::DecodeError;
use super::sheet::{Entry, Sheet};

/// Reads it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let Battery { level, last_charge, charges, state } = mi_band_1::battery(bytes)?;
    let name = match state {
        BatteryState::Normal => "normal".into(),
        BatteryState::Low => "low".into(),
        BatteryState::Charging => "charging".into(),
        BatteryState::Full => "full".into(),
        BatteryState::NotCharging => "not_charging".into(),
        BatteryState::Unknown(byte) => Entry::from(byte),
    };
    let last_charge = last_charge.and_then(When::time).map(|time| time.to_string());
    Ok(Sheet::default()
        .with("level", level)
        .with("state", name)
        .with("last_charge", last_charge)
        .with("charges", charges)
        .with("state_byte", state.byte()))
}
