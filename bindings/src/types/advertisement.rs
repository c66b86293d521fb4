//! Advertised fields back into advertisement bytes: the practice band's world has no raw ones, and Kotlin knows only
//! raw ones. The inverse of `rescue_core::wire::advertisement::parse`.

use rescue_core::event::AdvertisedFields;
use rescue_core::wire::gatt;
use uuid::Uuid;

/// AD types of the Bluetooth assigned numbers, "Common data types".
const FLAGS: u8 = 0x01;
const SERVICES_128: u8 = 0x07;
const COMPLETE_NAME: u8 = 0x09;
const SERVICE_DATA_16: u8 = 0x16;
const MANUFACTURER: u8 = 0xFF;

/// One AD structure an entry. Left out is what `parse` could not have read: a structure that is longer than its length
/// byte can say, and service data of a service without a short UUID.
pub(super) fn encode(fields: &AdvertisedFields) -> Vec<u8> {
    let AdvertisedFields { flags, name, services, manufacturer, service_data } = fields;
    let mut bytes = Vec::new();
    if let Some(flags) = flags {
        structure(&mut bytes, FLAGS, &[&[*flags]]);
    }
    for service in services {
        structure(&mut bytes, SERVICES_128, &[&little_endian(service)]);
    }
    for (company, value) in manufacturer {
        structure(&mut bytes, MANUFACTURER, &[&company.to_le_bytes(), value]);
    }
    for (service, value) in service_data {
        if let Some(short) = short(service) {
            structure(&mut bytes, SERVICE_DATA_16, &[&short.to_le_bytes(), value]);
        }
    }
    if let Some(name) = name {
        structure(&mut bytes, COMPLETE_NAME, &[name.as_bytes()]);
    }
    bytes
}

fn structure(bytes: &mut Vec<u8>, kind: u8, parts: &[&[u8]]) {
    let Ok(length) = u8::try_from(1 + parts.iter().map(|part| part.len()).sum::<usize>()) else { return };
    bytes.extend([length, kind]);
    for part in parts {
        bytes.extend_from_slice(part);
    }
}

/// The 16-bit form of a UUID, if it has one.
fn short(uuid: &Uuid) -> Option<u16> {
    u16::try_from(uuid.as_u128() >> 96).ok().filter(|short| gatt::short(*short) == *uuid)
}

fn little_endian(uuid: &Uuid) -> [u8; 16] {
    uuid.as_u128().to_le_bytes()
}
