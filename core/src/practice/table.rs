//! What a practice band says about itself: its service table, its advertisement, its device information.
//! Facts of real bands only; nothing here behaves.

use uuid::Uuid;

use crate::address::Address;
use crate::band::Model;
use crate::event::{AdvertisedFields, CharacteristicId, GattCharacteristic, GattService};

/// A UUID on the Bluetooth base.
pub(super) const fn short(number: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_1000_8000_0080_5f9b_34fb | ((number as u128) << 96))
}

/// A UUID on the maker's base.
pub(super) const fn huami(number: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_3512_2118_0009_af10_0700 | ((number as u128) << 96))
}

const fn id(service: Uuid, characteristic: Uuid) -> CharacteristicId {
    CharacteristicId { service, characteristic }
}

/// Handshake.
pub(super) const AUTH: CharacteristicId = id(short(0xFEE1), huami(0x0009));
/// Configuration, the erase command among it.
pub(super) const CONFIGURATION: CharacteristicId = id(short(0xFEE0), huami(0x0003));
/// Battery.
pub(super) const BATTERY: CharacteristicId = id(short(0xFEE0), huami(0x0006));
/// Events of the band: its button among them.
pub(super) const DEVICE_EVENT: CharacteristicId = id(short(0xFEE0), huami(0x0010));
/// Realtime steps.
pub(super) const STEPS: CharacteristicId = id(short(0xFEE0), huami(0x0007));
/// Firmware control, the restart command among it.
pub(super) const FIRMWARE_CONTROL: CharacteristicId = id(huami(0x1530), huami(0x1531));
/// Vibration.
pub(super) const ALERT: CharacteristicId = id(short(0x1802), short(0x2A06));
/// Control of the heart-rate sensor.
pub(super) const HEART_RATE_CONTROL: CharacteristicId = id(short(0x180D), short(0x2A39));
/// Name.
pub(super) const NAME: CharacteristicId = id(short(0x1800), short(0x2A00));
/// Serial number.
pub(super) const SERIAL: CharacteristicId = id(short(0x180A), short(0x2A25));
/// Hardware revision.
pub(super) const HARDWARE: CharacteristicId = id(short(0x180A), short(0x2A27));
/// Software revision: the firmware.
pub(super) const FIRMWARE: CharacteristicId = id(short(0x180A), short(0x2A28));
/// System id: the present address as EUI-64.
pub(super) const SYSTEM_ID: CharacteristicId = id(short(0x180A), short(0x2A23));
/// PnP id.
pub(super) const PNP_ID: CharacteristicId = id(short(0x180A), short(0x2A50));
/// A constant of the maker.
pub(super) const FEDF: CharacteristicId = id(short(0xFEE1), short(0xFEDF));

/// Property bits of the Bluetooth core specification.
pub(super) mod property {
    pub(in super::super) const READ: u8 = 0x02;
    pub(in super::super) const WRITE_WITHOUT_RESPONSE: u8 = 0x04;
    pub(in super::super) const WRITE: u8 = 0x08;
    pub(in super::super) const NOTIFY: u8 = 0x10;
    pub(in super::super) const INDICATE: u8 = 0x20;
}

/// Which table a band has, or a phone believes it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    /// The whole table of a Mi Band 2 with firmware V1.0.1.69, as two bands showed it in traces of their
    /// radio. No table of a Mi Band 3 was ever captured; published clones of it have the same services.
    Whole,
    /// The same without the maker's second service, where the handshake is.
    WithoutHandshake,
}

/// The services of a table.
pub(super) fn services(table: Table) -> Vec<GattService> {
    let shown = |service: &&(Uuid, &[(Uuid, u8)])| match table {
        Table::Whole => true,
        Table::WithoutHandshake => service.0 != AUTH.service,
    };
    WHOLE
        .iter()
        .filter(shown)
        .map(|(uuid, characteristics)| GattService {
            uuid: *uuid,
            characteristics: characteristics
                .iter()
                .map(|(uuid, properties)| GattCharacteristic { uuid: *uuid, properties: *properties })
                .collect(),
        })
        .collect()
}

const WHOLE: &[(Uuid, &[(Uuid, u8)])] = &[
    (short(0x1800), &[(short(0x2A00), 0x02), (short(0x2A01), 0x02), (short(0x2A04), 0x02)]),
    (short(0x1801), &[(short(0x2A05), 0x22)]),
    (
        short(0x180A),
        &[
            (short(0x2A25), 0x02),
            (short(0x2A27), 0x02),
            (short(0x2A28), 0x02),
            (short(0x2A23), 0x02),
            (short(0x2A50), 0x02),
        ],
    ),
    (huami(0x1530), &[(huami(0x1531), 0x18), (huami(0x1532), 0x04)]),
    (short(0x1811), &[(short(0x2A46), 0x08), (short(0x2A44), 0x1A)]),
    (short(0x1802), &[(short(0x2A06), 0x04)]),
    (short(0x180D), &[(short(0x2A37), 0x10), (short(0x2A39), 0x0A)]),
    (
        short(0xFEE0),
        &[
            (short(0x2A2B), 0x1A),
            (huami(0x0020), 0x16),
            (huami(0x0001), 0x14),
            (huami(0x0002), 0x10),
            (huami(0x0003), 0x14),
            (short(0x2A04), 0x16),
            (huami(0x0004), 0x14),
            (huami(0x0005), 0x10),
            (huami(0x0006), 0x12),
            (huami(0x0007), 0x12),
            (huami(0x0008), 0x18),
            (huami(0x0010), 0x10),
        ],
    ),
    (
        short(0xFEE1),
        &[
            (huami(0x0009), 0x16),
            (short(0xFEDD), 0x08),
            (short(0xFEDE), 0x02),
            (short(0xFEDF), 0x02),
            (short(0xFED0), 0x0A),
            (short(0xFED1), 0x0A),
            (short(0xFED2), 0x02),
            (short(0xFED3), 0x0A),
            (huami(0xFEC1), 0x1A),
        ],
    ),
];

/// The name a model advertises.
pub(super) const fn name(model: Model) -> &'static str {
    match model {
        Model::MiBand2 => "MI Band 2",
        Model::MiBand3 => "Mi Band 3",
    }
}

/// The hardware revision of a model.
pub(super) const fn hardware(model: Model) -> &'static str {
    match model {
        Model::MiBand2 => "V0.1.3.2",
        Model::MiBand3 => "V0.18.4.3",
    }
}

/// A firmware of a model.
pub(super) const fn firmware(model: Model) -> &'static str {
    match model {
        Model::MiBand2 => "V1.0.1.69",
        Model::MiBand3 => "V1.4.0.32",
    }
}

/// The PnP id of a model.
pub(super) const fn pnp_id(model: Model) -> [u8; 7] {
    match model {
        Model::MiBand2 => [0x01, 0x57, 0x01, 0x04, 0x00, 0x00, 0x01],
        Model::MiBand3 => [0x01, 0x57, 0x01, 0x13, 0x00, 0x00, 0x01],
    }
}

/// An address as EUI-64, the way 2A23 shows it.
pub(super) const fn system_id(address: Address) -> [u8; 8] {
    let [a, b, c, d, e, f] = address.0;
    [a, b, c, 0xFF, 0xFE, d, e, f]
}

/// What a band advertises.
pub(super) struct Advertisement {
    /// The model.
    pub(super) model: Model,
    /// Its present address.
    pub(super) address: Address,
    /// Whether a phone holds it.
    pub(super) held: bool,
    /// Sixteen bytes without a known meaning.
    pub(super) opaque: [u8; 16],
    /// The flag byte without a known meaning; 1 to 3 were seen.
    pub(super) flag: u8,
    /// Steps of today.
    pub(super) steps: u32,
    /// It has the name, but none of the maker's signs.
    pub(super) look_alike: bool,
}

impl Advertisement {
    /// The fields of advertisement and scan response together, as an active scan brings them.
    pub(super) fn fields(&self) -> AdvertisedFields {
        let flags = Some(if self.held { 0x04 } else { 0x06 });
        let name = Some(name(self.model).to_owned());
        if self.look_alike {
            return AdvertisedFields { flags, name, ..AdvertisedFields::default() };
        }
        AdvertisedFields {
            flags,
            name,
            services: vec![short(0xFEE0)],
            manufacturer: vec![(0x0157, self.manufacturer())],
            service_data: match self.model {
                Model::MiBand2 => Vec::new(),
                Model::MiBand3 => vec![(short(0xFEE0), self.steps.to_le_bytes().to_vec())],
            },
        }
    }

    /// What follows the company id: kind 00, the opaque bytes, the flag byte, the address.
    fn manufacturer(&self) -> Vec<u8> {
        let mut bytes = vec![0x00];
        bytes.extend(self.opaque);
        bytes.push(self.flag);
        bytes.extend(self.address.0);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advertisement_is_that_of_a_real_free_band() {
        // The manufacturer structure of a Mi Band 2, from the trace of the maker's app (creotiv/MiBand2).
        let captured = "5701002c04e3a09ee1beab4773fa4501ec4fd703fa8ee312b4a9";
        let advertisement = Advertisement {
            model: Model::MiBand2,
            address: Address([0xFA, 0x8E, 0xE3, 0x12, 0xB4, 0xA9]),
            held: false,
            opaque: hex::decode("2c04e3a09ee1beab4773fa4501ec4fd7").unwrap().try_into().unwrap(),
            flag: 3,
            steps: 0,
            look_alike: false,
        };
        let fields = advertisement.fields();
        assert_eq!(format!("5701{}", hex::encode(&fields.manufacturer[0].1)), captured);
        assert_eq!((fields.flags, fields.name.as_deref()), (Some(6), Some("MI Band 2")));
        assert_eq!(fields.services, [short(0xFEE0)]);
    }

    #[test]
    fn the_whole_table_has_what_the_rescue_needs() {
        let whole = services(Table::Whole);
        let properties = |wanted: CharacteristicId| {
            whole.iter().find(|service| service.uuid == wanted.service).and_then(|service| {
                service.characteristics.iter().find(|c| c.uuid == wanted.characteristic).map(|c| c.properties)
            })
        };
        assert_eq!(properties(AUTH), Some(0x16));
        assert_eq!(properties(CONFIGURATION), Some(0x14));
        assert_eq!(properties(FIRMWARE_CONTROL), Some(0x18));
        assert_eq!(properties(ALERT), Some(0x04));
        assert_eq!(whole.iter().map(|service| service.characteristics.len()).sum::<usize>(), 37);
        assert!(services(Table::WithoutHandshake).iter().all(|service| service.uuid != AUTH.service));
    }

    #[test]
    fn the_system_id_is_the_address_as_in_the_trace() {
        let address = Address([0xFA, 0x8E, 0xE3, 0x12, 0xB4, 0xA9]);
        assert_eq!(hex::encode(system_id(address)), "fa8ee3fffe12b4a9");
    }
}
