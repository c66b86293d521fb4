//! What a Mi Band 1, 1A or 1S says of itself.

use rescue_core::wire::mi_band_1::{self, DeviceInformation, Edition};

use super::DecodeError;
use super::sheet::{self, Sheet};

/// Reads it.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, DecodeError> {
    let read = mi_band_1::device_information(bytes)?;
    let DeviceInformation { id, feature, appearance, hardware, checksum_ok, profile, firmware, heart_rate } =
        read;
    let (edition, model) = match read.edition() {
        Some(Edition::One) => (Some("1"), Some("Mi Band 1")),
        Some(Edition::OneA) => (Some("1A"), Some("Mi Band 1A")),
        Some(Edition::OneS) => (Some("1S"), Some("Mi Band 1S")),
        None => (None, None),
    };
    Ok(Sheet::default()
        .with("device_id", sheet::bytes(id))
        .with("feature", feature)
        .with("appearance", appearance)
        .with("hardware", hardware)
        .with("checksum_ok", checksum_ok)
        .with("profile", profile.to_string())
        .with("firmware", firmware.to_string())
        .with("heart_rate_firmware", heart_rate.map(|version| version.to_string()))
        .with("edition", edition)
        .with("model", model))
}
