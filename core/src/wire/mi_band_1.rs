//! What Mi Band 1, 1A and 1S say of themselves and take as commands. Their handshake is [`crate::wire::user_info`].
//!
//! Device information, 16 bytes, on a 1S 20:
//!
//! | bytes | meaning |
//! |---|---|
//! | 0-3 | bytes 0, 3, 4, 5 of the address (trace of a Mi Band 1) |
//! | 4, 5, 6 | feature, appearance, hardware |
//! | 7 | CRC-8 of bytes 0 to 6, XOR byte 3 |
//! | 8-11, 12-15, 16-19 | version of profile, firmware, heart-rate firmware: little-endian, shown from the high byte |
//!
//! Battery, 10 bytes: level in percent, last charge (a date), number of charges (little-endian), state.
//! A date, 6 bytes: year since 2000, month from 0, day, hour, minute, second.
//! Connection parameters, 12 bytes, all little-endian 16 bits: least and greatest interval, latency, time-out,
//! present interval, advertising interval.

use std::fmt;

use thiserror::Error;

use crate::address::Address;
use crate::payload::Payload;
use crate::wire::battery::{LocalTime, When};
use crate::wire::user_info::{Layout, checksum};

/// Factory reset, written to [`CONTROL`](crate::wire::gatt::mi_band_1::CONTROL). The vendor says that it clears
/// records and personal information; one developer saw nothing happen.
pub const ERASE: [u8; 1] = [0x09];
/// Restart, written to [`CONTROL`](crate::wire::gatt::mi_band_1::CONTROL).
pub const RESTART: [u8; 1] = [0x0C];
/// Vibration for firmware without [`ALERT`](crate::wire::gatt::ALERT), written to
/// [`CONTROL`](crate::wire::gatt::mi_band_1::CONTROL).
pub const VIBRATE: [u8; 2] = [0x08, 0x00];
/// Ends [`VIBRATE`].
pub const STOP_VIBRATING: [u8; 1] = [0x13];
/// A mild vibration, written to [`ALERT`](crate::wire::gatt::ALERT) (Mi Band 1 from firmware 1.0.10.14, 1A, 1S).
pub const ALERT_MILD: [u8; 1] = [0x01];
/// A strong vibration, written to [`ALERT`](crate::wire::gatt::ALERT).
pub const ALERT_STRONG: [u8; 1] = [0x02];
/// Ends a vibration that came by [`ALERT`](crate::wire::gatt::ALERT).
pub const ALERT_STOP: [u8; 1] = [0x00];
/// The band drops the link; written to [`TEST`](crate::wire::gatt::mi_band_1::TEST).
pub const DISCONNECT: [u8; 1] = [0x01];
/// Vibrates and blinks, without authentication; written to [`TEST`](crate::wire::gatt::mi_band_1::TEST).
pub const SELF_TEST: [u8; 1] = [0x02];
/// Marks the band as paired, written to [`PAIR`](crate::wire::gatt::mi_band_1::PAIR). Optional: the vendor's app took
/// a band over without it.
pub const MARK_PAIRED: [u8; 1] = [0x02];

/// Whether [`PAIR`](crate::wire::gatt::mi_band_1::PAIR) says that the band is paired: `02` yes, `FF…` no, anything
/// else is not known.
pub fn is_paired(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0x02, ..] => Some(true),
        [0xFF, ..] => Some(false),
        _ => None,
    }
}

/// Which of the three it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// Mi Band 1.
    One,
    /// Mi Band 1A: white lights only.
    OneA,
    /// Mi Band 1S: with a heart-rate sensor.
    OneS,
}

/// A version as four numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32);

impl Version {
    /// The first number.
    pub const fn major(self) -> u8 {
        let [major, ..] = self.0.to_be_bytes();
        major
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, build] = self.0.to_be_bytes();
        write!(f, "{major}.{minor}.{patch}.{build}")
    }
}

/// What the band says of itself. `Debug` hides the id, since it has most of the address in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceInformation {
    /// Bytes 0 to 7; feature, appearance and hardware are in it.
    pub id: [u8; 8],
    /// What the band can do, as a number of the vendor.
    pub feature: u8,
    /// How it looks, as a number of the vendor.
    pub appearance: u8,
    /// Hardware, as a number of the vendor.
    pub hardware: u8,
    /// Whether the checksum fits.
    pub checksum_ok: bool,
    /// Version of the protocol.
    pub profile: Version,
    /// Version of the firmware.
    pub firmware: Version,
    /// Version of the heart-rate firmware, where the band has one.
    pub heart_rate: Option<Version>,
}

impl fmt::Debug for DeviceInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceInformation")
            .field("feature", &self.feature)
            .field("appearance", &self.appearance)
            .field("hardware", &self.hardware)
            .field("checksum_ok", &self.checksum_ok)
            .field("firmware", &self.firmware)
            .finish_non_exhaustive()
    }
}

impl DeviceInformation {
    /// Which edition it is; `None` if it is another band of this family (an Amazfit), or nothing tells.
    ///
    /// The vendor's numbers come first; the 1A before the others, since some of them give the hardware of a 1.
    /// Then the firmware: 1.x is a Mi Band 1, 5.x a 1A, 4.x a 1S.
    pub const fn edition(&self) -> Option<Edition> {
        match (self.feature, self.appearance, self.hardware) {
            (5, 0, _) | (0, _, 208) => Some(Edition::OneA),
            (4, 0, _) | (_, _, 4) => Some(Edition::OneS),
            (_, _, 2) => Some(Edition::One),
            (_, _, 6) => None,
            _ => match (self.firmware.major(), self.heart_rate) {
                (5, _) => Some(Edition::OneA),
                (4, _) => Some(Edition::OneS),
                (1, None) => Some(Edition::One),
                (_, None) if self.feature == 0 && self.appearance == 0 && self.hardware == 8 => {
                    Some(Edition::One)
                }
                _ => None,
            },
        }
    }

    /// How a band of this edition takes user information.
    pub const fn layout(&self, edition: Edition) -> Layout {
        match edition {
            Edition::One => Layout::Plain,
            Edition::OneA | Edition::OneS => {
                Layout::Extended { feature: self.feature, appearance: self.appearance }
            }
        }
    }

    /// The last byte of the address, for [`crate::wire::user_info::frame`] where the platform hides addresses.
    pub const fn address_end(&self) -> u8 {
        let [_, _, _, end, ..] = self.id;
        end
    }

    /// Whether this can be the band with that address.
    pub const fn fits(&self, address: &Address) -> bool {
        let [i0, i1, i2, i3, ..] = self.id;
        let [a0, _, _, a3, a4, a5] = address.0;
        i0 == a0 && i1 == a3 && i2 == a4 && i3 == a5
    }
}

/// Bytes that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MiBand1Error {
    /// Neither 16 nor 20 bytes.
    #[error("read the device information: it has {length} bytes, not 16 or 20")]
    DeviceInformation {
        /// How many there were.
        length: usize,
    },
    /// Not 10 bytes.
    #[error("read the battery: it has {length} bytes, not 10")]
    Battery {
        /// How many there were.
        length: usize,
    },
    /// More than 100 percent.
    #[error("read the battery: {level} percent is not possible")]
    Level {
        /// What was said.
        level: u8,
    },
    /// Not 12 bytes.
    #[error("read the connection parameters: they have {length} bytes, not 12")]
    ConnectionParameters {
        /// How many there were.
        length: usize,
    },
    /// Not 6 bytes.
    #[error("read the band's address: it has {length} bytes, not 6")]
    Address {
        /// How many there were.
        length: usize,
    },
}

/// Reads [`DEVICE_INFORMATION`](crate::wire::gatt::mi_band_1::DEVICE_INFORMATION). A checksum that does not fit is
/// reported, not refused.
pub fn device_information(bytes: &[u8]) -> Result<DeviceInformation, MiBand1Error> {
    let error = MiBand1Error::DeviceInformation { length: bytes.len() };
    let (&id, versions) = bytes.split_first_chunk::<8>().ok_or(error)?;
    let (versions, []) = versions.as_chunks::<4>() else { return Err(error) };
    let version = |bytes: &[u8; 4]| Version(u32::from_le_bytes(*bytes));
    let (profile, firmware, heart_rate) = match versions {
        [profile, firmware] => (version(profile), version(firmware), None),
        [profile, firmware, heart_rate] => (version(profile), version(firmware), Some(version(heart_rate))),
        _ => return Err(error),
    };
    let [checked @ .., check] = id;
    let [_, _, _, end, feature, appearance, hardware] = checked;
    let checksum_ok = checksum(&checked) ^ end == check;
    Ok(DeviceInformation { id, feature, appearance, hardware, checksum_ok, profile, firmware, heart_rate })
}

/// Reads [`ADDRESS`](crate::wire::gatt::mi_band_1::ADDRESS).
pub fn address(bytes: &[u8]) -> Result<Address, MiBand1Error> {
    let address = bytes.try_into().map_err(|_| MiBand1Error::Address { length: bytes.len() })?;
    Ok(Address(address))
}

/// What the battery says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// Charge in percent, 0 to 100.
    pub level: u8,
    /// When it was last charged; `None` for an impossible date.
    pub last_charge: Option<When>,
    /// How often it was charged.
    pub charges: u16,
    /// What it does.
    pub state: BatteryState,
}

/// What the battery does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatteryState {
    /// 0.
    Normal,
    /// 1.
    Low,
    /// 2.
    Charging,
    /// 3: full, still on the charger.
    Full,
    /// 4.
    NotCharging,
    /// Another byte.
    Unknown(u8),
}

impl BatteryState {
    /// The byte on the wire.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::Low => 1,
            Self::Charging => 2,
            Self::Full => 3,
            Self::NotCharging => 4,
            Self::Unknown(byte) => byte,
        }
    }

    /// What a byte means.
    pub const fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Normal,
            1 => Self::Low,
            2 => Self::Charging,
            3 => Self::Full,
            4 => Self::NotCharging,
            other => Self::Unknown(other),
        }
    }
}

/// Reads [`BATTERY`](crate::wire::gatt::mi_band_1::BATTERY).
pub fn battery(bytes: &[u8]) -> Result<Battery, MiBand1Error> {
    let &[level, year, month, day, hour, minute, second, c0, c1, state] = bytes else {
        return Err(MiBand1Error::Battery { length: bytes.len() });
    };
    if level > 100 {
        return Err(MiBand1Error::Level { level });
    }
    let last_charge = When::read(LocalTime {
        year: 2000 + u16::from(year),
        month: month.saturating_add(1),
        day,
        hour,
        minute,
        second,
        zone_quarters: None,
    });
    let state = BatteryState::from_byte(state);
    Ok(Battery { level, last_charge, charges: u16::from_le_bytes([c0, c1]), state })
}

/// The date, written to [`DATE`](crate::wire::gatt::mi_band_1::DATE) as the vendor's app writes it: six bytes of it,
/// six of FF.
pub fn set_date(date: &LocalTime) -> Payload {
    let LocalTime { year, month, day, hour, minute, second, zone_quarters: _ } = *date;
    let year = u8::try_from(year.saturating_sub(2000)).unwrap_or(u8::MAX);
    let mut bytes = vec![year, month.saturating_sub(1), day, hour, minute, second];
    bytes.resize(12, 0xFF);
    Payload(bytes)
}

/// How often band and phone talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionParameters {
    /// Least interval, in 1.25 ms.
    pub least: u16,
    /// Greatest interval, in 1.25 ms.
    pub greatest: u16,
    /// How many events the band may miss.
    pub latency: u16,
    /// Time-out, in 10 ms.
    pub timeout: u16,
    /// The present interval; 0 in a write.
    pub interval: u16,
    /// The advertising interval; 0 in a write.
    pub advertising: u16,
}

impl ConnectionParameters {
    /// For a conversation.
    pub const FAST: Self =
        Self { least: 39, greatest: 49, latency: 0, timeout: 500, interval: 0, advertising: 0 };
    /// For the time after it.
    pub const SPARING: Self =
        Self { least: 460, greatest: 500, latency: 0, timeout: 500, interval: 0, advertising: 0 };

    /// The bytes, for [`CONNECTION_PARAMETERS`](crate::wire::gatt::mi_band_1::CONNECTION_PARAMETERS).
    pub fn frame(&self) -> Payload {
        let Self { least, greatest, latency, timeout, interval, advertising } = *self;
        let values = [least, greatest, latency, timeout, interval, advertising];
        Payload(values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }
}

/// Reads [`CONNECTION_PARAMETERS`](crate::wire::gatt::mi_band_1::CONNECTION_PARAMETERS).
pub fn connection_parameters(bytes: &[u8]) -> Result<ConnectionParameters, MiBand1Error> {
    let error = MiBand1Error::ConnectionParameters { length: bytes.len() };
    let (pairs, []) = bytes.as_chunks::<2>() else { return Err(error) };
    let &[least, greatest, latency, timeout, interval, advertising] = pairs else { return Err(error) };
    let [least, greatest, latency, timeout] = [least, greatest, latency, timeout].map(u16::from_le_bytes);
    let [interval, advertising] = [interval, advertising].map(u16::from_le_bytes);
    Ok(ConnectionParameters { least, greatest, latency, timeout, interval, advertising })
}
