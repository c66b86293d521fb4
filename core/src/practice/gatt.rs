//! How practice bands name services and characteristics, and how they write down a service table. Facts of no
//! band stand here.

use uuid::Uuid;

use crate::event::{CharacteristicId, GattCharacteristic, GattService};

/// A UUID on the Bluetooth base.
pub(super) const fn short(number: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_1000_8000_0080_5f9b_34fb | ((number as u128) << 96))
}

/// A UUID on the maker's base.
pub(super) const fn maker(number: u16) -> Uuid {
    Uuid::from_u128(0x0000_0000_0000_3512_2118_0009_af10_0700 | ((number as u128) << 96))
}

/// A characteristic in its service.
pub(super) const fn id(service: Uuid, characteristic: Uuid) -> CharacteristicId {
    CharacteristicId { service, characteristic }
}

/// Property bits of the Bluetooth core specification.
pub(super) mod property {
    pub(in super::super) const READ: u8 = 0x02;
    pub(in super::super) const WRITE_WITHOUT_RESPONSE: u8 = 0x04;
    pub(in super::super) const WRITE: u8 = 0x08;
    pub(in super::super) const NOTIFY: u8 = 0x10;
    pub(in super::super) const INDICATE: u8 = 0x20;
}

/// A service with its characteristics and their properties.
pub(super) type Service = (Uuid, &'static [(Uuid, u8)]);

/// Services in the order of the band.
pub(super) type Table = [Service];

/// A table as a phone discovers it.
pub(super) fn services(table: &Table) -> Vec<GattService> {
    let service = |(uuid, characteristics): &(Uuid, &[(Uuid, u8)])| GattService {
        uuid: *uuid,
        characteristics: characteristics
            .iter()
            .map(|(uuid, properties)| GattCharacteristic { uuid: *uuid, properties: *properties })
            .collect(),
    };
    table.iter().map(service).collect()
}
