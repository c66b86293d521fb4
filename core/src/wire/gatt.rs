//! The services and characteristics that are used, by name.
//!
//! Source: docs/protocol.md, "Services" (service tables of a Mi Band 2 with firmware V1.0.1.69 and of a Mi Band 1 with
//! 1.0.4.9, both read from the bands).

use uuid::Uuid;

use crate::event::CharacteristicId;

/// A 16-bit UUID on the Bluetooth base.
pub const fn short(id: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_1000_8000_0080_5f9b_34fb | ((id as u128) << 96))
}

/// A UUID on the maker's base, `0000XXXX-0000-3512-2118-0009af100700`.
pub const fn huami(id: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_3512_2118_0009_af10_0700 | ((id as u128) << 96))
}

/// Main service.
pub const FEE0: Uuid = short(0xFEE0);
/// Service that carries authentication.
pub const FEE1: Uuid = short(0xFEE1);
/// Service of the Mi Band 1 family that tells the address ([`mi_band_1::ADDRESS`]).
pub const FEE7: Uuid = short(0xFEE7);
/// Service of bands with the protobuf protocol; its advertised content is a MiBeacon.
pub const FE95: Uuid = short(0xFE95);

const fn in_service(service: Uuid, characteristic: Uuid) -> CharacteristicId {
    CharacteristicId { service, characteristic }
}

/// Serial number (180A/2A25): 12 hex digits as text.
pub const SERIAL: CharacteristicId = in_service(short(0x180A), short(0x2A25));
/// Hardware revision (180A/2A27): text such as `V0.1.3.2`.
pub const HARDWARE: CharacteristicId = in_service(short(0x180A), short(0x2A27));
/// Software revision (180A/2A28), which is the firmware: text such as `V1.0.1.81`.
pub const FIRMWARE: CharacteristicId = in_service(short(0x180A), short(0x2A28));
/// PnP id (180A/2A50), 7 bytes.
pub const PNP: CharacteristicId = in_service(short(0x180A), short(0x2A50));
/// Immediate alert (1802/2A06): vibration.
pub const ALERT: CharacteristicId = in_service(short(0x1802), short(0x2A06));
/// Configuration (FEE0/0003): factory reset and others; answers as notifications.
pub const CONFIGURATION: CharacteristicId = in_service(FEE0, huami(0x0003));
/// Battery (FEE0/0006).
pub const BATTERY: CharacteristicId = in_service(FEE0, huami(0x0006));
/// Battery level (180F/2A19): one byte, on many models beside [`BATTERY`].
pub const BATTERY_LEVEL: CharacteristicId = in_service(short(0x180F), short(0x2A19));
/// Device events (FEE0/0010): the button among them.
pub const EVENTS: CharacteristicId = in_service(FEE0, huami(0x0010));
/// Chunks of the 2021 protocol to the band (FEE0/0016).
pub const CHUNKS_TO_BAND: CharacteristicId = in_service(FEE0, huami(0x0016));
/// Chunks of the 2021 protocol from the band (FEE0/0017), as notifications; acknowledgements are written
/// to it.
pub const CHUNKS_FROM_BAND: CharacteristicId = in_service(FEE0, huami(0x0017));
/// Authentication (FEE1/0009).
pub const AUTH: CharacteristicId = in_service(FEE1, huami(0x0009));
/// Firmware control (1530/1531): restart.
pub const FIRMWARE_CONTROL: CharacteristicId = in_service(huami(0x1530), huami(0x1531));
/// Protobuf bands, first framing (FE95/0051): the band's messages as notifications; our acknowledgements of them.
pub const XIAOMI_V1_FROM_BAND: CharacteristicId = in_service(FE95, short(0x0051));
/// Protobuf bands, first framing (FE95/0052): our messages; the band's acknowledgements of them as notifications.
pub const XIAOMI_V1_TO_BAND: CharacteristicId = in_service(FE95, short(0x0052));
/// Protobuf bands, second framing (FE95/0050): a few readable bytes, `02 01 05` on a Smart Band 9; meaning unknown.
pub const XIAOMI_V2_ABOUT: CharacteristicId = in_service(FE95, short(0x0050));
/// Protobuf bands, second framing (FE95/005E): notifications, a stream of packets.
pub const XIAOMI_V2_FROM_BAND: CharacteristicId = in_service(FE95, short(0x005E));
/// Protobuf bands, second framing (FE95/005F): written without response.
pub const XIAOMI_V2_TO_BAND: CharacteristicId = in_service(FE95, short(0x005F));

/// Property bit: write without response.
pub const WRITE_WITHOUT_RESPONSE: u8 = 0x04;
/// Property bit: write with response.
pub const WRITE: u8 = 0x08;

/// What makes a band vibrate, written to [`ALERT`] (reported by several open tools; stops by itself within 10 s).
pub const VIBRATE: [u8; 1] = [0x03];
/// What restarts a band, written to [`FIRMWARE_CONTROL`] after authentication.
pub const RESTART: [u8; 1] = [0x05];
/// The button event on [`EVENTS`], read in a trace together with the accepted key.
pub const BUTTON_EVENT: u8 = 0x04;

/// Characteristics of Mi Band 1, 1A and 1S; their formats are in [`crate::wire::mi_band_1`] and
/// [`crate::wire::user_info`].
pub mod mi_band_1 {
    use super::{CharacteristicId, FEE0, FEE7, in_service, short};

    /// Device information (FEE0/FF01).
    pub const DEVICE_INFORMATION: CharacteristicId = in_service(FEE0, short(0xFF01));
    /// Answers and events, one byte each, as notifications (FEE0/FF03).
    pub const NOTIFICATION: CharacteristicId = in_service(FEE0, short(0xFF03));
    /// User information, which is the authentication (FEE0/FF04); written with response.
    pub const USER_INFO: CharacteristicId = in_service(FEE0, short(0xFF04));
    /// Commands (FEE0/FF05); written with response, refused before authentication.
    pub const CONTROL: CharacteristicId = in_service(FEE0, short(0xFF05));
    /// Connection parameters (FEE0/FF09).
    pub const CONNECTION_PARAMETERS: CharacteristicId = in_service(FEE0, short(0xFF09));
    /// Date and time (FEE0/FF0A).
    pub const DATE: CharacteristicId = in_service(FEE0, short(0xFF0A));
    /// Battery (FEE0/FF0C).
    pub const BATTERY: CharacteristicId = in_service(FEE0, short(0xFF0C));
    /// Test and disconnect (FEE0/FF0D); works before authentication.
    pub const TEST: CharacteristicId = in_service(FEE0, short(0xFF0D));
    /// Pairing mark (FEE0/FF0F).
    pub const PAIR: CharacteristicId = in_service(FEE0, short(0xFF0F));
    /// The whole address (FEE7/FEC9).
    pub const ADDRESS: CharacteristicId = in_service(FEE7, short(0xFEC9));
}
